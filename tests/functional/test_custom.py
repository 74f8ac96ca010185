"""The operator's own commands by their keys: help, palette and the bottom line know them."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.functional.test_items import DOCS, items_of, keys
from tests.harness import Console, console
from tui.config import CustomCommand
from tui.ui.kit.text_dialog import TextDialog

ECHO = (sys.executable, "-c", "import sys; print('got', sys.argv[1:])")
WHO = CustomCommand("who", "f6", "instances", "Who is it", (*ECHO, "{namespace}/{id}"))
LOG = CustomCommand("of-log", "f7", "log", "About the job", (*ECHO, "{id}", "{job}"))
ITEM = CustomCommand("item", "f8", "items", "About the item", (*ECHO, "{key}"))


def above(seen: Console) -> str:
    """The screen without the bottom line, which keeps for a while what the last command has said."""
    return seen.text().rpartition("\n")[0]


async def test_its_key_and_the_palette_run_it_on_what_is_selected_then_and_help_knows_it(tmp_path: Path) -> None:
    async with console(tmp_path, commands=[WHO, LOG]) as seen:
        chosen = seen.store.state.selected
        assert chosen
        await seen.press("f6")
        await seen.sees(f"got ['{chosen.namespace}/{chosen.id}']")
        assert isinstance(seen.app.screen, TextDialog)
        assert "Who is it · done" in seen.text()
        await seen.press("q", "?")
        await seen.sees("Your own command")
        assert "Who is it" in seen.text()
        await seen.press("q", ":", *"About")
        await seen.sees("About the job")
        await seen.press("escape", ":", *"Who")
        await seen.sees("Who is it")
        assert "got ['" not in above(seen)
        await seen.press("enter")
        await seen.until(lambda: "got ['" in above(seen), "what it says")


async def test_it_is_offered_where_it_works_and_its_key_says_so_elsewhere(tmp_path: Path) -> None:
    async with console(tmp_path, commands=[WHO, LOG]) as seen:
        assert "f6 Who is it" in seen.text().splitlines()[-1]
        assert "About the job" not in seen.text()
        await seen.press("4")
        last = seen.text().splitlines()[-1]
        assert "f7 About the job" in last
        assert "Who is it" not in last
        await seen.press("1", "f7")
        await seen.sees("f7 works in the log")
        await seen.press("4")
        await seen.until(lambda: seen.store.state.job, "a job")
        await seen.press("f7")
        await seen.sees("got ['")
        job = seen.store.state.job
        assert job
        assert job.id in seen.text().replace("\n", "")


async def test_one_that_works_everywhere(tmp_path: Path) -> None:
    command = CustomCommand("any", "f6", "everywhere", "Any place", (*ECHO, "{account}"))
    async with console(tmp_path, commands=[command]) as seen:
        for pane in "1234":
            await seen.press(pane)
            assert "got ['" not in above(seen), pane
            await seen.press("f6")
            await seen.until(lambda: "got ['c3dc" in above(seen), f"what it says in pane {pane}")
            await seen.press("q")


async def test_the_item_under_the_cursor(tmp_path: Path) -> None:
    async with console(tmp_path, commands=[ITEM]) as seen:
        await seen.press("f8")
        await seen.sees("f8 works in the items tab")
        await items_of(seen, DOCS)
        await seen.press("j", "f8")
        await seen.sees(f"got ['{keys(seen)[1]}']")


async def test_it_is_typed_into_a_filter_and_does_nothing_else(tmp_path: Path) -> None:
    command = CustomCommand("any", "w", "instances", "Letter", (*ECHO, "{id}"))
    async with console(tmp_path, commands=[command]) as seen:
        await seen.press("/", "w", "w")
        await seen.sees("ww")
        assert not isinstance(seen.app.screen, TextDialog)
