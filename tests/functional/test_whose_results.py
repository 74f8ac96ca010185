"""Results say whose they are, by keys: with another query, mode, option or instance than they were asked with."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.functional.test_search import VECTOR_KEY, bodies, faults, intercept, search, to_search
from tests.functional.test_writes import go_to
from tests.harness import Console, console
from tui.ui.search.side_by_side import SideBySide
from tui.ui.search.tab import SearchTab

MINE = 'Old: results for "label printer"'


def dimmed(seen: Console) -> bool:
    """Whether the rows of the search tab are dimmed, and the text below them."""
    results = seen.app.screen.query_one(SearchTab).results
    assert results.has_class("-stale") == results.table.has_class("-stale")
    return results.has_class("-stale")


async def test_rows_of_another_query_are_marked_until_it_is_that_query_again(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await to_search(seen)
        async for size in seen.in_windows([(120, 40), (80, 24)]):
            seen.emulator.received.clear()
            await search(seen, "label printer")
            assert "Old:" not in seen.text(), size
            assert not dimmed(seen), size
            await seen.press("slash", "end", "s")
            await seen.sees(MINE)
            assert dimmed(seen), size
            await seen.press("backspace")
            await seen.sees("20 chunks")
            assert not dimmed(seen), size
            await seen.press("x", "escape")
            await seen.sees(MINE)
            assert len(bodies(seen)) == 1, f"{size}: nothing is sent but by enter"
            await seen.press("slash", "enter")
            await seen.until(lambda: len(bodies(seen)) == 2, "the new query")
            await seen.settle()
            assert "Old:" not in seen.text(), size


async def test_rows_of_other_options_are_marked_with_those_they_were_asked_with(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        tab = await to_search(seen)
        await search(seen, "label printer")
        await seen.press("o", "3", "enter")
        await seen.until(lambda: len(bodies(seen)) == 2, "sent again with the options")
        await seen.settle()
        tab.box.value = ""
        await seen.press("o", "backspace", "5", "enter")
        await seen.sees(f"{MINE} with 3 results")
        assert dimmed(seen)
        assert len(bodies(seen)) == 2
        await seen.press("slash", *"label printer")
        await seen.sees(f"{MINE} with 3 results")


async def test_each_mode_and_each_instance_says_what_its_result_is_of(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        tab = await to_search(seen)
        await search(seen, "label printer")
        await seen.press("a")
        assert not tab.view.rows, "the other mode has no rows yet"
        await search(seen, "label printers please")
        await seen.sees("20 sources")
        await seen.press("a")
        await seen.sees(MINE)
        await seen.press("slash", *"label printer", "escape", "a")
        await seen.sees('Old: the answer to "label printers please"')
        await go_to(seen, "default", "api-reference")
        await seen.sees("enter sends it to api-reference")
        assert "Old:" not in seen.text(), "there is nothing to mark"
        await go_to(seen, "default", "docs-search")
        await seen.sees('Old: the answer to "label printers please"')


async def test_where_no_reply_comes_the_rows_are_those_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(tmp_path) as seen:
        await to_search(seen)
        await search(seen, "label printer")
        intercept(monkeypatch, "/search", lambda request: httpx.Response(400, json={"success": False, "errors": []}))
        await search(seen, "labels")
        await seen.sees(MINE)
        await seen.sees("Not answered")
        assert dimmed(seen)
        await seen.press("slash", *"label printer")
        await seen.until(lambda: "Old:" not in seen.text(), "the rows are of what stands in the box")


async def test_an_error_says_which_query_it_is_of(tmp_path: Path) -> None:
    async with console(tmp_path, config=faults(tmp_path, {"operation": "search", "times": 1, **VECTOR_KEY})) as seen:
        await to_search(seen)
        await search(seen, "label")
        assert "Old:" not in seen.text()
        await seen.press("slash", "x")
        await seen.sees('Old: the error for "label"')


async def test_a_right_answer_is_added_for_the_query_that_found_it(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await to_search(seen)
        await search(seen, "label printer")
        await seen.press("slash", "end", *" on fire", "escape", "e")
        await seen.sees("Add to a query set")
        lines = [line for line in seen.text().splitlines() if "Query " in line]
        assert any("label printer" in line for line in lines)
        assert not any("on fire" in line for line in lines)


async def test_two_instances_side_by_side_say_it_too(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await to_search(seen)
        await search(seen, "label")
        await seen.press("b", "enter")
        await seen.sees("only right")
        view = seen.app.screen
        assert isinstance(view, SideBySide)
        await seen.press("slash", "end", "s")
        await seen.sees('Old: results for "label"')
        assert all(side.results.has_class("-stale") for side in view.sides)
        await seen.press("backspace")
        await seen.until(lambda: "Old:" not in seen.text(), "the query of the rows again")
        assert not any(side.results.has_class("-stale") for side in view.sides)
