"""A virtual table: 50,000 rows are as quick as 50, and a refresh never takes the user's place away.

Only visible rows are turned into cells and painted, one strip a line (Textual's line API). Layout, rows, painting and
viewport are the modules beside this one; here is what a user does: move, mark, choose.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, ClassVar, TypeVar

from textual import events

from tui.ui.kit.row_table.canvas import HEADER, RowCanvas
from tui.ui.kit.row_table.layout import ASCII_GLYPHS, Column, Glyphs
from tui.ui.kit.row_table.painter import Cell
from tui.ui.kit.row_table.viewport import RowViewport, TableMessage

__all__ = ["ASCII_GLYPHS", "Cell", "Column", "Glyphs", "RowTable"]

R = TypeVar("R")
_SIDEWAYS = 8  # cells a step


class RowTable(RowViewport[R]):
    """A table of rows with a cursor and marks. It has no key bindings: the pane around it binds keys to its actions.

    The class `-stale` dims the rows.
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

    class Chosen(TableMessage, namespace="row_table"):
        """The row was opened: enter, or a click on the current row."""

        def __init__(self, table: RowCanvas[Any], key: Hashable, row: Any) -> None:
            self.key = key
            self.row = row
            super().__init__(table)

    class MarksChanged(TableMessage, namespace="row_table"):
        """Other rows are marked now."""

        def __init__(self, table: RowCanvas[Any], marks: frozenset[Hashable]) -> None:
            self.marks = marks
            super().__init__(table)

    _told_marks: frozenset[Hashable] = frozenset()
    _last_mark: Hashable | None = None

    @property
    def marks(self) -> frozenset[Hashable]:
        """Keys of the marked rows; all of them are in the table."""
        return self._marks

    def _tell(self) -> None:
        """Also post changed marks: rows may take theirs along when they go."""
        super()._tell()
        if self._marks != self._told_marks:
            self._told_marks = self._marks
            self.post_message(self.MarksChanged(self, self._marks))

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
        """To the first row."""
        self._go(0)

    def action_bottom(self) -> None:
        """To the last row."""
        self._go(len(self._rows) - 1)

    def action_half_down(self) -> None:
        """Half a page down."""
        self._leap(1, self._page // 2)

    def action_half_up(self) -> None:
        """Half a page up."""
        self._leap(-1, self._page // 2)

    def action_page_down(self) -> None:
        """A page down, one row stays in view."""
        self._leap(1, self._page - 1)

    def action_page_up(self) -> None:
        """A page up, one row stays in view."""
        self._leap(-1, self._page - 1)

    def _leap(self, direction: int, rows: int) -> None:
        """Cursor and viewport together, so that the cursor keeps its screen line where it can."""
        distance = direction * max(1, rows)
        self._go(self._cursor + distance, self._top + distance)

    def action_scroll_right(self) -> None:
        """Show what is further right when the columns do not fit."""
        self.scroll_to(x=self.scroll_offset.x + _SIDEWAYS, animate=False, force=True)

    def action_scroll_left(self) -> None:
        """Back towards the first column."""
        self.scroll_to(x=self.scroll_offset.x - _SIDEWAYS, animate=False, force=True)

    def action_choose(self) -> None:
        """Open the row under the cursor."""
        if (row := self.cursor_row) is not None:
            self.post_message(self.Chosen(self, self._rows.keys[self._cursor], row))

    def action_toggle_mark(self) -> None:
        """Mark or unmark the row under the cursor and go one down."""
        if self._rows:
            key = self._rows.keys[self._cursor]
            self._last_mark = None if key in self._marks else key
            self._marks ^= {key}
            self._go(self._cursor + 1)

    def action_mark_range(self) -> None:
        """Mark everything from the last mark to the cursor; only the cursor's row without a last mark."""
        if self._rows:
            start = self._rows.index.get(self._last_mark, self._cursor)
            low, high = sorted((start, self._cursor))
            self._marks |= frozenset(self._rows.keys[low : high + 1])
            self._last_mark = self._rows.keys[self._cursor]
            self._sync()

    def action_clear_marks(self) -> None:
        """Unmark everything."""
        self._marks = frozenset()
        self._last_mark = None
        self._sync()
