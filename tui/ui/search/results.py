"""Ranked chunks as a table, and below it the text of the one under the cursor."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.message import Message
from textual.widgets import Static

from tui.ui.kit.line import TitleRule
from tui.ui.kit.row_table.row_table import ASCII_GLYPHS, HEADER, Column, Glyphs, RowTable
from tui.ui.kit.table import Table
from tui.ui.kit.text_dialog import TextDialog
from tui.ui.look import Look, look_of
from tui.ui.search.cells import HIT_COLUMNS, HitRow, contents, hit_cells

STEP = 3
"""Lines by which the text below the table scrolls."""


class SearchResults(Vertical, inherit_bindings=False):
    """A result. `text_of` gives heading and text for the row under the cursor, None when there is no row."""

    class Opened(Message):
        """A row was opened with enter."""

        def __init__(self, row: HitRow) -> None:
            self.row = row
            super().__init__()

    def __init__(
        self,
        text_of: Callable[[HitRow | None], tuple[str, Text]],
        columns: Sequence[Column] = HIT_COLUMNS,
        cells: Callable[[HitRow, Look], Sequence[Text | str]] = hit_cells,
    ) -> None:
        super().__init__()
        self._text_of = text_of
        self._columns = columns
        self._cells = cells
        self._drawn = Text()

    @property
    def look(self) -> Look:
        """Colours and signs of this terminal."""
        return look_of(self.app)

    def compose(self) -> ComposeResult:
        """Table, rule, text."""
        yield Table[HitRow](
            self._columns,
            key=lambda row: (row.rank, row.hit.id),
            cells=lambda row: self._cells(row, self.look),
            glyphs=ASCII_GLYPHS if self.look.signs.ascii else Glyphs(),
            contents=contents,
        )
        yield TitleRule("", rule=self.look.signs.rule)
        with VerticalScroll(can_focus=False):
            yield Static(markup=False)

    @property
    def table(self) -> Table[HitRow]:
        """The table, which takes the focus."""
        return self.query_one(Table)

    @property
    def row(self) -> HitRow | None:
        """The row under the cursor."""
        return self.table.cursor_row

    def show(
        self, rows: Sequence[HitRow], placeholder: Text | str, *, stale: bool = False, fresh: bool = False
    ) -> None:
        """Show rows, or the placeholder on all there is of room; `stale` dims them, `fresh` goes to the first.

        The table has a line for each row, as far as its share of the room goes; the text has the rest.
        """
        self.set_class(not rows, "-empty")
        self.set_class(stale, "-stale")
        self.table.set_class(stale, "-stale")
        self.table.set_placeholder(placeholder)
        hits = rows and rows[0].rank  # below an answer, which is as high as it is, they have the rest
        self.table.styles.height = HEADER + len(rows) if hits else "1fr"
        self.table.set_rows(rows, others=fresh)
        if fresh:
            self.table.action_top()
        self.draw_text(home=fresh)

    def draw_text(self, *, home: bool = False, end: bool = False) -> None:
        """Show the text of the row under the cursor, from its start or at its end, else where it was."""
        heading, text = self._text_of(self.row)
        self.query_one(TitleRule).describe(heading)
        if text != self._drawn or text.spans != self._drawn.spans:
            self._drawn = text
            self.query_one(Static).update(text)
        if home or end:
            scroll = self.query_one(VerticalScroll)
            scroll.scroll_home(animate=False) if home else scroll.scroll_end(animate=False)

    def scroll_text(self, lines: int) -> None:
        """Scroll the text down by so many lines, up when negative."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)

    def on_row_table_highlighted(self, event: RowTable.Highlighted) -> None:
        """The cursor moved."""
        event.stop()
        self.draw_text(home=True)

    def on_row_table_visible_changed(self, event: RowTable.VisibleChanged) -> None:
        """Of no interest to anybody: a result is whole."""
        event.stop()

    def on_row_table_chosen(self, event: RowTable.Chosen) -> None:
        """Enter."""
        event.stop()
        self.post_message(self.Opened(event.row))


ITEM = "item"
"""The result of the reader when the operator wants to go to the item."""


class ChunkReader(TextDialog):
    """Scoring, item and text of one chunk."""

    BINDINGS = [Binding("l", "item", "Item", show=False)]
    FOOT = "l goes to the item, q closes"

    def action_item(self) -> None:
        """Close, and go to the item."""
        self.dismiss(ITEM)
