"""Views and dialogs that are closed, resized and typed into at every moment of their mounting: nothing fails."""

from __future__ import annotations

import asyncio
import random
from itertools import product
from pathlib import Path

import pytest
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.widget import Widget

from tests.harness import Console, _typed, console
from tui.ui import textual_fixes

pytestmark = pytest.mark.exhaustive

OPENINGS = ("?", "!", "@", ":", "S", "P", "D", "M", "C", "n", "t", "u", "N", "*", "p", "2 ] ] ] a", "4 w", "4 W")
"""Keys from the list of instances that open a view or a dialog, or ask for one."""
STEPS = (1, 4, 9)
"""How many widgets of a view have been asked for their children when it is closed."""


class Closing:
    """Closes the view on top while it is being mounted, when so many of its widgets have been composed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.after = 0
        self.closed = 0
        self._seen = 0
        self._compose = Widget._compose
        closing = self

        async def compose(widget: Widget) -> None:
            closing._count(widget)
            await closing._compose(widget)

        monkeypatch.setattr(Widget, "_compose", compose)

    def begin(self, after: int) -> None:
        """Close the next view after so many of its widgets."""
        self.after, self._seen = after, 0

    def _count(self, widget: Widget) -> None:
        screen = widget if isinstance(widget, Screen) else widget.screen
        if not self.after or len(widget.app.screen_stack) < 2 or screen is not widget.app.screen:
            return
        self._seen += 1
        if self._seen == self.after:
            self.after = 0
            self.closed += 1
            screen.post_message(events.Resize(Size(80, 24), Size(80, 24)))
            widget.app.pop_screen()
            screen.post_message(events.Resize(Size(120, 40), Size(120, 40)))


async def _back(seen: Console) -> None:
    """To the list of instances, whatever is open."""
    for _ in range(12):
        if len(seen.app.screen_stack) == 1 and seen.app.screen_stack[0].focused is not None:
            await seen.press("1")
            return
        await seen.press("escape")
    raise AssertionError(seen.text())


async def test_a_view_that_is_closed_while_it_is_mounted_fails_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until its last widget is mounted a view is not whole; it still receives mount, resize and its callbacks."""
    closing = Closing(monkeypatch)
    async with console(tmp_path, judged=False) as seen:
        for keys in OPENINGS:
            for after in STEPS:
                *way, opening = keys.split()
                await seen.press(*way)
                closing.begin(after)
                await seen.press(opening)
                await seen.turn()
                closing.after = 0
                assert seen.app.is_running, f"{keys!r} closed after {after} widgets"
                await _back(seen)
        await seen.press("?")
        await seen.sees("Help")
    assert closing.closed > len(OPENINGS), "views were closed"


RANDOM_KEYS = (
    *"jkgG/?!@:SPDMCNntuipowavzRXWLEfmV'*#&|^[]1234 .,-_x",
    *("enter", "escape", "tab", "shift+tab", "up", "down", "left", "right", "space", "pageup", "pagedown", "home"),
    *("end", "backspace", "delete", "f2", "ctrl+d", "ctrl+u", "ctrl+s", "ctrl+l", "ctrl+r", "é", "東"),
)
"""All that is on a keyboard but what ends or stops the console."""
SIZES = ((120, 40), (80, 24), (60, 20), (40, 10), (39, 9), (200, 60))


def _slowed(chance: random.Random, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every message takes its time, each another one, mounting too: so is a busy machine."""
    dispatch = textual_fixes._dispatch

    async def late(node: MessagePump, message: Message) -> None:
        for _ in range(chance.choice((0, 0, 0, 1, 4))):
            await asyncio.sleep(0)
        await dispatch(node, message)

    monkeypatch.setattr(textual_fixes, "_dispatch", late)


@pytest.mark.parametrize("seed", range(2))
async def test_random_keys_and_sizes_end_nothing(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys in bursts, resizes between them, on a machine that is late everywhere: no bug, and it still answers."""
    chance = random.Random(seed)
    monkeypatch.chdir(tmp_path)  # what is saved is saved here
    _slowed(chance, monkeypatch)
    async with console(tmp_path, judged=False) as seen:
        for _ in range(30):
            for key in chance.choices(RANDOM_KEYS, k=chance.choice((1, 2, 5))):
                seen.app.post_message(_typed(key))
            if chance.random() < 0.2:
                await seen.pilot.resize_terminal(*chance.choice(SIZES))
            if chance.random() < 0.3:
                seen.time.advance(1.0)
            await seen.turn()
            assert seen.app.is_running
        await seen.pilot.resize_terminal(120, 40)
        for _ in range(10):
            await seen.press("escape")
        await seen.until(lambda: not seen.app.keys.busy, "all keys have been dealt with")
        assert seen.app.is_running


async def test_a_key_that_reaches_the_main_screen_below_a_view_is_nothing(tmp_path: Path) -> None:
    """On a busy machine the view opens while the key is on its way up, and has no focus yet."""
    async with console(tmp_path) as seen:
        for pane, opens in product("14", "?!:S"):
            case = f"{opens} in pane {pane}"
            await seen.press(pane)
            await seen.press(opens)
            view, main = seen.app.screen, seen.app.screen_stack[0]
            assert view is not main, case
            view.set_focus(None)
            for key in ("y", "Y", "9"):
                main.post_message(events.Key(key, key))
            await seen.turn()
            assert not seen.store.state.notices, f"no bug was met: {case}"
            assert seen.app.screen is view, case
            await _back(seen)
