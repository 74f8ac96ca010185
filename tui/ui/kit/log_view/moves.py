"""Moving through the log view: following its end, leaving it, line and page steps, asking for more lines."""

from __future__ import annotations

from typing import Literal

from tui.ui.kit.log_view.rows import Spot
from tui.ui.kit.log_view.viewport import LogMessage, LogViewport

_NEAR = 2  # screens from the edge of what is loaded at which more is asked for


class LogMoves(LogViewport, inherit_bindings=False):
    """A log with a line cursor. While it follows there is no cursor, and the last line is the one that keys act on."""

    class Need(LogMessage, namespace="log_view"):
        """The reader comes near the edge of what is loaded (`older`, `newer`), or wants the `start` or the `end`."""

        def __init__(self, view: LogViewport, what: Literal["older", "newer", "start", "end"]) -> None:
            self.what = what
            super().__init__(view)

    @property
    def current(self) -> int | None:
        """The sequence number of the line that keys act on: under the cursor, the last one while following."""
        last = self.rows.last()
        return self._cursor if self._cursor is not None or last is None else last.place

    def _redraw(self) -> None:
        """Paint everything; the cursor stays in sight, whatever the size has become."""
        super()._redraw()
        if self._cursor is not None:
            self._reveal(self._cursor)

    # following

    def action_follow(self) -> None:
        """Go to the end and stay there."""
        self._follows, self._cursor = True, None
        if self.tail:
            self.tail.following = True
            if not self.tail.at_end:
                self.post_message(self.Need(self, "end"))
        self._arrange()

    def _leave_end(self) -> None:
        """Stop following: from now on nothing moves but by the reader's keys."""
        last = self.rows.last()
        if self._follows and last is not None:
            self._follows, self._cursor = False, last.place
            if self.tail:
                self.tail.following = False
                self._left_at = self.tail.newest

    # moving

    def action_line_up(self) -> None:
        """One line up."""
        self._step(-1)

    def action_line_down(self) -> None:
        """One line down."""
        self._step(1)

    def _step(self, step: int) -> None:
        if self._follows and step > 0:
            return
        self._leave_end()
        if self._cursor is None:
            return
        rows = self.rows
        place = rows.upto(self._cursor - 1) if step < 0 else rows.from_(self._cursor + 1)
        if place is not None:
            self._reveal(place)
        self._ask(step)

    def _reveal(self, place: int) -> None:
        """Put the cursor on a line, and scroll only as far as it takes to see it."""
        self._cursor, height = place, max(1, self.size.height)
        lowest = self.rows.up(Spot(place, self.rows.height(place) - 1), height - 1)
        if self._top > Spot(place):
            self._top = Spot(place)
        elif self._top < lowest:
            self._top = min(lowest, Spot(place))
        self._arrange()

    def show_line(self, place: int) -> None:
        """Put the cursor on a line; when it was out of sight, in the middle of the screen."""
        self._leave_end()
        if not any(spot.place == place for spot, _ in self._painted):
            self._top = self.rows.up(Spot(place), self.size.height // 2)
        self._reveal(place)
        self._ask(-1)
        self._ask(1)

    def action_page_up(self) -> None:
        """A page up; one row stays in sight."""
        self._leap(1 - self.size.height)

    def action_page_down(self) -> None:
        """A page down; one row stays in sight."""
        self._leap(self.size.height - 1)

    def action_half_up(self) -> None:
        """Half a page up."""
        self._leap(-(self.size.height // 2))

    def action_half_down(self) -> None:
        """Half a page down."""
        self._leap(self.size.height // 2)

    def _leap(self, distance: int) -> None:
        """Viewport and cursor together, so that the cursor keeps its row where it can."""
        rows, last = self.rows, self.rows.last()
        if last is None or (self._follows and distance > 0):
            return
        self._leave_end()
        row = next((y for y, (spot, _) in enumerate(self._painted) if spot.place == self._cursor), 0)
        if distance < 0:
            moved = rows.up(self._top, -distance)
        else:
            moved = min(rows.down(self._top, distance), rows.up(last, self.size.height - 1))
            moved = max(moved, self._top)
        at_edge = moved == self._top
        self._top = moved
        target = rows.down(moved, row).place
        if at_edge:
            target = moved.place if distance < 0 else last.place
        self._cursor = target
        self._arrange()
        self._ask(1 if distance > 0 else -1)

    def action_top(self) -> None:
        """To the first line of the log."""
        place = self.rows.from_(self.rows.first)
        if self.tail is None or place is None:
            return
        self._leave_end()
        self._go(Spot(place))
        if not self.tail.first_known:
            self.post_message(self.Need(self, "start"))
        self._arrange()

    def _ask(self, step: int) -> None:
        """Ask for more lines when the edge of what is loaded is near in this direction."""
        tail, rows = self.tail, self.rows
        if tail is None or not self._painted:
            return
        first, last = self._painted[0][0].place, self._painted[-1][0].place
        if rows.keep:  # a filter may show a few lines of many thousand: only its own edge counts
            above, below = rows.upto(first - 1) in (None, rows.first - 1), rows.from_(last + 1) in (None, rows.end)
        else:
            margin = _NEAR * self.size.height
            above, below = first - rows.first < margin, rows.end - last <= margin
        if step < 0 and above and not tail.first_known:
            self.post_message(self.Need(self, "older"))
        elif step > 0 and below and not tail.at_end:
            self.post_message(self.Need(self, "newer"))
