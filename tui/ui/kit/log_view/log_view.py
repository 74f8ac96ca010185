"""The live log on the screen: follow, scroll, search, filter, jump between errors, mark, fold, other times.

The reader's place, marks, rows and painting are the modules beside this one. Who uses it binds keys to its actions.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from typing import ClassVar, Literal

from msgspec.structs import replace
from rich.text import Text
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.logtail import Change, Feed, LogLine, plain
from tui.text_filter import Matcher, matcher
from tui.ui.kit.log_view.found import error_words, nothing_words
from tui.ui.kit.log_view.marks import LogMarks
from tui.ui.kit.log_view.messages import LogMessage, Position
from tui.ui.kit.log_view.painter import LineFormat, Times
from tui.ui.kit.log_view.position import LogPosition
from tui.ui.kit.log_view.rows import LogRows, Row, RowOfLine, RowRole, edges
from tui.ui.kit.log_view.scroll import TerminalScroll
from tui.ui.kit.log_view.strips import PARTS, STYLES, LogStrips

__all__ = ["LogView", "Matcher", "Position", "matcher"]

_NEAR = 2  # screens from the edge of what is loaded at which more is asked for
_SIDEWAYS = 16  # cells a step
_WHEEL = 3  # rows a notch


class LogView(ScrollView, can_focus=True, inherit_bindings=False):
    """A stretch of a log tail in the viewport. What is to be seen is compared with what was painted before."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = PARTS
    DEFAULT_CSS = STYLES

    class Moved(LogMessage, namespace="log_view"):
        """The reader is somewhere else, or there is more to read: see `position`."""

        def __init__(self, view: LogView, position: Position) -> None:
            self.position = position
            super().__init__(view)

        def can_replace(self, message: Message) -> bool:
            """Only the latest counts."""
            return isinstance(message, LogView.Moved) and message.view is self.view

    class Need(LogMessage, namespace="log_view"):
        """The reader comes near the edge of what is loaded (`older`, `newer`), or wants the `start` or the `end`."""

        def __init__(self, view: LogView, what: Literal["older", "newer", "start", "end"]) -> None:
            self.what = what
            super().__init__(view)

    class Said(LogMessage, namespace="log_view"):
        """A key found nothing, and this is why; `unloaded` when there are lines that it has not seen."""

        def __init__(self, view: LogView, words: str, unloaded: bool = False) -> None:
            self.words = words
            self.unloaded = unloaded
            super().__init__(view)

    class Opened(LogMessage, namespace="log_view"):
        """The reader wants to know more of a line. `number` is its line number, if known."""

        def __init__(self, view: LogView, line: LogLine, number: int | None) -> None:
            self.line = line
            self.number = number
            super().__init__(view)

    def __init__(self, *, ascii: bool = False, clock: Callable[[], float] = time.time, id: str | None = None) -> None:
        """`clock` gives epoch seconds, for ages."""
        super().__init__(id=id)
        self.tail: Feed | None = None
        self.rows = LogRows()
        self.place = LogPosition(self.rows)
        self.marks = LogMarks(self.rows)
        self.terminal = TerminalScroll(self)
        self._strips = LogStrips(self, LineFormat(0, ascii=ascii))
        self._clock = clock
        self._painted: list[Row] = []
        self._placeholder = Text()
        self._wrapped = False
        self._left_at = 0
        self.position = Position()
        self._unsubscribe: Callable[[], None] = lambda: None

    # the tail

    def show_tail(self, tail: Feed | None) -> None:
        """Show another log from its end; None shows nothing."""
        self._unsubscribe()
        self.tail = tail
        self._unsubscribe = tail.subscribe(self._tail_changed) if tail else lambda: None
        self.place.follow()
        self.marks.clear()
        if tail:
            tail.following = True
        self.rows.show(tail.lines if tail else (), tail.first if tail else 0)
        self._redraw()

    def on_unmount(self) -> None:
        self._unsubscribe()

    def _tail_changed(self, change: Change) -> None:
        """Keep the place through one change of the window; nothing of what is in sight moves unless it follows."""
        tail = self.tail
        if tail is None:
            return
        if not change.reset:
            self.rows.update(tail.lines, tail.first, change)
            self._arrange()
            return
        seen = self.rows.line(self.place.top.place)
        self.rows.show(tail.lines, tail.first)
        self.place.find_again(seen, tail.lines, tail.first)
        self._redraw()

    # painting

    def notify_style_update(self) -> None:
        """Colours have changed: nothing that was painted is valid."""
        super().notify_style_update()
        self._strips.forget(colours=True)

    def tick(self) -> None:
        """Time went on: paint the rows whose age reads differently."""
        format, now = self._strips.format, self._clock()
        if format.times is not Times.AGE:
            return

        def age(row: Row, at: float) -> str:
            line = self.rows.line(row[0].place)
            return Times.AGE.text(line.time_s, at) if line else ""

        ages = [age(row, format.now) != age(row, now) for row in self._painted]
        if any(ages):
            self._reformat(now=now)
            self.refresh(*(Region(0, y, self.size.width, 1) for y, other in enumerate(ages) if other))

    def render_line(self, y: int) -> Strip:
        if y < len(self._painted):
            return self._strips.row(self.rows, self._painted[y])
        return self._strips.note(None if self.rows.count else self._placeholder, y, self.size)

    def set_placeholder(self, text: Text | str) -> None:
        """What stands in the middle while there are no lines; a str is taken literally."""
        fresh = Text(text) if isinstance(text, str) else text
        if fresh != self._placeholder:
            self._placeholder = fresh
            if not self.rows.count:
                self.refresh()

    def _exchange_repaint_regions(self) -> Collection[Region]:
        """A frame begins: the terminal scrolls first, where that saves most of the rows."""
        return self.terminal.frame(super()._exchange_repaint_regions())

    def _reformat(self, **changes: object) -> None:
        self._strips.format = replace(self._strips.format, **changes)
        self._strips.forget()

    def _arrange(self, *, snug: bool = False) -> None:
        """Find the rows for the viewport and have those painted that differ. `snug` leaves no blank rows below."""
        rows, tail = self.rows, self.tail
        if rows.goes_on(*edges(tail)):
            self._strips.forget()
        seen = self.place.in_sight(self.size.height, snug=snug) if self.size.width else []

        def role(place: int) -> RowRole:
            marked = bool(self.marks) and rows.line(place) in self.marks
            return RowRole(place == self.place.cursor, marked, rows.is_edge(place))

        before, self._painted = self._painted, [(row, role(row.place)) for row in seen]
        self.terminal.repaint(before, self._painted)
        if tail and self._painted:
            first, last = self._painted[0][0].place, self._painted[-1][0].place
            tail.window.in_sight = range(max(rows.first, first), min(rows.end, last + 1))
        self._post_position()

    def _redraw(self) -> None:
        """Everything may look different: paint it all. The cursor stays in sight, whatever the size has become."""
        self._reformat(width=self.size.width, now=self._clock())
        self.rows.wrap(self._strips.format.room if self._wrapped else 0)
        self._arrange(snug=True)
        self.refresh()
        if self.place.cursor is not None:
            self._reveal(self.place.cursor)

    def on_resize(self) -> None:
        """Lay the rows out anew; the first one stays, or the last one while following."""
        self._redraw()

    # where the reader is

    def _post_position(self) -> None:
        tail, rows, place = self.tail, self.rows, self.place
        if tail is None:
            position = Position()
        else:
            last = min(self._painted[-1][0].place if self._painted else rows.end, rows.end - 1)
            position = Position(
                following=place.follows,
                number=tail.number(last if place.cursor is None else place.cursor),
                total=tail.total,
                loaded=tail.read,
                shown=rows.count,
                marked=len(self.marks),
                utc=self._strips.format.times is Times.UTC,
                errors=rows.errors.since(tail.window.own_first),
                partly=not (tail.first_known and tail.at_end),
                new_below=0 if place.follows else max(0, tail.newest - self._left_at),
                search=self.search.words if self.search else "",
                filter=rows.keep.words if rows.keep else "",
            )
        if position != self.position:
            self.position = position
            self.post_message(self.Moved(self, position))

    @property
    def current_line(self) -> LogLine | None:
        """The line that keys act on."""
        place = self.place.current
        return None if place is None or self.rows.is_edge(place) else self.rows.line(place)

    def picked_text(self) -> tuple[str, int]:
        """The marked lines, or the current one, as text to copy, and how many they are."""
        return self.marks.picked(self.current_line)

    def shown_text(self) -> str:
        """The loaded lines that pass the filter, as text to copy."""
        lines = (self.rows.line(place) for place in self.rows.places())
        return "\n".join(plain(line) for line in lines if line)

    # moving

    def _leave_end(self) -> None:
        """Stop following: from now on nothing moves but by the reader's keys."""
        if self.place.leave_end() and self.tail:
            self.tail.following = False
            self._left_at = self.tail.newest

    def _reveal(self, place: int) -> None:
        """Put the cursor on a line, and scroll only as far as it takes to see it."""
        self.place.reveal(place, self.size.height)
        self._arrange()

    def show_line(self, place: int) -> None:
        """Put the cursor on a line; when it was out of sight, in the middle of the screen."""
        self._leave_end()
        if not any(row.place == place for row, _ in self._painted):
            self.place.centre(place, self.size.height)
        self._reveal(place)
        self._ask(-1)
        self._ask(1)

    def _leap(self, distance: int) -> None:
        """Viewport and cursor together, so that the cursor keeps its row where it can."""
        if self.rows.last() is None or (self.place.follows and distance > 0):
            return
        self._leave_end()
        row = next((y for y, (spot, _) in enumerate(self._painted) if spot.place == self.place.cursor), 0)
        self.place.leap(distance, self.size.height, row)
        self._arrange()
        self._ask(1 if distance > 0 else -1)

    def _ask(self, step: int) -> None:
        """Ask for more lines when the edge of what is loaded is near in this direction."""
        tail = self.tail
        if tail is None or not self._painted:
            return
        first, last = self._painted[0][0].place, self._painted[-1][0].place
        above, below = self.place.near_edges(first, last, _NEAR * self.size.height)
        if step < 0 and above and not tail.first_known:
            self.post_message(self.Need(self, "older"))
        elif step > 0 and below and not tail.at_end:
            self.post_message(self.Need(self, "newer"))

    def action_follow(self) -> None:
        """Go to the end and stay there."""
        self.place.follow()
        if self.tail:
            self.tail.following = True
            if not self.tail.at_end:
                self.post_message(self.Need(self, "end"))
        self._arrange()

    def action_line(self, step: int) -> None:
        """One line down (1) or up (-1)."""
        if self.place.follows and step > 0:
            return
        self._leave_end()
        if self.place.cursor is not None:
            place = self.place.neighbour(step)
            if place is not None:
                self._reveal(place)
            self._ask(step)

    def action_page(self, step: int) -> None:
        """A page down (1) or up (-1); one row stays in sight."""
        self._leap(step * (self.size.height - 1))

    def action_half(self, step: int) -> None:
        """Half a page down (1) or up (-1)."""
        self._leap(step * (self.size.height // 2))

    def action_top(self) -> None:
        """To the first line of the log."""
        place = self.rows.from_(self.rows.first)
        if self.tail is None or place is None:
            return
        self._leave_end()
        self.place.go(RowOfLine(place))
        if not self.tail.first_known:
            self.post_message(self.Need(self, "start"))
        self._arrange()

    def action_sideways(self, step: int) -> None:
        """Show what is further right (1), or back towards the beginning of the lines (-1)."""
        left = max(0, self._strips.format.left + step * _SIDEWAYS)
        if not self._wrapped and left != self._strips.format.left:
            self._reformat(left=left)
            self._redraw()

    # looks

    def action_toggle_wrap(self) -> None:
        """Fold long lines, or cut them."""
        self._wrapped = not self._wrapped
        self._reformat(left=0)
        self._redraw()

    def action_cycle_time(self) -> None:
        """Local time, UTC, age, none."""
        times = list(Times)
        self._reformat(times=times[(times.index(self._strips.format.times) + 1) % len(times)])
        self._redraw()

    # looking for lines

    @property
    def search(self) -> Matcher | None:
        """What is searched for."""
        return self._strips.format.search

    def set_search(self, search: Matcher | None) -> None:
        """Highlight what matches; lines stay where they are."""
        self._reformat(search=search)
        self._redraw()

    def set_filter(self, keep: Matcher | None) -> None:
        """Show only lines that match; the one on top stays as near as it can."""
        self.rows.filter(keep)
        self._redraw()

    def search_from_here(self) -> None:
        """To the match nearest to the end of what is in sight, upwards: where a reader of a log looks first."""
        line = self.current_line
        if self.search and not (line and self.search.matches(line.text)):
            self.action_find_match(-1)

    def action_find_match(self, step: int) -> None:
        """To the next line that the search matches (1), or to the one before (-1)."""
        search = self.search
        if search is None:
            self.post_message(self.Said(self, "Nothing to search for: type a search first."))
        else:
            self._find(step, lambda line: search.matches(line.text), f"match of {search.words}")

    def action_find_error(self, step: int) -> None:
        """To the next error line (1), or to the one before (-1), round the end; says which of how many it is."""
        if found := self.rows.next_error(self.place.cursor, step, self.tail.window.own_first if self.tail else 0):
            self.show_line(found.place)
        self.post_message(self.Said(self, *error_words(found, step, self.rows, self.tail)))

    def _find(self, step: int, wanted: Callable[[LogLine], bool], name: str) -> None:
        place = self.place.find(step, wanted)
        if place is not None:
            self.show_line(place)
            return
        self.post_message(self.Said(self, *nothing_words(name, step, self.rows, self.tail)))

    def action_details(self) -> None:
        """More of the current line."""
        place, line = self.place.current, self.current_line
        if self.tail and place is not None and line:
            self.post_message(self.Opened(self, line, self.tail.number(place)))

    # marks

    def action_toggle_mark(self) -> None:
        """Mark the current line, or unmark it."""
        line, place = self.current_line, self.place.current
        if line is not None and place is not None:
            self.marks.toggle(line, place)
            self._arrange()

    def action_mark_range(self) -> None:
        """Mark all lines shown from the last mark to the current line."""
        if self.marks.mark_range(self.place.current):
            self._arrange()
        else:
            self.post_message(self.Said(self, "There is no marked line here to begin from."))

    def action_clear_marks(self) -> None:
        """Unmark everything."""
        self.marks.clear()
        self._arrange()

    def action_next_mark(self) -> None:
        """To the next marked line, after the last one to the first."""
        place = self.marks.next(self.place.cursor)
        if place is not None:
            self.show_line(place)
        else:
            words = "No marked line is in the lines shown." if self.marks else "No line is marked."
            self.post_message(self.Said(self, words))

    # the mouse

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the line under the mouse; on the cursor: more of that line."""
        offset = event.get_content_offset(self)
        if offset is None or offset.y >= len(self._painted):
            return
        place = self._painted[offset.y][0].place
        if place == self.place.cursor:
            self.action_details()
            return
        self._leave_end()
        self._reveal(place)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._leap(-_WHEEL)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._leap(_WHEEL)
