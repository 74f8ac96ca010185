"""Where the terminal scrolls by itself it shows what a full repaint would: bursts, keys, overlays, other sizes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual import events
from textual.app import App, ComposeResult
from textual.drivers.headless_driver import HeadlessDriver
from textual.geometry import Size
from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.widgets import Static

from tests.logtail.server import FakeClock, LogServer
from tui.logtail import Clock, LogTail, Window
from tui.ui import textual_painting
from tui.ui.app import adapt_textual
from tui.ui.kit.log_view.log_view import LogView, matcher

UNREAD = re.compile(r"\x1b\[[<>=?][0-9;]*[a-zA-Z$]+")  # what pyte would misread


class Terminal:
    """A terminal to read: what a driver writes is on `screen`."""

    def __init__(self, columns: int, rows: int) -> None:
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.Stream(self.screen)
        self.bytes = 0

    def write(self, data: str) -> None:
        self.bytes += len(data.encode())
        self.stream.feed(UNREAD.sub("", data))

    def cells(self) -> list[list[object]]:
        columns, rows = range(self.screen.columns), range(self.screen.lines)
        return [[self.screen.buffer[y][x] for x in columns] for y in rows]

    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.screen.display)


TERMINAL = [Terminal(60, 16)]
adapt_textual(ascii_only=False)  # painted as the console paints


@pytest.fixture(autouse=True, scope="module")
def slow_machine() -> Iterator[None]:
    """Three lines, then it is somebody else's turn."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(textual_painting, "PIECE", 0.0)
        patched.setattr(textual_painting, "LINES", 3)
        yield


class TerminalDriver(HeadlessDriver):
    """Like a real driver, but onto the terminal to read."""

    @property
    def is_headless(self) -> bool:
        return False

    def write(self, data: str) -> None:
        TERMINAL[0].write(data)


class Veil(ModalScreen[None]):
    """Something that lies over the log."""

    DEFAULT_CSS = "Veil { align: center middle; } Veil Static { width: 20; height: 5; }"

    def compose(self) -> ComposeResult:
        yield Static("over the log")


class ScrollApp(App[None]):
    """A title, a log as wide as the terminal, and a footer."""

    CSS = "#title, #foot { height: 1; } LogView { height: 1fr; } .-beside LogView { margin-right: 1; }"

    def __init__(self) -> None:
        super().__init__(driver_class=TerminalDriver)
        self.server, self.clock = LogServer(descending=True, clamp=50), FakeClock()
        self.server.write(400)
        clock = Clock(self.clock.monotonic, self.clock.epoch)
        self.tail = LogTail(self.server.source, clock=clock, window=Window(120))

    def compose(self) -> ComposeResult:
        yield Static("a title", id="title")
        yield LogView()
        yield Static("a footer", id="foot")

    async def on_mount(self) -> None:
        await self.tail.step()
        self.screen_stack[0].query_one(LogView).show_tail(self.tail)

    @property
    def view(self) -> LogView:
        return self.screen_stack[0].query_one(LogView)

    async def lines(self, count: int) -> None:
        self.server.write(count)
        self.clock.now += 11
        await self.tail.step()

    def resize(self, columns: int, rows: int) -> None:
        TERMINAL[0].screen.resize(rows, columns)
        self._driver._size = (columns, rows)
        size = Size(columns, rows)
        self.post_message(events.Resize(size, size))


async def act(app: ScrollApp, pilot: Pilot[None], op: tuple[str, int]) -> None:
    """One thing that can happen to a log on a screen."""
    name, value = op
    match name:
        case "lines":
            await app.lines(value)
        case "key":
            keys = (
                ("line", -1),
                ("line", 1),
                ("page", -1),
                ("page", 1),
                ("half", -1),
                ("half", 1),
                ("follow",),
                ("top",),
                ("find_error", 1),
                ("toggle_mark",),
                ("mark_range",),
            )
            name, *step = keys[value % len(keys)]
            getattr(app.view, f"action_{name}")(*step)
        case "toast":
            app.notify("something was said", timeout=60)
        case "quiet":
            app.clear_notifications()
        case "veil":
            app.push_screen(Veil())
        case "unveil":
            if len(app.screen_stack) > 1:
                app.pop_screen()
        case "resize":
            app.resize(40 + value % 40, 8 + value % 12)
        case "look":
            [app.view.action_toggle_wrap, app.view.action_cycle_time, lambda: app.view.action_sideways(1)][value % 3]()
        case "search":
            app.view.set_search(matcher(str(value % 10)))
        case "filter":
            app.view.set_filter(matcher(str(value % 10)) if value % 2 else None)
        case "beside":
            app.screen_stack[0].toggle_class("-beside")
        case "page":
            moves = (app.tail.older, app.tail.newer, app.tail.to_start, app.tail.to_end)
            await moves[value % 4]()
        case "whole":
            app.screen_stack[0].refresh()
        case "frame":  # also of a screen that something lies over
            app.screen_stack[0]._on_timer_update()
        case "wait":
            await pilot.pause()


