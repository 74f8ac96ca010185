"""Whether anybody looks: without the terminal's focus, or ten minutes after the last key, polling is slower."""

from __future__ import annotations

from functools import cached_property

from textual import events
from textual.signal import Signal

from tui.ui.parts import AppPart

IDLE = 600.0
"""Seconds without a key after which nobody is taken to look."""
LOOK = 1.0


class Attention(AppPart):
    """The part of the app that notices keys, and the focus of the terminal."""

    _focused = True
    _touched: float | None = None

    @cached_property
    def touched_signal(self) -> Signal[float]:
        """Published with the time, in epoch seconds, whenever the operator does something, before it is dealt with."""
        return Signal(self, "touched")

    def now(self) -> float:
        """Epoch seconds."""
        raise NotImplementedError

    def calm(self, calm: bool) -> None:
        """Somebody looks, or nobody does; told again and again."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Look at the clock from now on."""
        self._touched = self.now()
        self.set_interval(LOOK, self._attend)

    async def on_event(self, event: events.Event) -> None:
        """Notice the operator's hand; catch up at once when it was away."""
        if isinstance(event, events.Key | events.MouseDown | events.Paste):
            self._touched = self.now()
            self._attend()
            self.touched_signal.publish(self._touched)
        await super().on_event(event)

    def on_app_focus(self) -> None:
        """The terminal has the focus again."""
        self._focused, self._touched = True, self.now()
        self._attend()

    def on_app_blur(self) -> None:
        """The focus is elsewhere."""
        self._focused = False
        self._attend()

    def _attend(self) -> None:
        idle = self._touched is not None and self.now() - self._touched >= IDLE
        self.calm(idle or not self._focused)
