"""A virtual table: 50,000 rows are as quick as 50, and a refresh never takes the user's place away.

Only visible rows are turned into cells and painted, one strip a line (Textual's line API). Layout, rows and painting
are the modules beside this one.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from itertools import zip_longest
from typing import Any, ClassVar, Generic, TypeVar

from rich.style import Style
from rich.text import Text
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import Reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from tui.ui.kit.row_table.layout import ASCII_GLYPHS, Column, Glyphs
from tui.ui.kit.row_table.painter import Cell, Painter, RowLooks, Sort, in_window
from tui.ui.kit.row_table.rows import RowSpot, TableRows, resettle, reveal

__all__ = ["ASCII_GLYPHS", "Cell", "Column", "Glyphs", "RowTable"]

R = TypeVar("R")
HEADER = 1
"""Lines of the header."""
UNDIMMED = Style(dim=False)
_SIDEWAYS = 8  # cells a step


class TableMessage(Message, namespace="row_table"):
    """Posted by a table; a newer one of the same kind and table replaces an older one that still waits."""

    def __init__(self, table: RowTable[Any]) -> None:
        self.table = table
        super().__init__()

    @property
    def control(self) -> RowTable[Any]:
        """The table, for the selector of `on`."""
        return self.table

    def can_replace(self, message: Message) -> bool:
        """Whether `message`, which waits behind this one, makes it superfluous."""
        return type(message) is type(self) and message.table is self.table


class RowTable(ScrollView, Generic[R], can_focus=True, inherit_bindings=False):
    """A header line over the rows in the viewport, with a cursor and marks that keep their keys.

    Rows can be replaced at any time. What is painted is compared with what should be, and only lines that differ are
    painted again. It has no key bindings: the pane around it binds keys to its actions. The class `-stale` dims the
    rows.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "row-table--header",
        "row-table--row",
        "row-table--marked",
        "row-table--cursor",
        "row-table--cursor-blurred",
        "row-table--placeholder",
    }

    DEFAULT_CSS = """
    RowTable {
        background: $surface;
        color: $foreground;
        overflow: auto auto;
        scrollbar-gutter: stable;
        scrollbar-size: 0 1;
        &.-stale { text-style: dim; }
        & > .row-table--header { color: $text-muted; text-style: bold; }
        & > .row-table--marked { color: $text-accent; text-style: bold; }
        & > .row-table--cursor {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: $block-cursor-text-style;
        }
        & > .row-table--cursor-blurred { background: $block-cursor-blurred-background; }
        & > .row-table--placeholder { color: $text-muted; }
        &:nocolor > .row-table--cursor { text-style: reverse; }
        &:nocolor > .row-table--cursor-blurred { text-style: bold; }
        &:ansi > .row-table--cursor-blurred { text-style: bold; }
    }
    """

    class Highlighted(TableMessage, namespace="row_table"):
        """The cursor has another key now; key and row are None in an empty table."""

        def __init__(self, table: RowTable[Any], key: Hashable | None, row: Any) -> None:
            self.key = key
            self.row = row
            super().__init__(table)

    class VisibleChanged(TableMessage, namespace="row_table"):
        """Other rows are in the viewport, because of scrolling, resizing or new rows."""

        def __init__(self, table: RowTable[Any], keys: tuple[Hashable, ...]) -> None:
            self.keys = keys
            super().__init__(table)

    class Chosen(TableMessage, namespace="row_table"):
        """The row was opened: enter, or a click on the current row."""

        def __init__(self, table: RowTable[Any], key: Hashable, row: Any) -> None:
            self.key = key
            self.row = row
            super().__init__(table)

    class MarksChanged(TableMessage, namespace="row_table"):
        """Other rows are marked now."""

        def __init__(self, table: RowTable[Any], marks: frozenset[Hashable]) -> None:
            self.marks = marks
            super().__init__(table)

    class Edge(TableMessage, namespace="row_table"):
        """The operator went to the first row, or with `end` to the last: there may be more that is not loaded."""

        def __init__(self, table: RowTable[Any], *, end: bool) -> None:
            self.end = end
            super().__init__(table)

    _cursor_in_view = True
    _posted_key: Hashable | None = None
    _posted_visible: tuple[Hashable, ...] = ()
    may_mark: Callable[[Hashable], bool] = staticmethod(lambda key: True)
    """Whether a row may be marked now: one that has just jumped under the cursor was not meant."""
    _posted_marks: frozenset[Hashable] = frozenset()
    _last_mark: Hashable | None = None
    ALLOW_SELECT = False  # a double click chooses, it does not select text

    # Textual repaints the whole widget when the number of rows changes; `_repaint` knows better.
    virtual_size = Reactive(Size(0, 0), layout=True, repaint=False)

    def __init__(
        self,
        columns: Sequence[Column],
        key: Callable[[R], Hashable],
        cells: Callable[[R], Sequence[Cell]],
        *,
        glyphs: Glyphs | None = None,
        contents: Callable[[Sequence[R]], Mapping[str, int]] | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """`key` names a row for good; `cells` gives one cell a column, and a str in it is literal text.

        `contents` measures the rows in sight: cells of the widest content of the columns that go by it.
        """
        super().__init__(id=id, classes=classes)
        self._key = key
        self._glyphs = glyphs or Glyphs()
        self._painter = Painter(columns, cells, self._glyphs, contents)
        self._rows: TableRows[R] = TableRows((), key)
        self._cursor = 0
        self._marks: frozenset[Hashable] = frozenset()
        self._sort: Sort | None = None
        self._placeholder = Text()
        self._looks = RowLooks(self, self._glyphs)
        self._painted: list[object] = []

    @property
    def _page(self) -> int:
        """Lines for rows."""
        return max(0, self.size.height - HEADER)

    @property
    def _width(self) -> int:
        """Cells of a line: `size` counts the scrollbar's column, which is kept free even without one."""
        return max(0, self.size.width - self.scrollbar_size_vertical)

    @property
    def _top(self) -> int:
        """Position of the first row in the viewport."""
        return self.scroll_offset.y

    @property
    def marks(self) -> frozenset[Hashable]:
        """Keys of the marked rows; all of them are in the table."""
        return self._marks

    @property
    def cursor_key(self) -> Hashable | None:
        """The key of the row under the cursor, None without rows."""
        return self._rows.key(self._cursor) if self._rows else None

    @property
    def cursor_row(self) -> R | None:
        """The row under the cursor, None without rows."""
        return self._rows.items[self._cursor] if self._rows else None

    def index_of(self, key: Hashable) -> int:
        """The position of a row; -1 when it is not there."""
        return self._rows.index.get(key, -1)

    def go_to_end(self, *, end: bool) -> None:
        """The cursor to the first row, or with `end` to the last."""
        self._go(len(self._rows) - 1 if end else 0)

    def visible_keys(self) -> tuple[Hashable, ...]:
        """Keys of the rows in the viewport, from top to bottom."""
        return self._rows.keys_from(self._top, self._top + self._page)

    def set_rows(self, rows: Sequence[R], *, keep_top: bool = False, others: bool = False) -> None:
        """Show `rows` in this order. O(n), and nothing is painted that looks the same as before.

        With `keep_top` a table that shows its first row goes on showing it, if the cursor stays in view. With `others`
        the columns are as wide as what is in sight then; else they only grow, not to jump at each step.
        """
        if others:
            self._painter.shrink()
        keep_top = keep_top and self._top == 0
        old, self._rows = self._rows, TableRows(rows, self._key)
        self._cursor, top = resettle(old, self._rows, RowSpot(self._cursor, self._top), self._page)
        self._marks = frozenset(key for key in self._marks if key in self._rows.index)
        self._resize_virtual()
        self._show_from(0 if keep_top and self._cursor < self._page else top)
        self._sync()

    def move_to(self, key: Hashable) -> bool:
        """Put the cursor on the row with `key` and bring it into view; False when there is none."""
        position = self._rows.index.get(key)
        if position is None:
            return False
        self._go(position)
        return True

    def on_resize(self) -> None:
        """A cursor that was in view stays in view; columns are as wide as what is in sight now."""
        self._painter.shrink()
        self._resize_virtual()
        if self._cursor_in_view:
            self._go(self._cursor)
        self._sync()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Unlike the base class: lines that look the same after scrolling are not painted."""
        if self.show_vertical_scrollbar:
            self.vertical_scrollbar.position = new_value
        self._sync()

    def _go(self, position: int, top: int | None = None) -> None:
        """Cursor to the row nearest to `position`; the viewport stays, or starts at `top`, as far as it may."""
        if not self._rows:
            return
        self._cursor = max(0, min(position, len(self._rows) - 1))
        spot = RowSpot(self._cursor, self._top if top is None else top)
        self._show_from(reveal(spot, len(self._rows), self._page))
        self._sync()

    def _show_from(self, top: int) -> None:
        """Scroll the row at `top` to the first line. Forced: the scrollbar may not have been laid out yet."""
        if self._page and top != self._top:
            self.scroll_to(y=top, animate=False, force=True)

    def _sync(self) -> None:
        """Bring screen and listeners up to date with rows, cursor, marks and viewport."""
        if self._page and self._painter.grow(self._rows.items[self._top : self._top + self._page]):
            self._resize_virtual()
            self.refresh()
        self._repaint()
        self._cursor_in_view = not self._page or self._top <= self._cursor < self._top + self._page
        if self.is_running:
            self._post_changes()

    def _post_changes(self) -> None:
        """Post what has changed since it was posted last."""
        if self.cursor_key != self._posted_key:
            self._posted_key = self.cursor_key
            self.post_message(self.Highlighted(self, self.cursor_key, self.cursor_row))
        if (visible := self.visible_keys()) != self._posted_visible:
            self._posted_visible = visible
            self.post_message(self.VisibleChanged(self, visible))
        if self._marks != self._posted_marks:
            self._posted_marks = self._marks
            self.post_message(self.MarksChanged(self, self._marks))

    # painting

    def set_sort(self, column: str | None, *, descending: bool = False) -> None:
        """Mark the column with this id as sorted in the header; the rows come sorted from the owner."""
        sort = None if column is None else Sort(column, descending)
        if sort != self._sort:
            self._sort = sort
            self._refresh_lines([0])

    def set_placeholder(self, text: Text | str) -> None:
        """What stands in the middle while there are no rows; a str is taken literally."""
        self._placeholder = Text(text) if isinstance(text, str) else text
        if not self._rows:
            self.refresh()

    def refresh_cells(self) -> None:
        """Ask for the cells of the visible rows again (an age has ticked) and repaint the lines that came out new."""
        lines = range(HEADER, self.size.height)
        before = [self.render_line(y) for y in lines]
        self._painter.forget()
        self._refresh_lines([y for y, strip in zip(lines, before, strict=True) if self.render_line(y) != strip])

    def notify_style_update(self) -> None:
        """Colours have changed: nothing that was painted is valid."""
        super().notify_style_update()
        self._looks.forget()
        self._painter.forget()

    def render_line(self, y: int) -> Strip:
        """The line `y` of the screen, cut to the window."""
        painter, width = self._painter, self._width
        layout, console, position = painter.layout(width), self.app.console, self._top + y - HEADER
        if y < HEADER:
            strip = painter.header(self.get_component_rich_style("row-table--header"), self._sort)
        elif position < len(self._rows):
            key = self._rows.key(position)
            look = self._looks.of(position == self._cursor, key in self._marks)
            strip = painter.row(key, self._rows.items[position], look, console)
        else:
            style = self.get_component_rich_style("row-table--placeholder") + UNDIMMED  # it says why there are no rows
            text = Text() if self._rows else self._placeholder
            strip = painter.note(text, style, y - HEADER, self._page, console)
        return strip if layout.width <= width else in_window(strip, self.scroll_offset.x, width)

    def _resize_virtual(self) -> None:
        """Tell the scrollbars how much there is.

        The reactive would have the whole screen laid out anew: only a scrollbar that comes or goes has to, and does.
        """
        size = Size(self._painter.layout(self._width).width, len(self._rows) + HEADER)
        if size != self.virtual_size:
            self.set_reactive(Widget.virtual_size, size)
            self._scroll_update(size)

    def _scroll_to(self, x: float | None = None, y: float | None = None, *, animate: bool = True, **rest: Any) -> bool:
        """Every kind of scrolling ends here: none of them is ever animated."""
        return super()._scroll_to(x, y, animate=False, **rest)

    def _repaint(self) -> None:
        """Refresh the lines whose row, cursor or mark differs from what was painted last."""
        rows, count, marks, before = self._rows, len(self._rows), self._marks, self._painted
        self._painted = [
            (rows.items[at], at == self._cursor, rows.key(at) in marks) if at < count else bool(count)
            for at in range(self._top, self._top + self._page)
        ]
        pairs = enumerate(zip_longest(before, self._painted), start=HEADER)
        self._refresh_lines([y for y, (old, new) in pairs if old != new])

    def _refresh_lines(self, lines: Sequence[int]) -> None:
        """Have these lines painted, counted from the top of the widget."""
        if lines:
            self.refresh(*(Region(0, y, self._width, 1) for y in lines))

    # what a user does

    def on_click(self, event: events.Click) -> None:
        """Move to the row under the mouse; choose it when the cursor is there already."""
        offset = event.get_content_offset(self)
        position = -1 if offset is None else self._top + offset.y - HEADER
        if offset is None or offset.y < HEADER or position >= len(self._rows):
            return
        if position == self._cursor:
            self.action_choose()
        else:
            self._go(position)

    def action_cursor_down(self) -> None:
        """One row down."""
        self._go(self._cursor + 1)

    def action_cursor_up(self) -> None:
        """One row up."""
        self._go(self._cursor - 1)

    def action_top(self) -> None:
        self.go_to_end(end=False)
        self.post_message(self.Edge(self, end=False))

    def action_bottom(self) -> None:
        self.go_to_end(end=True)
        self.post_message(self.Edge(self, end=True))

    def action_half(self, step: int) -> None:
        """Half a page down (1) or up (-1)."""
        self._leap(step, self._page // 2)

    def action_page(self, step: int) -> None:
        """A page down (1) or up (-1); one row stays in view."""
        self._leap(step, self._page - 1)

    def _leap(self, direction: int, rows: int) -> None:
        """Cursor and viewport together, so that the cursor keeps its screen line where it can."""
        distance = direction * max(1, rows)
        self._go(self._cursor + distance, self._top + distance)

    def action_sideways(self, step: int) -> None:
        """Show what is further right (1) when the columns do not fit, or back towards the first column (-1)."""
        self.scroll_to(x=self.scroll_offset.x + step * _SIDEWAYS, animate=False, force=True)

    def action_choose(self) -> None:
        """Open the row under the cursor."""
        if (row := self.cursor_row) is not None:
            self.post_message(self.Chosen(self, self._rows.key(self._cursor), row))

    def action_toggle_mark(self) -> None:
        """Mark or unmark the row under the cursor and go one down."""
        if self._rows and self.may_mark(self._rows.key(self._cursor)):
            key = self._rows.key(self._cursor)
            self._last_mark = None if key in self._marks else key
            self._marks ^= {key}
            self._go(self._cursor + 1)

    def action_mark_range(self) -> None:
        """Mark everything from the last mark to the cursor; only the cursor's row without a last mark."""
        if self._rows:
            start = self._rows.index.get(self._last_mark, self._cursor)
            low, high = sorted((start, self._cursor))
            self._marks |= frozenset(self._rows.keys_from(low, high + 1))
            self._last_mark = self._rows.key(self._cursor)
            self._sync()

    def action_clear_marks(self) -> None:
        """Unmark everything."""
        self._marks = frozenset()
        self._last_mark = None
        self._sync()
