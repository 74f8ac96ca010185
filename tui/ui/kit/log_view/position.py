"""The reader's place in a log: the row on top and the line under the cursor, or the end that is followed.

Rows are not counted by an offset into all of them, whose number nobody knows in a log that is paged and folded: the row
on top is named by its line. Pure: the widget asks for rows and paints them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tui.logtail import LogLine
from tui.ui.kit.log_view.rows import LogRows, RowOfLine


class LogPosition:
    """Holds its place whatever comes and goes. While it follows there is no cursor: keys act on the last line."""

    def __init__(self, rows: LogRows) -> None:
        self.rows = rows
        self.top = RowOfLine(0)
        self.cursor: int | None = None
        self.follows = True

    @property
    def current(self) -> int | None:
        """The sequence number of the line that keys act on."""
        last = self.rows.last()
        return self.cursor if self.cursor is not None or last is None else last.place

    def follow(self) -> None:
        """To the end, and stay there."""
        self.follows, self.cursor = True, None

    def leave_end(self) -> bool:
        """Stop following: from now on nothing moves but by the reader's keys. False when it did not follow."""
        last = self.rows.last()
        if not self.follows or last is None:
            return False
        self.follows, self.cursor = False, last.place
        return True

    def go(self, top: RowOfLine) -> None:
        """Put this row on top, and the cursor on its line."""
        self.top, self.cursor = top, top.place

    def find_again(self, seen: LogLine | None, lines: Sequence[LogLine], first: int) -> None:
        """Other lines are in memory: go to the one that was on top, else to the first."""
        if not self.follows:
            same = (place for place, line in enumerate(lines, first) if line is seen or line == seen)
            self.go(RowOfLine(next(same, first)))

    def in_sight(self, height: int, *, snug: bool) -> list[RowOfLine]:
        """The rows for a viewport of `height` rows; `snug` leaves no blank ones below. Top and cursor stay as they can.

        Lines that have gone are replaced by their nearest neighbour.
        """
        rows, last = self.rows, self.rows.last()
        if last is None or not height:
            return []
        if self.follows:
            self.top = rows.up(last, height - 1)
        else:
            self._settle_on_shown_lines()
        seen = rows.fill(self.top, height)
        if snug and len(seen) < height and not self.follows:
            self.top = rows.up(last, height - 1)
            seen = rows.fill(self.top, height)
        return seen

    def _settle_on_shown_lines(self) -> None:
        place = self.rows.near(self.top.place)
        if place is not None and (place != self.top.place or self.top.row >= self.rows.height(place)):
            self.top = RowOfLine(place)
        if self.cursor is not None:
            self.cursor = self.rows.near(self.cursor)

    def neighbour(self, step: int) -> int | None:
        """The shown line next to the cursor in direction `step` (1 or -1)."""
        if self.cursor is None:
            return None
        return self.rows.upto(self.cursor - 1) if step < 0 else self.rows.from_(self.cursor + 1)

    def reveal(self, place: int, height: int) -> None:
        """Put the cursor on a line, and scroll only as far as it takes to see it."""
        self.cursor, height = place, max(1, height)
        lowest = self.rows.up(RowOfLine(place, self.rows.height(place) - 1), height - 1)
        if self.top > RowOfLine(place):
            self.top = RowOfLine(place)
        elif self.top < lowest:
            self.top = min(lowest, RowOfLine(place))

    def centre(self, place: int, height: int) -> None:
        """Put a line in the middle of the screen."""
        self.top = self.rows.up(RowOfLine(place), height // 2)

    def leap(self, distance: int, height: int, row: int) -> None:
        """Move viewport and cursor by `distance` rows together; the cursor keeps its `row` of the screen if it can."""
        rows, last = self.rows, self.rows.last()
        if last is None:
            return
        if distance < 0:
            moved = rows.up(self.top, -distance)
        else:
            moved = max(min(rows.down(self.top, distance), rows.up(last, height - 1)), self.top)
        at_edge = moved == self.top
        self.top, self.cursor = moved, rows.down(moved, row).place
        if at_edge:
            self.cursor = moved.place if distance < 0 else last.place

    def find(self, step: int, wanted: Callable[[LogLine], bool]) -> int | None:
        """The next wanted line from the cursor; while following, the last line is the first that is looked at."""
        return self.rows.find(self.rows.end if self.cursor is None else self.cursor, step, wanted)

    def near_edges(self, first: int, last: int, margin: int) -> tuple[bool, bool]:
        """Whether less than `margin` lines are loaded above the line `first` in sight, and below the line `last`.

        A filter may show a few lines of many thousand: with one only its own edge counts.
        """
        rows = self.rows
        if rows.keep:
            return rows.upto(first - 1) in (None, rows.first - 1), rows.from_(last + 1) in (None, rows.end)
        return first - rows.first < margin, rows.end - last <= margin
