"""Where the lines of a descending log are: told by lines already known, and by the total only where none is."""

from __future__ import annotations

from collections.abc import Sequence

from tui.logtail.lines import Kind, LogLine
from tui.logtail.log_pages import LogPages
from tui.logtail.window import Window


class Places:
    """Sequence numbers for pages that shift. `base` is that of the log's first line, if totals are right.

    `newest` is never too large unless the total is: lines move to later pages only, so that a page towards the start
    that is asked for by its distance from `newest` can overlap the window but leaves no gap. `start` is the sequence
    number of the first line once that was read.
    """

    def __init__(self, reader: LogPages, base: int) -> None:
        self._reader = reader
        self.base = base
        self.start: int | None = None
        self.newest = base - 1
        self._counted = False
        self._head: dict[int, int] = {}
        self._head_end = base

    @property
    def total(self) -> int | None:
        """Lines of the log: exact once its start was read, else as the server tells."""
        if self.start is not None:
            return self.newest - self.start + 1
        return self.newest - self.base + 1 if self._counted else None

    def _placed_head(self, lines: Sequence[LogLine], window: Window | None = None) -> int:
        """The place of the first line of page 1, just read; it is remembered to place the next one.

        Lines of the window tell it exactly. Else it is the largest of what is certain: where lines of the page 1
        before are now, else beyond them; not short of the newest line known; and what the total says.
        """
        first = self._aligned(lines, window) if window else None
        if first is None:
            shared = self._aligned(lines)
            if shared is None:
                shared = self._head_end
                self._forget_start()
            told = self.base + (self._reader.total or 0) if self._counted else 0
            first = max(shared, max(told, self.newest + 1) - len(lines))
        self.newest = first + len(lines) - 1
        self._head_end = self.newest + 1
        self._head = {line.id: place for place, line in enumerate(lines, first) if line.kind is Kind.LINE}
        return first

    def _forget_start(self) -> None:
        """Places from now on are bounds only, unless there are totals: the start has to be found again."""
        if not self._counted:
            self.start = None

    def _aligned(self, lines: Sequence[LogLine], window: Window | None = None) -> int | None:
        """The place of the first line, by any line that is known; None when none is."""
        for at, line in enumerate(lines):
            if line.kind is Kind.LINE:
                place = window.find(line.id) if window else self._head.get(line.id)
                if place is not None:
                    return place - at
        return None

    def _number(self, place: int) -> int:
        """The page that has the line at `place`, if nothing has come since."""
        return max(0, self.newest - place) // self._reader.size + 1

    def _measured(self, place: int, lines: Sequence[LogLine], number: int, size: int) -> None:
        """A page whose place is known tells where the end is now."""
        newest = place + len(lines) - 1 + (number - 1) * size
        if newest < self.newest:
            self._head_end = newest + 1
            self._head = {line_id: at + newest - self.newest for line_id, at in self._head.items()}
        self.newest = newest
