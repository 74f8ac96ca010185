"""Keys count in the order in which they were typed, and what is typed replaces what was selected."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest
from textual import events
from textual.app import App
from textual.message_pump import MessagePump
from textual.widgets import Input
from textual.worker import Worker

from tests.functional.test_writes import go_to
from tests.harness import Console, _typed, console
from tui.ui import textual_fixes
from tui.ui.instances.delete_dialog import DeleteDialog

PASTE = "paste:"


def burst(seen: Console, *keys: str) -> None:
    """Keys that come in one packet: nobody waits between two of them. What begins with `paste:` is pasted."""
    for key in keys:
        pasted = key.startswith(PASTE)
        seen.app.post_message(events.Paste(key.removeprefix(PASTE)) if pasted else _typed(key))


async def dealt_with(seen: Console) -> None:
    quiet = 0
    while quiet < 5:
        await seen.turn()
        quiet = 0 if seen.app.keys.busy else quiet + 1


@pytest.fixture
def slow_handlers(monkeypatch: pytest.MonkeyPatch) -> random.Random:
    """Messages take their time, each another one: so is a busy machine."""
    chance = random.Random(7)
    dispatch = textual_fixes._dispatch

    async def late(node: MessagePump, message: object) -> None:
        for _ in range(chance.choice((0, 0, 1, 3))):
            await asyncio.sleep(0)
        await dispatch(node, message)  # type: ignore[arg-type]

    monkeypatch.setattr(textual_fixes, "_dispatch", late)
    return chance


async def test_a_filter_typed_in_one_packet_is_whole(tmp_path: Path, slow_handlers: random.Random) -> None:
    async with console(tmp_path) as seen:
        for text in ("docs-search", "handbook", "zzz"):
            burst(seen, "/", *text, "enter", "2")
            await dealt_with(seen)
            box = seen.app.screen.query_one("#instances FilterBox", Input)
            assert box.value == text
            assert seen.store.state.selected is None or seen.app.screen.focused is not None, text
            await seen.press("1", "escape")
            assert box.value == "", f"{text}: the next one begins with no filter"


async def test_a_paste_waits_for_the_keys_before_it_and_goes_before_those_after_it(
    tmp_path: Path, slow_handlers: random.Random
) -> None:
    rests = {(): "adocs", ("-", "x", "enter"): "adocs-x", ("left", "y"): "adocys"}
    async with console(tmp_path) as seen:
        for rest, typed in rests.items():
            burst(seen, "/", "a", "paste:docs", *rest)
            await dealt_with(seen)
            box = seen.app.screen.query_one("#instances FilterBox", Input)
            assert box.value == typed, rest
            await seen.press("escape")
            assert box.value == "", f"{rest}: the next one begins with no filter"


async def test_what_a_dialog_is_opened_and_typed_into_with_in_one_packet_takes_all_of_it(
    tmp_path: Path, slow_handlers: random.Random
) -> None:
    async with console(tmp_path) as seen:
        await go_to(seen, "default", "docs-search")
        burst(seen, "D", *"docs-searcX")
        await dealt_with(seen)
        await seen.until(lambda: isinstance(seen.app.screen, DeleteDialog), "the dialog")
        assert seen.app.screen.query_one("#field", Input).value == "docs-searcX"
        assert not seen.received("DELETE")


async def test_a_dialog_whose_work_begins_late_takes_all_that_was_typed_behind_its_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a busy machine the first letter went to the screen below: the task that opens the dialog had not run yet."""
    run = Worker._run
    steps = 0

    async def late(worker: Worker[None], app: App[object]) -> None:
        for _ in range(steps):
            await asyncio.sleep(0)
        await run(worker, app)

    async with console(tmp_path) as seen:
        await go_to(seen, "default", "docs-search")
        monkeypatch.setattr(Worker, "_run", late)
        for steps in (1, 5, 15):
            burst(seen, "D", *"docs-searcX")
            await dealt_with(seen)
            await seen.until(lambda: isinstance(seen.app.screen, DeleteDialog), "the dialog")
            assert seen.app.screen.query_one("#field", Input).value == "docs-searcX", steps
            await seen.press("escape")
            assert len(seen.app.screen_stack) == 1, steps


async def test_a_filter_that_is_opened_again_and_a_field_are_replaced_by_what_is_typed(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await seen.press("/", *"docs", "enter", "/", *"hand")
        assert seen.app.screen.query_one("#instances FilterBox", Input).value == "hand"
        await seen.press("enter", "/", "end", *"book")
        assert seen.app.screen.query_one("#instances FilterBox", Input).value == "handbook", "a key keeps the text"
        await seen.press("escape")
        await go_to(seen, "default", "docs-search")
        await seen.press("M")
        await seen.sees("Modify docs-search")
        form = seen.app.screen
        form.view.go_to("chunk_size", select=True)  # type: ignore[attr-defined]
        await seen.turn()
        await seen.press(*"512")
        assert form.view.entry.value == "512"  # type: ignore[attr-defined]
