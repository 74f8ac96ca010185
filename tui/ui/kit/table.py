"""The row table with the console's keys."""

from __future__ import annotations

from typing import TypeVar

from tui.actions import Place
from tui.ui.keys import bindings
from tui.ui.kit.row_table.row_table import RowTable, TableMessage

R = TypeVar("R")


class Table(RowTable[R]):
    """A row table that is moved through by the keys of the action table."""

    BINDINGS = bindings(Place.TABLES)

    class CopyWanted(TableMessage, namespace="table"):
        """Something of the row under the cursor, or of the marked rows, is to be copied."""

    class SaveWanted(TableMessage, namespace="table"):
        """The rows as they are shown are to be saved."""

    @property
    def shown(self) -> tuple[R, ...]:
        """All rows in the order of the table: filtered and sorted."""
        return self._rows.items

    @property
    def picked(self) -> tuple[R, ...]:
        """The marked rows in the order of the table; without marks the row under the cursor."""
        rows, marks = self._rows, self._marks
        marked = (
            tuple(row for key, row in zip(rows.keys_from(), rows.items, strict=True) if key in marks) if marks else ()
        )
        row = self.cursor_row
        return marked or (() if row is None else (row,))

    def action_copy(self) -> None:
        """Copy something of what is picked."""
        self.post_message(self.CopyWanted(self))

    def action_save(self) -> None:
        """Save what is shown."""
        self.post_message(self.SaveWanted(self))
