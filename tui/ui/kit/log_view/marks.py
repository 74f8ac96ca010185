"""Marked lines of a log: to come back to, and to copy together. Pure."""

from __future__ import annotations

from tui.logtail import LogLine, plain
from tui.ui.kit.log_view.rows import LogRows


class LogMarks:
    """A mark stays with its line, also while that is not in memory."""

    def __init__(self, rows: LogRows) -> None:
        self.rows = rows
        self._marked: dict[LogLine, int] = {}

    def __len__(self) -> int:
        return len(self._marked)

    def __contains__(self, line: LogLine | None) -> bool:
        return line is not None and line in self._marked

    def toggle(self, line: LogLine, place: int) -> None:
        """Mark a line, or unmark it."""
        if self._marked.pop(line, None) is None:
            self._marked[line] = place

    def mark_range(self, place: int | None) -> bool:
        """Mark all shown lines from the last mark to `place`; False when there is nothing to begin from."""
        last = next(reversed(self._marked), None)
        start = next((one for one in self.rows.places() if self.rows.line(one) == last), None)
        if place is None or start is None:
            return False
        for other in self.rows.places():
            line = self.rows.line(other)
            if line and min(place, start) <= other <= max(place, start):
                self._marked.setdefault(line, other)
        return True

    def clear(self) -> None:
        """Unmark everything."""
        self._marked.clear()

    def next(self, cursor: int | None) -> int | None:
        """The next marked line that is shown, after the last one the first; None when none is."""
        for start in (self.rows.end if cursor is None else cursor, self.rows.first - 1):
            place = self.rows.find(start, 1, self._marked.__contains__)
            if place is not None:
                return place
        return None

    def picked(self, current: LogLine | None) -> tuple[str, int]:
        """The marked lines, or the current one, as text to copy, and how many they are."""
        lines = sorted(self._marked, key=lambda line: self._marked[line])
        if not lines and current:
            lines = [current]
        return "\n".join(plain(line) for line in lines), len(lines)
