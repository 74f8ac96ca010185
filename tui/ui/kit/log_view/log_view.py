"""The live log on the screen: what a reader does in it besides moving. Looks and layout are the modules beside this.

It has no key bindings: the pane around it binds keys to its actions.
"""

from __future__ import annotations

from textual import events

from tui.logtail import LogLine, plain
from tui.ui.kit.log_view.marks import LogMarks
from tui.ui.kit.log_view.match import Matcher, matcher
from tui.ui.kit.log_view.viewport import LogMessage, LogViewport, Position

__all__ = ["LogView", "Matcher", "Position", "matcher"]

_WHEEL = 3  # rows a notch


class LogView(LogMarks, inherit_bindings=False):
    """A live log: follow, scroll, search, filter, jump between errors, wrap, times."""

    class Opened(LogMessage, namespace="log_view"):
        """The reader wants to know more of a line. `number` is its line number, if known."""

        def __init__(self, view: LogViewport, line: LogLine, number: int | None) -> None:
            self.line = line
            self.number = number
            super().__init__(view)

    def shown_text(self) -> str:
        """The loaded lines that pass the filter, as text to copy."""
        lines = (self.rows.line(place) for place in self.rows.places())
        return "\n".join(plain(line) for line in lines if line)

    def action_details(self) -> None:
        """More of the current line."""
        if self.tail and self.current is not None and (line := self.current_line):
            self.post_message(self.Opened(self, line, self.tail.number(self.current)))

    # the mouse

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the line under the mouse; on the cursor: more of that line."""
        offset = event.get_content_offset(self)
        if offset is None or offset.y >= len(self._painted):
            return
        place = self._painted[offset.y][0].place
        if place == self._cursor:
            self.action_details()
            return
        self._leave_end()
        self._reveal(place)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Some rows up."""
        event.stop()
        self._leap(-_WHEEL)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Some rows down."""
        event.stop()
        self._leap(_WHEEL)
