"""Keys take effect in the order in which they were typed, however fast they come.

Textual hands a key to the focused widget and looks for a binding only when the key has bubbled back to the app. Keys
that arrive in one burst, as from a line that stalled, are all handed to the old focus: of `/docs` the letters would act
as commands before the filter's input has the focus. Here each key waits until the one before it has been dealt with.
"""

from __future__ import annotations

import time
from collections import deque

from textual import events
from textual.message_pump import MessagePump

from tui.ui.escape_first import key_after_escape
from tui.ui.parts import AppPart

PATIENCE = 0.5
"""Seconds after which a key is let through although the one before it was never seen to end (a widget was removed)."""


class KeyOrder(AppPart):
    """An app whose keys are dealt with one after the other."""

    _busy_since: float | None = None
    _typed_ahead: deque[events.Key]

    def __init__(self, ansi_color: bool | None = None) -> None:
        super().__init__(ansi_color=ansi_color)
        self._typed_ahead = deque()

    async def on_event(self, event: events.Event) -> None:
        """Hold a key back while another is being dealt with."""
        if not isinstance(event, events.Key) or event.is_forwarded:
            await super().on_event(event)
            return
        self._typed_ahead.append(event)
        if self._busy_since is None or time.monotonic() - self._busy_since > PATIENCE:
            await self._deal_with_next()

    async def _deal_with_next(self) -> None:
        self._busy_since = None
        if not self._typed_ahead:
            return
        self._busy_since = time.monotonic()
        await super().on_event(self._next())
        self._follow(self.focused or self.screen)

    def _next(self) -> events.Key:
        """The next key. One that came together with an escape, and is bound to nothing so, waits until that is done."""
        event = self._typed_ahead.popleft()
        after = key_after_escape(event)
        if after is None or event.key in self.screen.active_bindings:
            return event
        self._typed_ahead.appendleft(after)
        return events.Key("escape", "\x1b")

    def _follow(self, node: MessagePump) -> None:
        """Go the way of the key, queue by queue behind it: when this reaches the app, the key has been dealt with."""
        if node is self:
            self.call_later(
                self.call_later, self._deal_with_next
            )  # once more to the back: a change of focus waits there
        elif not node.call_later(self._follow, node._parent or self):
            self._follow(self)
