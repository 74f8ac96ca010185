"""The request log: every call to the API, the newest at the end, live."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical

from tui.contract import Exchange
from tui.text import plural
from tui.ui.curl import curl
from tui.ui.kit.dialog import Dialog
from tui.ui.kit.line import TitleRule
from tui.ui.kit.row_table.row_table import ASCII_GLYPHS, Glyphs, RowTable
from tui.ui.kit.table import Table
from tui.ui.kit.text_dialog import TextDialog
from tui.ui.requests.cells import COLUMNS, cells, contents, in_full

LOOK = 1.0
"""Seconds between two looks for new calls."""
_KEYS = (("tables.choose", "in full"), ("tables.copy", "copy as curl"), ("tables.save", "save"))


class RequestTable(Dialog):
    """A table of calls. It follows the end until the cursor is moved up from there."""

    BINDINGS = [Binding("q,at", "cancel", "Close", show=False)]

    def __init__(
        self, calls: Callable[[], tuple[Exchange, ...]], base_url: str, copy: Callable[[str, str], None]
    ) -> None:
        """`calls` gives the calls so far, newest last; `copy` puts a text on the clipboard, and names it."""
        super().__init__()
        self._calls = calls
        self._base_url = base_url
        self._copy = copy

    def compose(self) -> ComposeResult:
        """Title, table, keys."""
        with Vertical(classes="dialog wide"):
            yield TitleRule("Requests", rule=self.look.signs.rule)
            yield Table[Exchange](
                COLUMNS,
                key=id,  # a call has no name, and the log keeps the very object
                cells=lambda one: cells(one, self.look),
                glyphs=ASCII_GLYPHS if self.look.signs.ascii else Glyphs(),
                contents=contents,
                id="requests-table",
            )
            foot = [f"{self.look.key(action)} {words}" for action, words in _KEYS]
            yield TitleRule("   ".join([*foot, "q closes"]), rule=self.look.signs.rule)

    def on_mount(self) -> None:
        """Show the newest, and look for more."""
        self._draw()
        self._table.action_bottom()
        self._table.focus()
        self.set_interval(LOOK, self._draw)

    @property
    def _table(self) -> Table[Exchange]:
        return self.query_one(Table)

    def _draw(self) -> None:
        table, calls = self._table, self._calls()
        at_end = not table.shown or table.cursor_row is table.shown[-1]
        table.set_placeholder("No calls yet.")
        table.set_rows(calls)
        if at_end:
            table.action_bottom()
        failed = sum(1 for one in calls if one.failure)
        note = f"{plural(len(calls), 'call')}{f', {failed} failed' if failed else ''}"
        self.query(TitleRule).first().describe(note=note)

    def on_row_table_chosen(self, event: RowTable.Chosen) -> None:
        """Enter: one call in full."""
        event.stop()
        self.app.push_screen(TextDialog("Request", partial(in_full, event.row, self._base_url, self.look)))

    def on_table_copy_wanted(self, event: Table.CopyWanted) -> None:
        """The picked calls as curl, without the token."""
        event.stop()
        picked = self._table.picked
        if picked:
            self._copy("\n\n".join(curl(one, self._base_url) for one in picked), "curl command")
