"""The order of the instance table."""

from __future__ import annotations

from collections.abc import Callable

from tui.state.instance_rows import COLUMNS, Order
from tui.ui.desk import Desk
from tui.ui.kit.pick import Choice, Pick

SORT_WORDS = {
    "state": ("state", "trouble first"),
    "name": ("name", "A to Z"),
    "namespace": ("namespace", "A to Z"),
    "error": ("errors", "most first"),
    "queued": ("queue", "most first"),
    "done": ("done", "most first"),
    "age": ("last activity", "newest first"),
    "next": ("next sync", "soonest first"),
    "source": ("source", "A to Z"),
}


SYNONYMS = {
    **dict.fromkeys(("errors", "err", "failed items"), "error"),
    **dict.fromkeys(("queue", "waiting", "pending"), "queued"),
    **dict.fromkeys(("completed", "indexed", "items"), "done"),
    **dict.fromkeys(("last activity", "activity", "last"), "age"),
    **dict.fromkeys(("id", "instance"), "name"),
    **dict.fromkeys(("status", "health", "trouble"), "state"),
    **dict.fromkeys(("ns",), "namespace"),
    **dict.fromkeys(("next sync", "sync", "due", "schedule"), "next"),
    **dict.fromkeys(("bucket", "website", "origin"), "source"),
}
"""What operators call the columns, besides their ids: the heads of the table too."""
COLUMN_NOTES = {column: ", ".join(words) for column, words in SORT_WORDS.items()}
"""What sorting by a column does, in words."""


class SortInstances:
    """Chooses the column to sort by; the same one again reverses."""

    def __init__(self, desk: Desk, order: Callable[[], Order], put: Callable[[Order], None]) -> None:
        """`order` gives the order of the table, `put` changes it."""
        self.desk = desk
        self._order = order
        self._put = put
        self.actions = {"instances.sort": self.choose}

    async def choose(self) -> None:
        """Choose the column from a list."""
        choices = [Choice(column, *SORT_WORDS[column]) for column in COLUMNS]
        column = await self.desk.ask(Pick("Sort by (the same again: reverse)", choices, self._order().column))
        if column is not None:
            self.by(column)

    def by(self, column: str) -> None:
        """Sort by a column, one of COLUMNS."""
        before = self._order()
        self._put(Order(column, column == before.column and not before.reverse))
