"""How the row table looks: its lines, their styles, and which of them have to be painted again."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from itertools import zip_longest
from typing import Any, Generic, TypeVar

from rich.style import Style
from rich.text import Text
from textual.geometry import Region, Size
from textual.reactive import Reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from tui.ui.kit.row_table.layout import Column, Glyphs
from tui.ui.kit.row_table.painter import Cell, Look, Painter, Sort
from tui.ui.kit.row_table.rows import Rows

R = TypeVar("R")
HEADER = 1
"""Lines of the header."""
UNDIMMED = Style(dim=False)


class RowCanvas(ScrollView, Generic[R], can_focus=True, inherit_bindings=False):
    """A header line over the rows in the viewport. It holds the state that is shown; others change it and then call
    `_repaint`, which compares the lines with those painted last and refreshes only the ones that differ."""

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
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """`key` names a row for good; `cells` gives one cell a column, and a str in it is literal text."""
        super().__init__(id=id, classes=classes)
        self._key = key
        self._glyphs = glyphs or Glyphs()
        self._painter = Painter(columns, cells, self._glyphs)
        self._rows: Rows[R] = Rows((), key)
        self._cursor = 0
        self._marks: frozenset[Hashable] = frozenset()
        self._sort: Sort | None = None
        self._placeholder = Text()
        self._looks: dict[tuple[bool, bool, bool], Look] = {}
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
        self._looks.clear()
        self._painter.forget()

    def render_line(self, y: int) -> Strip:
        """The line `y` of the screen, cut to the window; the gutter does not scroll sideways."""
        width = self._width
        layout = self._painter.layout(width)
        strip = self._whole_line(y)
        if layout.width <= width:
            return strip
        start = self.scroll_offset.x + 1
        return Strip.join([strip.crop(0, 1), strip.crop(start, start + width - 1)])

    def _whole_line(self, y: int) -> Strip:
        """The line `y` of the screen at its full width."""
        if y < HEADER:
            return self._painter.header(self.get_component_rich_style("row-table--header"), self._sort)
        console, position = self.app.console, self._top + y - HEADER
        if position < len(self._rows):
            key = self._rows.keys[position]
            look = self._look(position == self._cursor, key in self._marks)
            return self._painter.row(key, self._rows.items[position], look, console)
        style = self.get_component_rich_style("row-table--placeholder") + UNDIMMED  # it tells why there are no rows
        text = Text() if self._rows else self._placeholder
        return self._painter.note(text, style, y - HEADER, self._page, console)

    @property
    def _lit(self) -> bool:
        """Whether the cursor is what the keys act on: a table that never has the focus is led from elsewhere."""
        return self.has_focus or not self.can_focus

    def _look(self, cursor: bool, marked: bool) -> Look:
        """The look of a row in this state, in the widget's present colours."""
        state = (cursor, marked, self._lit)
        if state not in self._looks:
            glyphs = self._glyphs
            glyph = (glyphs.both if marked else glyphs.cursor) if cursor else (glyphs.mark if marked else " ")
            under = self.get_component_rich_style("row-table--marked" if marked else "row-table--row")
            self._looks[state] = Look(under, self._over(cursor), glyph)
        return self._looks[state]

    def _over(self, cursor: bool) -> Style:
        """The style above the cells: a lit cursor hides their colours (red on blue is not legible)."""
        if not cursor:
            return Style.null()
        if self._lit:
            return self.get_component_rich_style("row-table--cursor")
        blurred = self.get_component_styles("row-table--cursor-blurred")
        return Style(bgcolor=blurred.rich_style.bgcolor) + blurred.text_style

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
        """Refresh the lines that do not show what was painted last."""
        before, self._painted = self._painted, self._lines()
        pairs = enumerate(zip_longest(before, self._painted), start=HEADER)
        self._refresh_lines([y for y, (old, new) in pairs if old != new])

    def _lines(self) -> list[object]:
        """What each line of the viewport shows: (row, cursor, marked), or below the last row whether there are any."""
        rows, count, marks = self._rows, len(self._rows), self._marks
        return [
            (rows.items[at], at == self._cursor, rows.keys[at] in marks) if at < count else bool(count)
            for at in range(self._top, self._top + self._page)
        ]

    def _refresh_lines(self, lines: Sequence[int]) -> None:
        """Have these lines painted, counted from the top of the widget."""
        if lines:
            self.refresh(*(Region(0, y, self._width, 1) for y in lines))