@contextmanager
def terminal(columns: int, rows: int) -> Iterator[Terminal]:
    TERMINAL[0] = Terminal(columns, rows)
    yield TERMINAL[0]


async def settled(pilot: Pilot[None]) -> None:
    for _ in range(3):
        await pilot.pause(0.02)


async def check(app: ScrollApp, pilot: Pilot[None], ops: list[tuple[str, int]]) -> None:
    """What the terminal shows is what a full repaint shows."""
    await settled(pilot)
    shown, text = TERMINAL[0].cells(), TERMINAL[0].text()
    app.screen.refresh(layout=True)
    app.refresh()
    await settled(pilot)
    assert shown == TERMINAL[0].cells(), f"after {ops}\n{text}\ninstead of\n{TERMINAL[0].text()}"


async def play(ops: list[tuple[str, int]]) -> None:
    """Do all that, with a check after every fourth."""
    app, failed = ScrollApp(), []

    async def pilot_it(pilot: Pilot[None]) -> None:
        try:
            await settled(pilot)
            app.clear_notifications()
            for number, op in enumerate(ops):
                await act(app, pilot, op)
                if number % 4 == 3:
                    await check(app, pilot, ops[: number + 1])
            await check(app, pilot, ops)
        except AssertionError as error:
            failed.append(error)
        finally:
            app.exit()

    with terminal(60, 16):
        await app.run_async(headless=False, size=(60, 16), auto_pilot=pilot_it)
    for error in failed:
        raise error


OPS = st.one_of(
    st.tuples(st.just("lines"), st.sampled_from([1, 1, 2, 5, 13, 20, 40])),
    st.tuples(st.just("key"), st.integers(0, 10)),
    st.tuples(st.sampled_from(["toast", "quiet", "veil", "unveil", "beside", "wait", "whole", "frame"]), st.just(0)),
    st.tuples(st.sampled_from(["resize", "look", "search", "filter", "page"]), st.integers(0, 99)),
)


@settings(max_examples=12, deadline=None)
@given(ops=st.lists(OPS, min_size=4, max_size=16))
def test_the_terminal_shows_what_a_full_repaint_shows(ops):
    asyncio.run(play(ops))


@pytest.mark.parametrize(
    "ops",
    [
        [("toast", 0), ("wait", 0), ("wait", 0), ("lines", 2), ("wait", 0), ("quiet", 0), ("wait", 0), ("lines", 1)],
        [("veil", 0), ("wait", 0), ("lines", 3), ("wait", 0), ("unveil", 0), ("lines", 1), ("wait", 0), ("lines", 1)],
        [("beside", 0), ("wait", 0), ("lines", 1), ("wait", 0), ("beside", 0), ("wait", 0), ("lines", 2), ("wait", 0)],
        [("lines", 1), ("lines", 1), ("resize", 7), ("lines", 2), ("resize", 50), ("lines", 1), ("lines", 1)],
        [("lines", 1), ("lines", 30), ("lines", 1), ("key", 0), ("lines", 1), ("key", 6), ("lines", 3)],
        [("key", 2), ("key", 0), ("key", 0), *[("key", 0)] * 20, ("key", 1), ("key", 5)],
        [("lines", 1), ("whole", 0), ("frame", 0), ("lines", 1), ("frame", 0), ("wait", 0)],
        [("lines", 3), ("veil", 0), ("unveil", 0), ("frame", 0), ("lines", 1), ("frame", 0)],
        [("veil", 0), ("wait", 0), ("lines", 3), ("frame", 0)],
    ],
)
async def test_in_these_cases(ops):
    await play(ops)


async def test_an_appended_line_costs_few_bytes():
    app, cost = ScrollApp(), []

    async def pilot_it(pilot: Pilot[None]) -> None:
        await settled(pilot)
        for _ in range(3):
            before = TERMINAL[0].bytes
            await app.lines(1)
            await settled(pilot)
            cost.append(TERMINAL[0].bytes - before)
        app.exit()

    with terminal(80, 24):
        await app.run_async(headless=False, size=(80, 24), auto_pilot=pilot_it)
    assert max(cost) < 250
    assert min(cost) > 80
