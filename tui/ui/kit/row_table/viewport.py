"""Where the user is in the row table: the cursor that keeps its key, and the viewport that keeps its place."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, TypeVar

from textual.message import Message

from tui.ui.kit.row_table.canvas import RowCanvas
from tui.ui.kit.row_table.rows import Rows, Spot, resettle, reveal

R = TypeVar("R")


class TableMessage(Message, namespace="row_table"):
    """What a table tells; a newer one of the same kind and table replaces an older one that still waits."""

    def __init__(self, table: RowCanvas[Any]) -> None:
        self.table = table
        super().__init__()

    @property
    def control(self) -> RowCanvas[Any]:
        """The table, for the selector of `on`."""
        return self.table

    def can_replace(self, message: Message) -> bool:
        """Whether `message`, which waits behind this one, makes it superfluous."""
        return type(message) is type(self) and message.table is self.table


class RowViewport(RowCanvas[R]):
    """Rows that can be replaced at any time under a cursor and a viewport that stay where the user put them."""

    class Highlighted(TableMessage, namespace="row_table"):
        """The cursor has another key now; key and row are None in an empty table."""

        def __init__(self, table: RowCanvas[Any], key: Hashable | None, row: Any) -> None:
            self.key = key
            self.row = row
            super().__init__(table)

    class VisibleChanged(TableMessage, namespace="row_table"):
        """Other rows are in the viewport, because of scrolling, resizing or new rows."""

        def __init__(self, table: RowCanvas[Any], keys: tuple[Hashable, ...]) -> None:
            self.keys = keys
            super().__init__(table)

    _cursor_in_view = True
    _told_key: Hashable | None = None
    _told_visible: tuple[Hashable, ...] = ()

    @property
    def cursor_key(self) -> Hashable | None:
        """The key of the row under the cursor, None without rows."""
        return self._rows.keys[self._cursor] if self._rows else None

    @property
    def cursor_row(self) -> R | None:
        """The row under the cursor, None without rows."""
        return self._rows.items[self._cursor] if self._rows else None

    def visible_keys(self) -> tuple[Hashable, ...]:
        """Keys of the rows in the viewport, from top to bottom."""
        return self._rows.keys[self._top : self._top + self._page]

    def set_rows(self, rows: Sequence[R]) -> None:
        """Show `rows` in this order. O(n), and nothing is painted that looks the same as before."""
        old, self._rows = self._rows, Rows(rows, self._key)
        self._cursor, top = resettle(old, self._rows, Spot(self._cursor, self._top), self._page)
        self._marks = frozenset(key for key in self._marks if key in self._rows.index)
        self._resize_virtual()
        self._show_from(top)
        self._sync()

    def move_to(self, key: Hashable) -> bool:
        """Put the cursor on the row with `key` and bring it into view; False when there is none."""
        position = self._rows.index.get(key)
        if position is None:
            return False
        self._go(position)
        return True

    @property
    def at_top(self) -> bool:
        """Whether the first row is the first in the viewport."""
        return self._top == 0

    def show_top(self) -> None:
        """Scroll to the first row, if the cursor stays in view."""
        if self._cursor < self._page:
            self._show_from(0)

    def on_resize(self) -> None:
        """A cursor that was in view stays in view."""
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
        spot = Spot(self._cursor, self._top if top is None else top)
        self._show_from(reveal(spot, len(self._rows), self._page))
        self._sync()

    def _show_from(self, top: int) -> None:
        """Scroll the row at `top` to the first line. Forced: the scrollbar may not have been laid out yet."""
        if self._page and top != self._top:
            self.scroll_to(y=top, animate=False, force=True)

    def _sync(self) -> None:
        """Bring screen and listeners up to date with rows, cursor, marks and viewport."""
        self._repaint()
        self._cursor_in_view = not self._page or self._top <= self._cursor < self._top + self._page
        if self.is_running:
            self._tell()

    def _tell(self) -> None:
        """Post what has changed since it was posted last."""
        if self.cursor_key != self._told_key:
            self._told_key = self.cursor_key
            self.post_message(self.Highlighted(self, self.cursor_key, self.cursor_row))
        if (visible := self.visible_keys()) != self._told_visible:
            self._told_visible = visible
            self.post_message(self.VisibleChanged(self, visible))
