"""Saving a table to a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tui.service import Outcome
from tui.ui.desk import Desk
from tui.ui.kit.records import default_name


class SaveTable:
    """Asks where to save the rows of a table, and says where they are."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def rows(self, what: str, rows: Sequence[Any], name: str = "") -> None:
        """Save rows that are called `what`, in a file that is called `name` unless the operator says otherwise."""
        if rows:
            self.desk.start(self._ask(what, rows, name or what), "save table")
        else:
            self.desk.say("There are no rows to save.")

    async def _ask(self, what: str, rows: Sequence[Any], name: str) -> None:
        from tui.ui.kit.save_dialog import SaveRows

        where = await self.desk.ask(SaveRows(what, rows, str(Path.cwd() / default_name(name, self.desk.now))))
        if where:
            self.desk.say(Outcome(where))
