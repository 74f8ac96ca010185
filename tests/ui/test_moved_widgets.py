"""A widget that moves is painted where it is, not where it was, whoever asked for its size before it was laid out."""

from __future__ import annotations

import asyncio
import gc
import weakref
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static
from textual.widgets._toast import ToastRack

from tests.harness import console
from tui.ui.instances.detail_pane import DetailPane
from tui.ui.jobs.pane import JobsPane


async def test_what_moved_is_painted_and_knows_its_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Textual laid out for whoever asked, and then found nothing to paint: the layout was the same as before."""
    async with console(tmp_path) as seen:
        jobs, detail = seen.app.screen.query_one(JobsPane), seen.app.screen.query_one(DetailPane)
        resized: list[Widget] = []
        monkeypatch.setattr(JobsPane, "on_resize", lambda pane, event: resized.append(pane), raising=False)
        at_first = jobs.styles.height, detail.styles.height
        for height, asked in product((3, 8, 14), ("nothing", "size", "region")):
            case = f"{asked} asked at a height of {height}"
            assert jobs.size.height != height, case
            resized.clear()
            jobs.styles.height = height
            new = Static("new", classes="new")
            await jobs.mount(new)
            seen.app.screen._compositor._full_map_invalidated = True  # as a widget that comes into view has it
            detail.styles.height = 20 - height
            if asked != "nothing":
                assert getattr(jobs, asked), case
            await seen.still()
            await seen.painted()
            assert resized, case
            assert jobs.size.height == height, case
            await new.remove()
            jobs.styles.height, detail.styles.height = at_first
            await seen.still()


async def test_a_view_that_is_closed_before_it_was_laid_out_again_is_let_go(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await seen.press("S")
        dialog: Screen[Any] | None = seen.app.screen
        assert dialog
        laid_out = weakref.ref(dialog._compositor)
        dialog._compositor._full_map_invalidated = True
        assert dialog._compositor.full_map
        dialog.dismiss(None)
        dialog = None
        await seen.settle()
        for key in "jkjk":  # what was pressed and painted last is remembered
            await seen.press(key)
            gc.collect()
        assert laid_out() is None


async def test_a_view_that_is_laid_out_while_it_is_closed_leaves_no_task(tmp_path: Path) -> None:
    """A layout may want a scroll bar then, which nobody would end: it kept the whole view."""
    async with console(tmp_path) as seen:
        await seen.press("S")
        body = seen.app.screen.query(Widget).last()
        seen.app.screen.dismiss(None)
        await seen.settle()
        before = asyncio.all_tasks()
        assert body.vertical_scrollbar
        assert body.horizontal_scrollbar
        await seen.settle()
        assert not {one.get_name() for one in asyncio.all_tasks() - before if "ScrollBar" in one.get_name()}


async def test_a_toast_that_is_taken_back_leaves_nothing(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        rack = seen.app.screen_stack[0].query_one(ToastRack)
        for number in range(3):
            seen.app.notify(f"told {number}")
            await seen.settle()
            assert len(rack.children) == 1
            seen.app.clear_notifications()
            await seen.until(lambda: not rack.children, "no holder of a toast")


async def test_two_sizes_in_one_moment_come_to_rest_at_the_last(tmp_path: Path) -> None:
    """Each was laid out for in turn, for ever: a window that is dragged tells many sizes."""
    async with console(tmp_path) as seen:
        main = seen.app.screen_stack[0]
        laid_out: list[Size] = []
        main.screen_layout_refresh_signal.subscribe(main, lambda _: laid_out.append(main.size))
        sizes = Size(120, 40), Size(80, 24), Size(160, 50)
        for opens in ("", "question_mark", "S"):
            if opens:
                await seen.press(opens)
            await seen.pilot.resize_terminal(80, 24)
            for size in sizes:
                for screen in {main, seen.app.screen}:
                    screen.post_message(events.Resize(size, size))
                    screen.call_later(lambda: None)  # what lies between two sizes keeps them from being one
            for _ in range(200):
                await asyncio.sleep(0.001)
            laid_out.clear()
            for _ in range(50):
                await asyncio.sleep(0.001)
            assert len(laid_out) < 5, opens
            assert {screen.size for screen in seen.app.screen_stack} == {Size(80, 24)}, opens
            assert main.has_class("-narrow"), opens
            assert not main.has_class("-wide"), opens
            if opens:
                await seen.press("escape")
            await seen.pilot.resize_terminal(120, 40)
            await seen.still()
