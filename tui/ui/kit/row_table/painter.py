"""From a row to a strip: the row table's painter, with its cache of painted rows."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

from rich.cells import cell_len
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.cache import LRUCache
from textual.strip import Strip
from textual.widget import Widget

from tui.ui.kit.cut import shorten
from tui.ui.kit.row_table.layout import Column, Glyphs, Layout, arrange, fit, fit_text

R = TypeVar("R")
Cell = str | Text
_CACHED_ROWS = 512


class RowLook(NamedTuple):
    """How a row is painted: `under` lies below the cells' own styles and `over` above; `glyph` fills the gutter."""

    under: Style
    over: Style
    glyph: str

    @property
    def plain(self) -> Style:
        """The style of text that has none of its own."""
        return self.under + self.over


class Sort(NamedTuple):
    """The column that the rows are sorted by, for the header only."""

    column: str
    descending: bool = False


class Painter(Generic[R]):
    """Paints header and rows for one width at a time. `cells` is asked only for rows that are not in the cache."""

    def __init__(
        self,
        columns: Sequence[Column],
        cells: Callable[[R], Sequence[Cell]],
        glyphs: Glyphs,
        contents: Callable[[Sequence[R]], Mapping[str, int]] | None = None,
    ) -> None:
        self.glyphs = glyphs
        self._columns = tuple(columns)
        self._cells = cells
        self._available = 0
        self._measure = contents
        self._contents: dict[str, int] = {}
        self._measured: Sequence[R] = ()
        self._layout = arrange(self._columns, 0)
        self._cache: LRUCache[tuple[Hashable, RowLook], tuple[R, Strip]] = LRUCache(_CACHED_ROWS)

    def layout(self, available: int) -> Layout:
        """The layout for `available` cells; another width than before empties the cache."""
        if available != self._available:
            self._available = available
            self._arrange()
        return self._layout

    def _arrange(self) -> bool:
        """Lay the columns out anew; whether they are others than before."""
        before, self._layout = self._layout, arrange(self._columns, self._available, self._contents)
        self.forget()
        return self._layout != before

    def grow(self, rows: Sequence[R]) -> bool:
        """Make room for what these rows hold; whether a column is another now."""
        if self._measure is None or rows == self._measured:
            return False
        self._measured = rows
        wider = {name: max(cells, self._contents.get(name, 0)) for name, cells in self._measure(rows).items()}
        if wider == self._contents:
            return False
        self._contents = wider
        return self._arrange()

    def shrink(self) -> None:
        """Forget what the columns held: they are as wide as what comes next."""
        self._contents, self._measured = {}, ()

    def forget(self) -> None:
        """Drop everything painted so far."""
        self._cache.clear()

    def row(self, key: Hashable, row: R, look: RowLook, console: Console) -> Strip:
        """The whole line of `row`; painted anew only when the row differs from the one last painted under `key`."""
        cached = self._cache.get((key, look))
        if cached is not None and (cached[0] is row or cached[0] == row):
            return cached[1]
        strip = self._paint(self._cells(row), look, console)
        self._cache[(key, look)] = (row, strip)
        return strip

    def header(self, style: Style, sort: Sort | None) -> Strip:
        """The line of titles, the sorted column with its arrow."""
        titles = (
            " " + fit(self._title(column, width, sort), width, self.glyphs.ellipsis, column.align)
            for column, width in ((self._columns[place.column], place.width) for place in self._layout.places)
        )
        return _line([Segment("".join(titles), style)], self._layout.width, self._available, style)

    def note(self, text: Text, style: Style, line: int, height: int, console: Console) -> Strip:
        """One of `height` lines that have `text` in their middle, wrapped; what does not fit is cut at the end."""
        wrapped = text.wrap(console, max(1, self._available), justify="center")
        row = line - max(0, height - len(wrapped)) // 2
        if not 0 <= row < len(wrapped):
            return Strip.blank(self._available, style)
        segments = _styled(wrapped[row], RowLook(style, Style.null(), " "), console)
        return _line(segments, cell_len(wrapped[row].plain), self._available, style)

    def _title(self, column: Column, width: int, sort: Sort | None) -> str:
        """The title; an arrow is never cut off."""
        if sort is None or sort.column != column.id:
            return column.title
        arrow = self.glyphs.descending if sort.descending else self.glyphs.ascending
        return shorten(column.title, width - 1, self.glyphs.ellipsis) + arrow

    def _paint(self, cells: Sequence[Cell], look: RowLook, console: Console) -> Strip:
        """The line of these cells; neighbours of one style become one segment, which saves bytes on the wire."""
        plain, ellipsis = look.plain, self.glyphs.ellipsis
        segments = []
        gap = look.glyph
        for column, width in self._layout.places:
            cell, align, name = cells[column], self._columns[column].align, self._columns[column].name
            if isinstance(cell, str):
                gap += fit(cell, width, ellipsis, align, middle=name) + " "
                continue
            text = fit_text(cell, width, ellipsis, middle=name)
            padding = " " * (width - cell_len(text.plain))
            before, after = (padding, "") if align == "right" else ("", padding)
            segments.append(Segment(gap + before, plain))
            segments += _styled(text, look, console)
            gap = after + " "
        segments.append(Segment(gap[:-1], plain))
        return _line(segments, self._layout.width, self._available, plain)


def _styled(text: Text, look: RowLook, console: Console) -> list[Segment]:
    """The segments of a styled cell between the look's two layers."""
    base = look.under + console.get_style(text.style, default=Style.null())  # Text.render forgets it without spans
    return [Segment(part, base + (style or Style.null()) + look.over) for part, style, _ in text.render(console)]


def _line(segments: list[Segment], width: int, available: int, style: Style) -> Strip:
    """A strip of `width` cells, filled up to `available`."""
    padding = Segment(" " * (available - width), style)
    whole = [segment for segment in (*segments, padding) if segment.text]
    return Strip(Segment.simplify(whole), max(width, available))


def in_window(strip: Strip, x: int, width: int) -> Strip:
    """A line cut to a window of `width` cells that is scrolled by `x`; the gutter does not scroll."""
    return Strip.join([strip.crop(0, 1), strip.crop(x + 1, x + width)])


class RowLooks:
    """The look of a row by its state, in the table's present colours."""

    def __init__(self, table: Widget, glyphs: Glyphs) -> None:
        self._table = table
        self._glyphs = glyphs
        self._known: dict[tuple[bool, bool, bool], RowLook] = {}

    def forget(self) -> None:
        """Colours have changed."""
        self._known.clear()

    def of(self, cursor: bool, marked: bool) -> RowLook:
        """The look of a row that has the cursor or a mark. A table that never has the focus is led from elsewhere."""
        lit = self._table.has_focus or not self._table.can_focus
        state = (cursor, marked, lit)
        if state not in self._known:
            glyphs, style = self._glyphs, self._table.get_component_rich_style
            glyph = (glyphs.both if marked else glyphs.cursor) if cursor else (glyphs.mark if marked else " ")
            under = style("row-table--marked" if marked else "row-table--row")
            self._known[state] = RowLook(under, self._over(cursor, lit), glyph)
        return self._known[state]

    def _over(self, cursor: bool, lit: bool) -> Style:
        """The style above the cells: a lit cursor hides their colours (red on blue is not legible)."""
        if not cursor:
            return Style.null()
        if lit:
            return self._table.get_component_rich_style("row-table--cursor")
        blurred = self._table.get_component_styles("row-table--cursor-blurred")
        return Style(bgcolor=blurred.rich_style.bgcolor) + blurred.text_style
