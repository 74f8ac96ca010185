"""Marked lines of a log: to come back to, and to copy together."""

from __future__ import annotations

from tui.logtail import plain
from tui.ui.kit.log_view.search import LogSearch


class LogMarks(LogSearch, inherit_bindings=False):
    """A log whose lines can be marked. A mark stays with its line, also while that is not in memory."""

    def action_toggle_mark(self) -> None:
        """Mark the current line, or unmark it."""
        line, place = self.current_line, self.current
        if line is None or place is None:
            return
        if self._marks.pop(line, None) is None:
            self._marks[line] = place
        self._arrange()

    def action_mark_range(self) -> None:
        """Mark all lines shown from the last mark to the current line."""
        place, start = self.current, self._last_mark()
        if place is None or start is None:
            self.post_message(self.Said(self, "There is no marked line here to begin from."))
            return
        for other in self.rows.places():
            line = self.rows.line(other)
            if line and min(place, start) <= other <= max(place, start):
                self._marks.setdefault(line, other)
        self._arrange()

    def action_clear_marks(self) -> None:
        """Forget all marks."""
        self._marks.clear()
        self._arrange()

    def action_next_mark(self) -> None:
        """To the next marked line, after the last one to the first."""
        if not self._marks:
            self.post_message(self.Said(self, "No line is marked."))
            return
        for start in (self.rows.end if self._cursor is None else self._cursor, self.rows.first - 1):
            place = self.rows.find(start, 1, self._marks.__contains__)
            if place is not None:
                self.show_line(place)
                return
        self.post_message(self.Said(self, "No marked line is in the lines shown."))

    def _last_mark(self) -> int | None:
        """Where the line is that was marked last, None when it is not here."""
        last = next(reversed(self._marks), None)
        return next((place for place in self.rows.places() if self.rows.line(place) == last), None)

    def picked_text(self) -> tuple[str, int]:
        """The marked lines, or the current one, as text to copy, and how many they are."""
        lines = sorted(self._marks, key=lambda line: self._marks[line])
        if not lines and self.current_line:
            lines = [self.current_line]
        return "\n".join(plain(line) for line in lines), len(lines)
