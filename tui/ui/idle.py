"""Whether anybody looks: without the terminal's focus, or ten minutes after the last key, polling is slower."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual import events
from textual.app import App

IDLE = 600.0
"""Seconds without a key after which nobody is taken to look."""
RESTED = 5.0
"""Seconds without a key after which none is expected at once."""
STILL = 0.1
"""Seconds without a key after which the hand has come to rest: what nobody asked for moves nothing before."""
CHECK = 1.0
"""Seconds between two checks."""


class IdleWatch:
    """Notices keys and the focus of the terminal; says when polling may slow down, and when not any more."""

    def __init__(self, now: Callable[[], float], slow_down: Callable[[bool], None]) -> None:
        """`now` gives epoch seconds; `slow_down` is called again and again with whether nobody looks."""
        self.now = now
        self._slow_down = slow_down
        self._focused = True
        self._touched = now()
        self.touches = 0
        """How often the operator did something."""
        self._listeners: list[Callable[[float], object]] = []

    def listen(self, listener: Callable[[float], object]) -> Callable[[], None]:
        """Call `listener(epoch seconds)` whenever the operator does something, before it is dealt with.

        Returns what ends it.
        """
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def see(self, event: events.Event) -> None:
        """Take note of an event that may come from the operator's hand; polling catches up at once."""
        if isinstance(event, events.Key | events.MouseDown | events.Paste):
            self._touched = self.now()
            self.touches += 1
            self.check()
            for listener in tuple(self._listeners):
                listener(self._touched)

    def focus(self, focused: bool) -> None:
        """The terminal has got the focus, or lost it."""
        self._focused = focused
        if focused:
            self._touched = self.now()
        self.check()

    @property
    def resting(self) -> bool:
        """Whether nobody types just now."""
        return self._quiet_for(RESTED)

    @property
    def still(self) -> bool:
        """Whether the hand has come to rest."""
        return self._quiet_for(STILL)

    def _quiet_for(self, seconds: float) -> bool:
        """Whether no key came for so long; after a clock that was set back nobody knows, and nothing waits."""
        return not 0 <= self.now() - self._touched < seconds

    def check(self) -> None:
        """Compare the clock with the last key."""
        self._slow_down(not self._focused or self.now() - self._touched >= IDLE)


def idle_watch(app: App[Any]) -> IdleWatch | None:
    """The watch of the app; None in an app that has none, such as a test's."""
    watch = getattr(app, "idle", None)
    return watch if isinstance(watch, IdleWatch) else None


def is_still(app: App[Any]) -> bool:
    """Whether the operator's hand has come to rest: what is in the panes may make them higher or lower then."""
    watch = idle_watch(app)
    return watch is None or watch.still
