"""Where the error lines in memory are: counted as lines come and go, and gone through in a ring."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import NamedTuple

from tui.logtail import Change, LogLine
from tui.logtail.severity import Severity


class FoundError(NamedTuple):
    """An error line: its sequence number, which one of how many it is, and whether the end was gone round."""

    place: int
    number: int
    of: int
    round: bool


class LogErrors:
    """The sequence numbers of the error lines in memory, oldest first."""

    def __init__(self) -> None:
        self.places: list[int] = []

    def show(self, lines: Sequence[LogLine], first: int) -> None:
        """Take other lines."""
        self.places = _errors(lines, first, first, first + len(lines))

    def update(self, lines: Sequence[LogLine], first: int, change: Change) -> None:
        """The same stretch after a change that was no reset; only new lines are looked at."""
        end = first + len(lines)
        old, new = min(first + change.prepended, end), max(first, end - change.appended)
        low, high = bisect_left(self.places, old), bisect_left(self.places, new)
        kept = self.places[low:high]
        self.places = [*_errors(lines, first, first, old), *kept, *_errors(lines, first, max(old, new), end)]

    def since(self, place: int) -> int:
        """How many there are from a sequence number on."""
        return len(self.places) - bisect_left(self.places, place)

    def next(self, place: int, step: int, shown: Callable[[int], bool]) -> FoundError | None:
        """The next error that is `shown` from a place in direction `step` (1, -1), round the end; None without any."""
        places = [one for one in self.places if shown(one)]
        if not places:
            return None
        at = bisect_right(places, place) if step > 0 else bisect_left(places, place) - 1
        index = at % len(places)
        return FoundError(places[index], index + 1, len(places), index != at)


def _errors(lines: Sequence[LogLine], first: int, low: int, high: int) -> list[int]:
    return [place for place in range(low, high) if lines[place - first].severity is Severity.ERROR]
