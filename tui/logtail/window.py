"""The stretch of a log that is in memory: neighbouring lines with sequence numbers, bounded in lines and characters."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from operator import attrgetter

from tui.logtail.lines import LineKind, LogLine

_ID = attrgetter("id")
KEPT = 2_000
"""Lines of the job before that can be had again above its successor's first line."""


class Window:
    """Lines oldest first; line `lines[i]` has the sequence number `first + i`, which stays its own while it is here.

    The first `foreign` lines belong to an earlier job, with ids of their own.
    """

    def __init__(self, max_lines: int = 20_000, max_chars: int = 6_000_000) -> None:
        self.max_lines = max_lines
        self.max_chars = max_chars
        self.lines: list[LogLine] = []
        self.first = 0
        self.foreign = 0
        self.in_sight = range(0)
        """Sequence numbers of lines that a reader sees: they never go out."""
        self._kept: Sequence[LogLine] = ()
        self._chars = 0

    @property
    def end(self) -> int:
        """The sequence number after the last line."""
        return self.first + len(self.lines)

    @property
    def own_first(self) -> int:
        """The sequence number of the first line of the present job."""
        return self.first + self.foreign

    @property
    def full(self) -> bool:
        """Whether another line would make one go out."""
        return len(self.lines) >= self.max_lines or self._chars >= self.max_chars

    def own(self) -> Sequence[LogLine]:
        """The lines of the present job."""
        return self.lines[self.foreign :] if self.foreign else self.lines

    def find(self, line_id: int) -> int | None:
        """The sequence number of the present job's line with this id, None when it is not here."""
        at = bisect_left(self.lines, line_id, lo=self.foreign, key=_ID)
        while at < len(self.lines) and self.lines[at].id == line_id:
            if self.lines[at].kind is LineKind.LINE:
                return self.first + at
            at += 1
        return None

    def reset(self, first: int, lines: Sequence[LogLine], foreign: int = 0) -> None:
        """Hold these lines and no others."""
        self.lines = list(lines)
        self.first = first
        self.foreign = foreign
        self._chars = sum(len(line.text) for line in lines)

    def append(self, lines: Sequence[LogLine], *, drop: bool = True) -> int:
        """Add newer lines; the number of oldest ones that went out for them, none without `drop`."""
        self.lines += lines
        self._chars += sum(len(line.text) for line in lines)
        return self._drop(len(lines), oldest=True) if drop else 0

    def prepend(self, lines: Sequence[LogLine], *, foreign: bool = False) -> int:
        """Add older lines; the number of newest ones that went out for them."""
        self.lines[:0] = lines
        self.first -= len(lines)
        self._chars += sum(len(line.text) for line in lines)
        if foreign:
            self.foreign += len(lines)
        return self._drop(len(lines), oldest=False)

    def close(self, line: LogLine) -> None:
        """End the present job with a separator: all lines are an earlier job's from now on, and the last are kept."""
        self.append([line], drop=False)
        self.foreign = len(self.lines)
        self._kept = tuple(self.lines[-KEPT:])

    @property
    def whole(self) -> bool:
        """Whether every kept line of the earlier job is here."""
        return self.foreign >= len(self._kept)

    def attach(self) -> tuple[int, int]:
        """Put the kept lines that are missing above the first line: how many came in, and how many newest went out."""
        missing = self._kept[: max(0, len(self._kept) - self.foreign)]
        return len(missing), self.prepend(missing, foreign=True)

    def _drop(self, keep: int, *, oldest: bool) -> int:
        """Shrink to the bounds, but never into the `keep` lines that just came."""
        count, chars = 0, self._chars
        most = len(self.lines) - keep if keep else 0
        if self.in_sight:
            most = min(most, self.in_sight.start - self.first if oldest else self.end - self.in_sight.stop)
        while count < most and (len(self.lines) - count > self.max_lines or chars > self.max_chars):
            chars -= len(self.lines[count if oldest else -1 - count].text)
            count += 1
        if count:
            self._chars = chars
            del self.lines[slice(0, count) if oldest else slice(len(self.lines) - count, None)]
        if oldest:
            self.first += count
            self.foreign = max(0, self.foreign - count)
        return count
