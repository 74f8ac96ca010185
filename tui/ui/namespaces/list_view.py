"""The list of namespaces: choose one to look at, or change them."""

from __future__ import annotations

from typing import Protocol

from textual.app import ComposeResult
from textual.containers import Vertical

from tui.actions import Place
from tui.state.store import State
from tui.ui.desk import Desk
from tui.ui.full_view import FullView
from tui.ui.keys import bindings
from tui.ui.kit import stale
from tui.ui.kit.filter_box import FilterBox, ListFilter
from tui.ui.kit.line import TitleRule
from tui.ui.kit.row_table.row_table import ASCII_GLYPHS, Glyphs, RowTable
from tui.ui.kit.table import Table
from tui.ui.namespaces.cells import NAMESPACE_COLUMNS, NamespaceRow, contents, matching, namespace_cells, namespace_rows
from tui.ui.status_bar import FooterBar

MOST_ROWS = 16


class NamespaceActions(Protocol):
    """What the list asks for: to be read again, and a dialog for each change."""

    def read(self) -> None:
        """Read the namespaces again."""
        ...

    def create(self) -> None:
        """Ask for a new namespace."""
        ...

    def describe(self, row: NamespaceRow) -> None:
        """Ask for another description."""
        ...

    def delete(self, row: NamespaceRow) -> None:
        """Ask whether to delete it."""
        ...


class NamespaceList(FullView):
    """Enter shows the instances of one namespace, or of all. It follows the store while it is open."""

    PLACE = "namespaces"
    HEADING = "Namespaces"
    BINDINGS = bindings(Place.NAMESPACES)

    def __init__(self, desk: Desk, namespaces: NamespaceActions) -> None:
        super().__init__(desk)
        self._namespaces = namespaces
        self._filter = ListFilter(self, lambda text: matching((), text), self._say, self._show_filtered)

    def compose(self) -> ComposeResult:
        """Title, table, keys."""
        with Vertical(classes="list"):
            yield self.heading()
            yield FilterBox("part of a name, !inverse or /regex/")
            yield Table[NamespaceRow](
                NAMESPACE_COLUMNS,
                key=lambda row: row.name,
                cells=lambda row: namespace_cells(row, self.look),
                glyphs=ASCII_GLYPHS if self.look.signs.ascii else Glyphs(),
                contents=contents,
                id="namespaces-table",
            )
        yield FooterBar()

    def on_mount(self) -> None:
        """The namespace that is looked at has the cursor."""
        self._draw()
        self.table.move_to(self.desk.state.namespace or "")
        self.table.focus()
        self.begin()
        self.show_read_error(self.desk.state.namespaces.error)

    @property
    def table(self) -> Table[NamespaceRow]:
        """The table."""
        return self.query_one(Table)

    def _changed(self, old: State, new: State) -> None:
        super()._changed(old, new)
        if (old.namespaces, old.fleet) != (new.namespaces, new.fleet):
            self.call_later(self._draw)
        if new.namespaces.error is not old.namespaces.error:
            self.call_later(self.show_read_error, new.namespaces.error)

    def _draw(self) -> None:
        state, table = self.desk.state, self.table
        every = namespace_rows(state)
        rows = matching(every, self._filter.words)
        table.set_placeholder(f"No namespace matches {self._filter.words!r}.")
        table.set_rows(rows)
        table.styles.height = min(len(every), MOST_ROWS) + 1
        known = state.namespaces
        table.set_class(known.error is not None, "-stale")
        words = stale.old(known.error, known.at, self.desk.now)
        note = self.look.text(words, "warning") if words else f"{len(every) - 1}"
        if len(rows) < len(every):
            note = f"{len(rows)} of {note}"
        self.query_one(TitleRule).describe(
            self.look.text(f"{self.look.key('tables.choose')} looks at one", "muted"), note
        )

    def action_filter(self) -> None:
        """Type a part of a name."""
        self._filter.open()

    def on_filter_box_typed(self, event: FilterBox.Typed) -> None:
        self._filter.typed(event)

    def _say(self, words: str) -> None:
        self.query_one(FooterBar).say(words)

    def _show_filtered(self) -> None:
        """Other rows, the first of them under the cursor."""
        self._draw()
        self.table.action_top()

    def action_close(self) -> None:
        """Show all namespaces again, then back."""
        if not self._filter.clear():
            self.dismiss(None)

    def on_row_table_chosen(self, event: RowTable.Chosen) -> None:
        """Enter: look at this one."""
        event.stop()
        self.desk.service.narrow(event.row.name or None)
        self.dismiss(None)

    def _row(self, action_id: str) -> NamespaceRow | None:
        """The row under the cursor, when the action can run on it now; says why when it cannot."""
        row = self.table.cursor_row
        if row is None or not self.can(action_id):
            return None
        if row.fixed:
            why = f"The namespace {row.name} is fixed: every account has it." if row.name else "Choose one namespace."
            self.query_one(FooterBar).say(why)
            return None
        return row

    def action_refresh(self) -> None:
        """Read the list again."""
        self._namespaces.read()

    def action_create(self) -> None:
        """A new namespace."""
        if self.can("namespaces.create"):
            self._namespaces.create()

    def action_describe(self) -> None:
        """Another description."""
        if row := self._row("namespaces.describe"):
            self._namespaces.describe(row)

    def action_delete(self) -> None:
        """Delete, when it is empty."""
        if row := self._row("namespaces.delete"):
            self._namespaces.delete(row)
