"""Which rows of a log are on the screen: held by sequence number, so that whatever comes and goes they stay."""

from __future__ import annotations

import time
from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace
from textual.message import Message

from tui.logtail import Change, Feed, LogLine
from tui.ui.kit.log_view.edges import edges
from tui.ui.kit.log_view.rows import Role, Spot
from tui.ui.kit.log_view.scroll import LogScroll, Row


class Position(Struct, frozen=True):
    """Where the reader is. `number` is the number of the current line, `total` the lines of the log, both if known.

    `loaded` lines were looked at, `shown` of them pass the filter. `new_below` have come since following stopped.
    """

    following: bool = True
    number: int | None = None
    total: int | None = None
    loaded: int = 0
    shown: int = 0
    new_below: int = 0
    marked: int = 0
    search: str = ""
    filter: str = ""


class LogMessage(Message):
    """A message of a log view."""

    def __init__(self, view: LogViewport) -> None:
        self.view = view
        super().__init__()

    @property
    def control(self) -> LogViewport:
        """The view that sent it."""
        return self.view


class LogViewport(LogScroll, inherit_bindings=False):
    """A stretch of a log tail in the viewport.

    Rows are not scrolled by an offset into all of them, whose number nobody knows in a log that is paged and folded:
    `_top` names the first row. What is to be seen is compared with what was painted, and only other rows are painted.
    """

    class Moved(LogMessage, namespace="log_view"):
        """The reader is somewhere else, or there is more to read: see `position`."""

        def __init__(self, view: LogViewport, position: Position) -> None:
            self.position = position
            super().__init__(view)

        def can_replace(self, message: Message) -> bool:
            """Only the latest counts."""
            return isinstance(message, LogViewport.Moved) and message.view is self.view

    def __init__(self, *, ascii: bool = False, clock: Callable[[], float] = time.time, id: str | None = None) -> None:
        """`clock` gives epoch seconds, for ages."""
        super().__init__(ascii=ascii, clock=clock, id=id)
        self.tail: Feed | None = None
        self._top = Spot(0)
        self._cursor: int | None = None
        self._follows = True
        self._left_at = 0
        self._marks: dict[LogLine, int] = {}
        self._wrapped = False
        self._position = Position()
        self._unsubscribe: Callable[[], None] = lambda: None

    # the tail

    def show_tail(self, tail: Feed | None) -> None:
        """Show another log from its end; None shows nothing."""
        self._unsubscribe()
        self.tail = tail
        self._unsubscribe = tail.subscribe(self._tail_changed) if tail else lambda: None
        self._cursor, self._follows = None, True
        self._marks.clear()
        if tail:
            tail.following = True
        self.rows.show(tail.lines if tail else (), tail.first if tail else 0)
        self._redraw()

    def on_unmount(self) -> None:
        """Listen no more."""
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
        seen = self.rows.line(self._top.place)
        self.rows.show(tail.lines, tail.first)
        if not self._follows:
            same = (place for place, line in enumerate(tail.lines, tail.first) if line is seen or line == seen)
            self._go(Spot(next(same, tail.first)))
        self._redraw()

    # rows on the screen

    def _go(self, top: Spot, cursor: int | None = None) -> None:
        """Put this row on top, and the cursor on this line, by default the top one."""
        self._top = top
        self._cursor = top.place if cursor is None else cursor

    def _arrange(self, *, snug: bool = False) -> None:
        """Find the rows for the viewport and have those painted that differ. `snug` leaves no blank rows below."""
        rows, tail = self.rows, self.tail
        if rows.goes_on(*edges(tail)):
            self._strips.clear()
        before, self._painted = self._painted, self._spots(snug)
        self._repaint_rows(before, self._painted)
        if tail and self._painted:
            first, last = self._painted[0][0].place, self._painted[-1][0].place
            tail.window.in_sight = range(max(rows.first, first), min(rows.end, last + 1))
        self._tell()

    def _spots(self, snug: bool) -> list[Row]:
        height, rows, last = self.size.height, self.rows, self.rows.last()
        if last is None or not height or not self.size.width:
            return []
        if self._follows:
            self._top = rows.up(last, height - 1)
        else:
            self._settle()
        spots = rows.fill(self._top, height)
        if snug and len(spots) < height and not self._follows:
            self._top = rows.up(last, height - 1)
            spots = rows.fill(self._top, height)
        return [(spot, self._role(spot.place)) for spot in spots]

    def _role(self, place: int) -> Role:
        line = self.rows.line(place) if self._marks else None
        return Role(place == self._cursor, line is not None and line in self._marks, self.rows.is_edge(place))

    def _settle(self) -> None:
        """Move top and cursor to shown lines where theirs have gone."""
        place = self.rows.near(self._top.place)
        if place is not None and (place != self._top.place or self._top.row >= self.rows.height(place)):
            self._top = Spot(place)
        if self._cursor is not None:
            self._cursor = self.rows.near(self._cursor)

    def _redraw(self) -> None:
        """Everything may look different: paint it all."""
        self._strips.clear()
        sheet = self._sheet = replace(self._sheet, width=self.size.width, now=self._clock())
        self.rows.wrap(sheet.room if self._wrapped else 0)
        self._arrange(snug=True)
        self.refresh()

    def on_resize(self) -> None:
        """Lay the rows out anew; the first one stays, or the last one while following."""
        self._redraw()

    # telling

    @property
    def position(self) -> Position:
        """Where the reader is now."""
        return self._position

    def _tell(self) -> None:
        tail, rows = self.tail, self.rows
        if tail is None:
            position = Position()
        else:
            last = min(self._painted[-1][0].place if self._painted else rows.end, rows.end - 1)
            search = self._sheet.search
            position = Position(
                following=self._follows,
                number=tail.number(last if self._cursor is None else self._cursor),
                total=tail.total,
                loaded=tail.read,
                shown=rows.count,
                marked=len(self._marks),
                new_below=0 if self._follows else max(0, tail.newest - self._left_at),
                search=search.words if search else "",
                filter=rows.keep.words if rows.keep else "",
            )
        if position != self._position:
            self._position = position
            self.post_message(self.Moved(self, position))
