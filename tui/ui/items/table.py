"""The table of items, and what is asked of the screen by its keys."""

from __future__ import annotations

from collections.abc import Hashable

from textual.message import Message

from tui.models import InstanceKey, Item
from tui.models.item_list import ItemQuery
from tui.ui.items.cells import ItemRow
from tui.ui.kit.table import Table


class ItemsWanted(Message):
    """The list of an instance is wanted from its start."""

    def __init__(self, key: InstanceKey, query: ItemQuery) -> None:
        self.key = key
        self.query = query
        super().__init__()


class PageWanted(Message):
    """A page of the list that is held is wanted, new or again."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__()


class JumpWanted(Message):
    """The start of the list, or with `end` its end, is wanted."""

    def __init__(self, end: bool) -> None:
        self.end = end
        super().__init__()


class ItemOpened(Message):
    """An item is to be shown in full."""

    def __init__(self, key: InstanceKey, item: Item) -> None:
        self.key = key
        self.item = item
        super().__init__()


class Act(Message):
    """A key was pressed: `what` is to be done with these items of this instance."""

    def __init__(self, what: str, key: InstanceKey, items: tuple[Item, ...]) -> None:
        self.what = what
        self.key = key
        self.items = items
        super().__init__()


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
