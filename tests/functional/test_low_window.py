"""Windows smaller than a terminal, as one half of it: what is asked and the buttons that answer it can be seen."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from textual.widgets import Static

from tests.functional.test_modify import typed
from tests.functional.test_writes import go_to
from tests.harness import Console, console
from tui.ui.kit.text_dialog import text_width

pytestmark = pytest.mark.exhaustive

ASKED = {
    "sync": (("S",), "Sync now"),
    "cancel": (("X",), "Stop the job"),
    "modify": (("M",), "Review"),
    "new namespace": (("n", "N"), "Create"),
}


def inside(seen: Console, selector: str) -> bool:
    """Whether all of a widget is in the window."""
    return seen.app.screen.region.contains_region(seen.app.screen.query_one(selector).region)


async def test_a_question_is_seen_with_its_buttons(tmp_path: Path) -> None:
    async with console(tmp_path, (80, 12)) as seen:
        await go_to(seen, "default", "handbook")
        await seen.until(lambda: seen.store.state.job_id, "its job")
        for size, (asked, (keys, button)) in product([(80, 12), (60, 20)], ASKED.items()):
            await seen.pilot.resize_terminal(*size)
            await seen.press(*keys)
            await seen.until(lambda: seen.app.screen.query("#cancel"), "the dialog")
            await seen.still()
            assert inside(seen, "#cancel"), f"{asked} {size}\n{seen.text()}"
            assert inside(seen, "#go"), f"{asked} {size}\n{seen.text()}"
            assert button in seen.text(), (asked, size)
            form = seen.app.screen.query("FormView, #name")
            focused = form.first() if form else seen.app.screen.query_one("#cancel")
            assert seen.app.screen.focused is focused, (asked, size)
            while len(seen.app.screen_stack) > 1:
                await seen.press("escape")


async def test_a_review_stands_alone_and_not_over_the_buttons_of_its_form(tmp_path: Path) -> None:
    async with console(tmp_path, (80, 12)) as seen:
        await go_to(seen, "default", "docs-search")
        await seen.press("M")
        await seen.sees("Modify docs-search")
        form = seen.app.screen
        await typed(seen, form, "chunk_size", "128")
        await seen.press("ctrl+s")
        await seen.sees("Send the change")
        assert seen.text().count("Cancel") == 1
        assert inside(seen, "#cancel")
        assert inside(seen, "#go")


async def test_what_does_not_fit_is_reached_by_page_keys(tmp_path: Path) -> None:
    async with console(tmp_path, (80, 12)) as seen:
        await go_to(seen, "default", "handbook")
        await seen.press("D")
        await seen.sees("The bucket keeps")
        assert "Delete the instance" in seen.text()
        assert "Delete it" not in seen.text()
        await seen.press("pagedown")
        assert "Delete it" in seen.text()
        assert inside(seen, "#cancel")
        await seen.press("pageup")
        assert "Delete the instance" in seen.text()


async def test_the_smallest_window_shows_what_is_asked_and_then_the_buttons(tmp_path: Path) -> None:
    async with console(tmp_path, (40, 10)) as seen:
        await go_to(seen, "default", "handbook")
        await seen.until(lambda: seen.store.state.job_id, "its job")
        await seen.press("X")
        await seen.sees("Cancel the job")
        await seen.press("pagedown")
        assert inside(seen, "#cancel")
        assert "Stop the job" in seen.text()


async def test_help_is_laid_out_for_its_window_also_after_a_resize(tmp_path: Path) -> None:
    async with console(tmp_path, (120, 40)) as seen:
        await seen.press("question_mark")
        sizes = [(60, 20), (80, 12), (80, 24), (100, 30), (107, 30), (120, 40), (200, 60)]
        async for size in seen.in_windows(sizes):
            text = seen.app.screen.query_one("VerticalScroll Static", Static)
            assert text_width(size[0]) <= text.size.width, size
            lines = str(text.content).split("\n")
            assert max(map(len, lines)) <= text.size.width, size
            assert text.size.height == len(lines), f"no line is folded a second time, {size}"


async def test_help_in_a_view_is_laid_out_for_its_window(tmp_path: Path) -> None:
    async with console(tmp_path, (80, 24)) as seen:
        await seen.press("n", "question_mark")
        await seen.still()
        text = seen.app.screen.query_one("VerticalScroll Static", Static)
        assert text.size.height == len(str(text.content).split("\n"))
