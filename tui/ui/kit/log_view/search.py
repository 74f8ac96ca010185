"""Looking through the log view: sideways, folded, in other times; search, filter, from error to error."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from tui.logtail import LogLine
from tui.logtail.severity import Severity
from tui.text import plural
from tui.ui.kit.log_view.match import Matcher
from tui.ui.kit.log_view.moves import LogMoves
from tui.ui.kit.log_view.painter import Times
from tui.ui.kit.log_view.viewport import LogMessage, LogViewport

_SIDEWAYS = 16  # cells a step


class LogSearch(LogMoves, inherit_bindings=False):
    """A log that can be looked through."""

    class Said(LogMessage, namespace="log_view"):
        """A key found nothing, and this is why; `unloaded` when there are lines that it has not seen."""

        def __init__(self, view: LogViewport, words: str, *, unloaded: bool = False) -> None:
            self.words = words
            self.unloaded = unloaded
            super().__init__(view)

    @property
    def current_line(self) -> LogLine | None:
        """The line that keys act on."""
        place = self.current
        return None if place is None or self.rows.is_edge(place) else self.rows.line(place)

    @property
    def search(self) -> Matcher | None:
        """What is searched for."""
        return self._sheet.search

    # looks

    def action_left(self) -> None:
        """Back towards the beginning of the lines."""
        self._sideways(-_SIDEWAYS)

    def action_right(self) -> None:
        """Show what is further right."""
        self._sideways(_SIDEWAYS)

    def _sideways(self, cells: int) -> None:
        left = max(0, self._sheet.left + cells)
        if not self._wrapped and left != self._sheet.left:
            self._sheet = replace(self._sheet, left=left)
            self._redraw()

    def action_toggle_wrap(self) -> None:
        """Fold long lines, or cut them."""
        self._wrapped = not self._wrapped
        self._sheet = replace(self._sheet, left=0)
        self._redraw()

    def action_cycle_time(self) -> None:
        """Local time, UTC, age, none."""
        times = list(Times)
        self._sheet = replace(self._sheet, times=times[(times.index(self._sheet.times) + 1) % len(times)])
        self._redraw()

    # searching

    def set_search(self, search: Matcher | None) -> None:
        """Highlight what matches; lines stay where they are."""
        self._sheet = replace(self._sheet, search=search)
        self._redraw()

    def set_filter(self, keep: Matcher | None) -> None:
        """Show only lines that match; the one on top stays as near as it can."""
        self.rows.filter(keep)
        self._redraw()

    def search_from_here(self) -> None:
        """To the match nearest to the end of what is in sight, upwards: where a reader of a log looks first."""
        search = self._sheet.search
        on_cursor = self.current_line
        if search and not (on_cursor and search.matches(on_cursor.text)):
            self._find_match(-1)

    def action_search_next(self) -> None:
        """To the next line that the search matches."""
        self._find_match(1)

    def action_search_previous(self) -> None:
        """To the line before that the search matches."""
        self._find_match(-1)

    def _find_match(self, step: int) -> None:
        search = self._sheet.search
        if search is None:
            self.post_message(self.Said(self, "Nothing to search for: type a search first."))
            return
        self._jump(step, lambda line: search.matches(line.text), f"match of {search.words}")

    def action_next_error(self) -> None:
        """To the next error line."""
        self._jump(1, lambda line: line.severity is Severity.ERROR, "error line")

    def action_previous_error(self) -> None:
        """To the error line before."""
        self._jump(-1, lambda line: line.severity is Severity.ERROR, "error line")

    def _jump(self, step: int, wanted: Callable[[LogLine], bool], name: str) -> None:
        """To the next wanted line from the cursor; while following, the last line is the first that is looked at."""
        start = self.rows.end if self._cursor is None else self._cursor
        place = self.rows.find(start, step, wanted)
        if place is not None:
            self.show_line(place)
            return
        where = "below" if step > 0 else "above"
        whole = self.tail is None or (self.tail.at_end if step > 0 else self.tail.first_known)
        within = "" if whole else f" in the {plural(len(self.rows.lines), 'line')} loaded"
        self.post_message(self.Said(self, f"No {name} {where}{within}.", unloaded=not whole))
