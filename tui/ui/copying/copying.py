"""Copying out of the console: from any table, over any screen; where the text went is always said."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from tui.errors import AppError
from tui.state.store import Store
from tui.text import plural
from tui.ui.base import ConsoleScreen
from tui.ui.copies import copies
from tui.ui.kit.pick import Choice, Pick
from tui.ui.kit.row_table.layout import shorten
from tui.ui.kit.table import Table
from tui.ui.look import look_of
from tui.ui.parts import AppPart
from tui.ui.report import report

PREVIEW = 40
"""Cells of a text that are shown beside what it is called."""


class Copying(AppPart):
    """The part of the app that copies. `copy_text` puts a text on the clipboard and tells where it went."""

    store: Store
    copy_text: Callable[[str], Awaitable[str]]

    def say(self, words: str) -> None:
        """Tell the operator in one line: at the foot of the main screen, as a toast over anything else."""
        if isinstance(self.screen, ConsoleScreen):
            self.screen.say(words)
        else:
            self.notify(words, markup=False)

    def copy_out(self, text: str, what: str) -> None:
        """Copy a text that is called `what` in the message that follows."""
        self.run_worker(self._put(text, what), group="copy", name=f"copy {what}")

    async def _put(self, text: str, what: str) -> None:
        if not text:
            self.say("There is nothing to copy.")
            return
        try:
            self.say(f"The {what}: {await self.copy_text(text)}")
        except AppError as error:
            report(self.screen.app, error)

    def on_table_copy_wanted(self, event: Table.CopyWanted) -> None:
        """Choose what of the picked rows to copy."""
        table = event.table
        if not isinstance(table, Table) or not table.picked:
            self.say("There is no row to copy.")
            return
        rows, state = table.picked, self.store.state
        offered = {title: text for title, text in copies(rows[0], state) if text}
        ellipsis = look_of(self.screen.app).signs.ellipsis
        choices = [
            Choice(title, title, shorten(" ".join(text.split()), PREVIEW, ellipsis)) for title, text in offered.items()
        ]

        def chosen(title: str | None) -> None:
            if title is not None:
                what = f"{title} of {plural(len(rows), 'row')}" if len(rows) > 1 else title
                self.copy_out(self._joined(rows, title), what)

        self.push_screen(Pick(f"Copy of {plural(len(rows), 'row')}" if len(rows) > 1 else "Copy", choices), chosen)

    def _joined(self, rows: Sequence[Any], title: str) -> str:
        texts = (dict(copies(row, self.store.state)).get(title, "") for row in rows)
        return "\n".join(text for text in texts if text)
