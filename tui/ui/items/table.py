"""The table of items."""

from __future__ import annotations

from collections.abc import Hashable

from textual.message import Message

from tui.ui.items.cells import ItemRow
from tui.ui.kit.table import Table


class ItemTable(Table[ItemRow]):
    """A table whose first and last row may not be the list's."""

    class Edge(Message):
        """The operator wants the first, or with `end` the last, item of all."""

        def __init__(self, end: bool) -> None:
            self.end = end
            super().__init__()

    def position_of(self, key: Hashable) -> int:
        """Where a row stands; -1 when it is not there."""
        return self._rows.index.get(key, -1)

    def action_top(self) -> None:
        """To the first row, and on to the first item of all."""
        self.action_top_row()
        self.post_message(self.Edge(end=False))

    def action_bottom(self) -> None:
        """To the last row, and on to the last item of all."""
        self.action_bottom_row()
        self.post_message(self.Edge(end=True))

    def action_top_row(self) -> None:
        """To the first row that is held."""
        super().action_top()

    def action_bottom_row(self) -> None:
        """To the last row that is held."""
        super().action_bottom()
