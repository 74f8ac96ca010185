"""Views and dialogs that are closed, resized and typed into at every moment of their mounting: nothing fails."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget

from tests.harness import Console, console

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
