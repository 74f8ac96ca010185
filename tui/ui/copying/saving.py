"""Saving a table to a file."""

from __future__ import annotations

from pathlib import Path

from tui.ui.kit.records import default_name
from tui.ui.kit.table import Table
from tui.ui.parts import AppPart


class Saving(AppPart):
    """The part of the app that saves tables."""

    def now(self) -> float:
        """Epoch seconds."""
        raise NotImplementedError

    def on_table_save_wanted(self, event: Table.SaveWanted) -> None:
        """Ask where, then say where it is."""
        table = event.table
        if not isinstance(table, Table) or not table.shown:
            self.notify("There are no rows to save.", markup=False)
            return
        from tui.ui.kit.save_dialog import SaveRows

        what = (table.id or "rows").removesuffix("-table")
        name = str(Path.cwd() / default_name(what, self.now()))

        def saved(where: str | None) -> None:
            if where:
                self.notify(where, title="Saved", markup=False, timeout=8)

        self.push_screen(SaveRows(what, table.shown, name), saved)
