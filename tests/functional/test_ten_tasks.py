"""The ten everyday tasks at 80x24, counted in key presses: on the demo, and in a fleet of 266 instances.

Typed text does not count. Each task begins in the list of instances with the cursor on its first row.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.harness import START, Console, console
from tui.emulator import EmulatorConfig
from tui.state.instance_rows import RowFilter
from tui.ui.instances.pane import InstancesPane
from tui.ui.kit.line import TitleRule
from tui.ui.main_screen import MainScreen

pytestmark = pytest.mark.exhaustive

MOST = 6
SIZE = (80, 24)
FLEET = 266


class Hand:
    """Presses keys and counts them; typed text is not counted."""

    def __init__(self, seen: Console) -> None:
        self.seen = seen
        self.presses = 0

    async def press(self, *keys: str) -> None:
        """Press keys, one at a time, as somebody does who looks at what each of them did."""
        for key in keys:
            self.presses += 1
            await self.seen.press(key)
            await self.seen.pass_time(0.6, 0.2)

    async def type(self, text: str) -> None:
        """Type a text."""
        await self.seen.press(*("space" if char == " " else char for char in text))
        await self.seen.pass_time(0.6, 0.2)

    async def go_to(self, name: str) -> None:
        """To the instance of this name, from the list."""
        await self.press("/")
        await self.type(name)
        await self.press("enter")

    async def sees_in_log(self, words: str) -> None:
        """Wait for words in the title of the log: the status bar has some of them, too."""
        rule = self.seen.app.screen_stack[0].query_one("#log TitleRule", TitleRule)
        await self.seen.until(lambda: words in rule.words, f"{words} in the log's title")

    async def begin(self) -> None:
        """As after the start: the list alone, not filtered, nothing marked, the cursor on its first row."""
        main = self.seen.app.screen_stack[0]
        assert isinstance(main, MainScreen)
        pane = main.query_one("#instances", InstancesPane)
        for _ in range(12):
            away = main.panes.zoomed or main.focused is not pane.body() or self.seen.app.screen is not main
            if not away and pane.wanted == RowFilter():
                break
            await self.seen.press("escape")
        else:
            raise AssertionError(f"no way back to the list\n{self.seen.text()}")
        await self.press("u", "g")
        assert not pane.body().marks
        self.seen.emulator.received.clear()
        self.presses = 0


@asynccontextmanager
async def started(tmp_path: Path, fleet: int) -> AsyncIterator[Console]:
    """A console that has just been started."""
    async with console(tmp_path, SIZE, config=EmulatorConfig(rate_limit=0), wait=False) as seen:
        world = seen.emulator.world
        with world.lock, world.storage.transaction():
            for number in range(fleet - 17):
                world.instances.create("default", f"customer-knowledge-base-eu-{number:03}", {}, START)
        await seen.press("R")
        await seen.until(lambda: seen.store.state.fleet.at, "the list")
        await seen.pass_time(20, 0.5)
        if fleet:
            assert len(seen.store.state.fleet.value or ()) == fleet
        yield seen


async def find_the_failing_instance(one: Hand) -> None:
    await one.press("f")
    await one.seen.sees("paused by error")
    assert one.seen.store.state.selected.id == "legacy-contracts"  # type: ignore[union-attr]


async def why_it_fails(one: Hand) -> None:
    await one.press("f", "2")
    await one.seen.sees("bucket_unauthorized")
    await one.press("3", "enter")
    await one.seen.sees("then resume indexing")


async def sync_and_watch(one: Hand) -> None:
    await one.go_to("api-ref")
    await one.press("S", "tab", "enter", "4")
    await one.seen.pass_time(4, 0.5)
    assert one.seen.received("POST", "api-reference/jobs")
    await one.seen.sees("sync started by a user")


async def follow_what_runs(one: Hand) -> None:
    await one.go_to("handbook")
    await one.press("l", "z")
    await one.seen.pass_time(4, 0.5)
    await one.sees_in_log("LIVE")
    await one.seen.sees("indexed")


async def the_error_lines_of_a_log(one: Hand) -> None:
    await one.go_to("docs-search")
    await one.press("l")
    await one.seen.pass_time(2, 0.5)
    await one.press("e", "e")
    await one.sees_in_log("8 error lines")
    await one.seen.sees("Error 2 of 8.")


async def resync_the_failed_items(one: Hand) -> None:
    await one.go_to("docs-search")
    await one.press("i", "T", "tab", "enter")
    await one.seen.pass_time(8, 0.5)
    assert len(one.seen.received("PATCH", "docs-search/items")) == 7


async def change_the_chunk_size(one: Hand) -> None:
    await one.go_to("docs-search")
    await one.press(":")
    await one.type("set chunk_size 512")
    await one.press("enter", "tab", "enter")
    await one.seen.pass_time(2, 0.5)
    (sent,) = one.seen.received("PUT", "docs-search")
    assert "'chunk_size': 512" in sent


async def compare_two(one: Hand) -> None:
    await one.press("space", "j", "j", "j", "d")
    await one.seen.sees("legacy-contracts")
    await one.seen.sees("differences")


async def search_and_see_why_it_ranks_so(one: Hand) -> None:
    await one.go_to("docs-search")
    await one.press("6", "/")
    await one.type("label printer")
    await one.press("enter")
    await one.seen.pass_time(2, 0.5)
    await one.press("w")
    await one.seen.pass_time(4, 0.5)
    await one.seen.sees("It is found at rank 1")


async def delete_safely(one: Hand) -> None:
    await one.go_to("sandbox")
    await one.press("D")
    await one.type("sandbox")
    await one.press("enter")
    await one.seen.pass_time(2, 0.5)
    assert one.seen.received("DELETE", "sandbox")


TASKS: tuple[Callable[[Hand], Awaitable[None]], ...] = (
    find_the_failing_instance,
    why_it_fails,
    compare_two,
    follow_what_runs,
    the_error_lines_of_a_log,
    sync_and_watch,
    resync_the_failed_items,
    change_the_chunk_size,
    search_and_see_why_it_ranks_so,
    delete_safely,
)
"""What changes the world comes after what only looks, or is about another instance."""


@pytest.mark.parametrize("fleet", [0, FLEET], ids=["demo", "266 instances"])
async def test_each_task_takes_few_keys(tmp_path: Path, fleet: int) -> None:
    async with started(tmp_path, fleet) as seen:
        one = Hand(seen)
        for task in TASKS:
            await one.begin()
            await task(one)
            assert 0 < one.presses <= MOST, task.__name__
