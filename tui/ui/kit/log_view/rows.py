"""From log lines to screen rows: which lines are shown, how many rows each fills, and walking over them. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import NamedTuple

from rich.cells import chop_cells
from textual.cache import LRUCache

from tui.logtail import Change, Feed, LineKind, LogLine
from tui.text import plural
from tui.text_filter import Matcher
from tui.ui.kit.log_view.errors import FoundError, LogErrors


class RowOfLine(NamedTuple):
    """A screen row: the sequence number of a line, and which of its rows when it is wrapped."""

    place: int
    row: int = 0


class RowRole(NamedTuple):
    """What a row is besides its text: under the cursor, marked, or one that says that the log goes on."""

    cursor: bool = False
    marked: bool = False
    edge: bool = False


Row = tuple[RowOfLine, RowRole]
"""A row as it is painted: which row of which line, and what it is there."""


class LogRows:
    """The lines in memory that pass the filter, as rows of the screen. `width` is the cells that a wrapped row has.

    A width of 0 does not wrap.

    Where the log goes on beyond them, `above` and `below` are lines that say so; the places next to the lines are
    theirs until the log's own lines take them, so that nothing else moves then.
    """

    def __init__(self) -> None:
        self.lines: Sequence[LogLine] = ()
        self.first = 0
        self.keep: Matcher | None = None
        self.above: LogLine | None = None
        self.below: LogLine | None = None
        self._kept: list[int] = []
        self.errors = LogErrors()
        self.width = 0
        self._pieces: LRUCache[int, list[str]] = LRUCache(256)

    @property
    def end(self) -> int:
        """The sequence number after the last line in memory."""
        return self.first + len(self.lines)

    @property
    def count(self) -> int:
        """Lines that pass the filter."""
        return len(self._kept) if self.keep else len(self.lines)

    def line(self, place: int) -> LogLine | None:
        """The line with this sequence number, None when it is not in memory."""
        if self.first <= place < self.end:
            return self.lines[place - self.first]
        return self.above if place == self.first - 1 else self.below if place == self.end else None

    def is_edge(self, place: int) -> bool:
        """Whether that is no line of the log, but says that it goes on."""
        return not self.first <= place < self.end

    def goes_on(self, above: LogLine | None, below: LogLine | None) -> bool:
        """Set what stands at the edges; whether they read differently now."""
        before, self.above, self.below = (self.above, self.below), above, below
        return before != (above, below)

    def show(self, lines: Sequence[LogLine], first: int) -> None:
        """Take other lines."""
        self.lines, self.first = lines, first
        self.errors.show(lines, first)
        self._kept = self._passing(first, self.end)
        self._pieces.clear()

    def update(self, lines: Sequence[LogLine], first: int, change: Change) -> None:
        """The same stretch after a change that was no reset; only new lines are looked at."""
        self.lines, self.first = lines, first
        self.errors.update(lines, first, change)
        if not self.keep:
            return
        low = bisect_left(self._kept, first + change.prepended)
        high = bisect_left(self._kept, self.end - change.appended)
        older = self._passing(first, min(first + change.prepended, self.end))
        newer = self._passing(max(first, self.end - change.appended), self.end) if change.appended else []
        self._kept = [*older, *self._kept[low:high], *newer]

    def filter(self, keep: Matcher | None) -> None:
        """Show only lines that match; all with None."""
        self.keep = keep
        self._kept = self._passing(self.first, self.end)

    def _passing(self, low: int, high: int) -> list[int]:
        if self.keep is None:
            return []
        matches, first, lines = self.keep.matches, self.first, self.lines
        return [place for place in range(low, high) if matches(lines[place - first].text)]

    def next_error(self, place: int | None, step: int, least: int) -> FoundError | None:
        """The next shown error line from a place, None for the end of the log, not above `least`."""
        keep, lines, first = self.keep, self.lines, self.first
        shown = lambda at: at >= least and (keep is None or keep.matches(lines[at - first].text))  # noqa: E731
        return self.errors.next(self.end if place is None else place, step, shown)

    # places: sequence numbers of lines that pass

    def from_(self, place: int) -> int | None:
        """The first shown line at `place` or after it."""
        if self.above and place < self.first:
            return self.first - 1
        if self.keep is None:
            after = max(place, self.first)
        else:
            at = bisect_left(self._kept, place)
            after = self._kept[at] if at < len(self._kept) else max(place, self.end)
        return after if after < self.end or (self.below and after == self.end) else None

    def upto(self, place: int) -> int | None:
        """The last shown line at `place` or before it."""
        if self.below and place >= self.end:
            return self.end
        if self.keep is None:
            before = min(place, self.end - 1)
        else:
            at = bisect_left(self._kept, place + 1)
            before = self._kept[at - 1] if at else min(place, self.first - 1)
        return before if before >= self.first or (self.above and before == self.first - 1) else None

    def places(self) -> Sequence[int]:
        """All shown lines of the log."""
        return self._kept if self.keep else range(self.first, self.end)

    def near(self, place: int) -> int | None:
        """A shown line at `place`, else after it, else before it."""
        after = self.from_(place)
        return self.upto(place) if after is None else after

    def find(self, place: int, step: int, wanted: Callable[[LogLine], bool]) -> int | None:
        """The next shown line from `place` in direction `step` (1 or -1), itself not, that is wanted."""
        turn = self.from_ if step > 0 else self.upto
        at = turn(place + step)
        while at is not None:
            if not self.is_edge(at) and wanted(self.lines[at - self.first]):
                return at
            at = turn(at + step)
        return None

    # rows of the screen

    def wrap(self, width: int) -> None:
        """Fold lines at this many cells; 0 does not."""
        if width != self.width:
            self.width = width
            self._pieces.clear()

    def pieces(self, place: int) -> list[str]:
        """The text of a line, folded into its rows."""
        if self.is_edge(place):
            return [""]
        pieces = self._pieces.get(place)
        if pieces is None:
            text = self.lines[place - self.first].text
            pieces = (chop_cells(text, self.width) if self.width else [text]) or [""]
            self._pieces[place] = pieces
        return pieces

    def height(self, place: int) -> int:
        """Rows that a line fills."""
        line = self.line(place)
        if not self.width or line is None or line.kind is LineKind.SEPARATOR:
            return 1
        return 1 if len(line.text) * 2 <= self.width else len(self.pieces(place))

    def down(self, spot: RowOfLine, rows: int) -> RowOfLine:
        """So many rows further down, at most the last one."""
        place, row = spot.place, spot.row + rows
        while row >= (height := self.height(place)):
            after = self.from_(place + 1)
            if after is None:
                return RowOfLine(place, height - 1)
            place, row = after, row - height
        return RowOfLine(place, row)

    def up(self, spot: RowOfLine, rows: int) -> RowOfLine:
        """So many rows further up, at most the first one."""
        place, row = spot.place, spot.row - rows
        while row < 0:
            before = self.upto(place - 1)
            if before is None:
                return RowOfLine(place, 0)
            place, row = before, row + self.height(before)
        return RowOfLine(place, row)

    def last(self) -> RowOfLine | None:
        """The last row of all."""
        place = self.upto(self.end)
        return None if place is None else RowOfLine(place, self.height(place) - 1)

    def fill(self, top: RowOfLine, rows: int) -> list[RowOfLine]:
        """The rows from `top` on, at most this many."""
        spots: list[RowOfLine] = []
        place: int | None = top.place
        row = top.row
        while place is not None and len(spots) < rows:
            take = min(self.height(place) - row, rows - len(spots))
            spots += [RowOfLine(place, row + number) for number in range(take)]
            place, row = self.from_(place + 1), 0
        return spots


def edges(feed: Feed | None) -> tuple[LogLine | None, LogLine | None]:
    """What stands above the first line and below the last one; None where the log ends there."""
    if feed is None or not feed.lines:
        return None, None
    number = feed.number(feed.first)
    above = None if feed.first_known else _edge("older", (number or 1) - 1)
    below = None if feed.at_end or feed.following else _edge("newer", 0)  # their number is in the title
    return above, below


def _edge(which: str, count: int) -> LogLine:
    words = plural(count, f"{which} line") if count else f"{which} lines"
    return LogLine(0, None, f"{words}, not loaded", kind=LineKind.SEPARATOR)
