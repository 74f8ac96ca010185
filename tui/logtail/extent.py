"""What is known of a log and of the stretch of it that is in memory. Reads nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tui.logtail.lines import LogLine
from tui.logtail.log_pages import LogPages
from tui.logtail.order import Pager
from tui.logtail.window import Window


class Extent:
    """The window of a log and where it lies in it. Whoever reads sets the attributes."""

    window: Window
    """The lines in memory. Who shows them sets `in_sight`, and changes nothing else."""
    _reader: LogPages
    _pager: Pager | None

    @property
    def lines(self) -> Sequence[LogLine]:
        """The lines in memory, oldest first. Not to be changed by the reader, and another list after a reset."""
        return self.window.lines

    @property
    def first(self) -> int:
        """The sequence number of `lines[0]`."""
        return self.window.first

    @property
    def newest(self) -> int:
        """The sequence number of the newest line known to exist, in memory or not."""
        return max(self.window.end - 1, self._pager.newest) if self._pager else self.window.end - 1

    @property
    def total(self) -> int | None:
        """Lines of the present job's log, None while that is not known."""
        return self._pager.total if self._pager else 0

    @property
    def whole_cost(self) -> int | None:
        """Requests that reading the whole log takes, about; None while its length is unknown.

        Where pages shift each overlaps the one before.
        """
        if self.total is None or self._pager is None:
            return self.total
        gain = 6 / 7 if self._pager.descending and self.total > self._reader.size else 1.0
        return math.ceil(self.total / (self._reader.size * gain))

    @property
    def read(self) -> int:
        """Lines that can be looked through."""
        return len(self.window.lines)

    @property
    def page_size(self) -> int:
        """Lines that one request brings, as far as known."""
        return self._reader.size

    @property
    def first_known(self) -> bool:
        """Whether nothing older than `lines[0]` can be had."""
        if self._pager is None:
            return True
        return self.window.own_first == self._pager.start and self.window.whole

    @property
    def at_end(self) -> bool:
        """Whether the newest line known is in memory."""
        return self._pager is None or self.window.end > self._pager.newest

    def number(self, place: int) -> int | None:
        """The line number, from 1, of a sequence number; None while the log's start is unknown."""
        if self._pager is None or place < self.window.own_first:
            return None
        start = self._pager.start
        if start is None and self._pager.total is not None:
            start = self._pager.base
        return None if start is None else place - start + 1

    @property
    def rest(self) -> int | None:
        """Requests that all lines older than those in memory would take; None while nobody knows."""
        if self.first_known or self._pager is None:
            return 0
        number = self.number(self.window.own_first)
        return None if number is None else -(-(number - 1) // self._reader.size)
