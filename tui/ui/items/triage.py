"""Triage: why items of an instance fail, what to do about it, and the re-sync of all that one cause has stopped."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import Static
from textual.worker import WorkType

from tui.actions import Place
from tui.errors import AppError
from tui.models import InstanceKey, Item
from tui.service.items.triage import Cause, all_causes, causes
from tui.state.store import Reading
from tui.text import one_line
from tui.ui.desk import Desk
from tui.ui.full_view import FullView
from tui.ui.items.actions import ItemActions
from tui.ui.items.cells import ItemRow, item_rows
from tui.ui.items.triage_cells import CAUSE_COLUMNS, FAILED_COLUMNS, calm, cause_cells, failed_cells, found, remedy
from tui.ui.keys import bindings
from tui.ui.kit.line import TitleRule
from tui.ui.kit.records import default_name
from tui.ui.kit.row_table.row_table import ASCII_GLYPHS, Glyphs, RowTable
from tui.ui.kit.save_dialog import SaveRows
from tui.ui.kit.stale import old, unread
from tui.ui.kit.table import Table
from tui.ui.status_bar import FooterBar

AT_ONCE = 5_000
"""Failed items that are read before somebody asks for more."""


class TriageView(FullView):
    """Causes above, the items of the cause under the cursor below. Grows while the failed items are read."""

    PLACE = "triage"
    HEADING = "Triage"
    BINDINGS = bindings(Place.TRIAGE)

    def __init__(self, desk: Desk, actions: ItemActions, key: InstanceKey) -> None:
        super().__init__(desk)
        self._actions = actions
        self.key = key
        self._items: tuple[Item, ...] = ()
        self._total: int | None = None
        self._most = AT_ONCE
        self._reading = False
        self._error: AppError | None = None
        self._at: float | None = None

    def compose(self) -> ComposeResult:
        """Title, causes, remedy, items, hints."""
        glyphs = ASCII_GLYPHS if self.look.signs.ascii else Glyphs()
        yield self.heading()
        yield Table[Cause](
            CAUSE_COLUMNS,
            key=lambda cause: (cause.every, cause.name),
            cells=lambda cause: cause_cells(cause, self.look),
            glyphs=glyphs,
            id="causes-table",
        )
        yield Static(markup=False, id="remedy")
        yield TitleRule("Items", rule=self.look.signs.rule, id="failed-rule")
        yield Table[ItemRow](
            FAILED_COLUMNS,
            key=lambda row: row.item.id,
            cells=lambda row: failed_cells(row, self.look),
            glyphs=glyphs,
            id="failed-items-table",
        )
        yield FooterBar()

    def on_mount(self) -> None:
        """Read at once; the causes have the focus."""
        self.causes.focus()
        self.begin()

    @property
    def causes(self) -> Table[Cause]:
        """The table of causes."""
        return cast("Table[Cause]", self.query_one("#causes-table"))

    @property
    def failed(self) -> Table[ItemRow]:
        """The table of the items of one cause."""
        return cast("Table[ItemRow]", self.query_one("#failed-items-table"))

    # reading

    def action_refresh(self) -> None:
        """Read the failed items again; the causes stay until then."""
        work: WorkType[None] = self._read
        self.run_worker(work, group="triage", exclusive=True, name="triage")

    def action_more(self) -> None:
        """Read further, where there are very many."""
        if self._total is None or self._total <= len(self._items):
            self.query_one(FooterBar).say("All failed items are here.")
            return
        self._most += AT_ONCE
        self.action_refresh()

    async def _read(self) -> None:
        items: tuple[Item, ...] = ()
        self._reading = True
        self.causes.set_placeholder(f"Reading the failed items{self.look.signs.ellipsis}")
        try:
            async for page in self.desk.service.items.failed(self.key):
                items += page.items
                self._total = page.total
                if len(items) >= len(self._items):
                    self._show(items)
                if len(items) >= self._most:
                    break
        except AppError as error:
            self._error, items = error, self._items
            self.causes.set_placeholder(unread(error, self.look))
            self.show_read_error(error)
        else:
            self._error, self._at = None, self.desk.now
            self.show_read_error(None)
            stats = self.desk.state.stats.get(self.key, Reading()).value
            self.causes.set_placeholder(calm(stats))
        finally:
            self._reading = False
        self._show(items)

    # drawing

    def _show(self, items: tuple[Item, ...]) -> None:
        self._items = items
        groups = causes(items)
        unread = 0 if self._reading else max(0, (self._total or 0) - len(items))
        self.causes.set_rows((all_causes(groups, unread), *groups) if groups else ())
        most = max(4, self.size.height // 2 - 4)
        self.causes.styles.height = min(len(groups) + 2, most) if groups else "1fr"
        for table in (self.causes, self.failed):
            table.set_class(self._error is not None, "-stale")
        note = Text(found(len(items), len(groups), self._total, self._reading, self.look) if items else "")
        if items and (words := old(self._error, self._at, self.desk.now)):
            note.append(f" {self.look.signs.dot} {words}", self.look.style("warning"))
        self.query_one(TitleRule).describe(str(self.key), note)
        self._show_cause()

    def _show_cause(self) -> None:
        cause = self.causes.cursor_row
        self.query_one("#remedy", Static).update(remedy(cause, self.look))
        rule = self.query_one("#failed-rule", TitleRule)
        rule.display = self.query_one("#remedy").display = self.failed.display = cause is not None
        self.failed.set_rows(item_rows(cause.items if cause else (), self.desk.now))
        self._describe()

    def _describe(self) -> None:
        cause, marks = self.causes.cursor_row, len(self.failed.marks)
        note = f"{marks:,} marked" if marks else ""
        self.query_one("#failed-rule", TitleRule).describe(one_line(cause.name) if cause else "", note)

    # messages and keys

    def on_table_save_wanted(self, event: Table.SaveWanted) -> None:
        """Of the causes all failed items are saved: the lower table alone would leave the other causes out."""
        if event.table is self.causes and self._items:
            event.stop()
            rows = item_rows(self._items, self.desk.now)
            name = default_name(f"failed-{self.key.id}", self.desk.now)
            self.app.push_screen(SaveRows("failed items", rows, str(Path.cwd() / name)), self._actions.saved)

    def on_row_table_highlighted(self, event: RowTable.Highlighted) -> None:
        """Another cause: its items."""
        event.stop()
        if event.control is self.causes:
            self._show_cause()

    def on_row_table_marks_changed(self, event: RowTable.MarksChanged) -> None:
        """Items were marked."""
        event.stop()
        self._describe()

    def on_row_table_visible_changed(self, event: RowTable.VisibleChanged) -> None:
        """Of no interest: all is here."""
        event.stop()

    def on_row_table_chosen(self, event: RowTable.Chosen) -> None:
        """Enter: from a cause to its items, from an item to all of it."""
        event.stop()
        if isinstance(event.row, ItemRow):
            self.desk.start(self._actions.open(self.key, event.row.item))
        else:
            self.failed.focus()

    def action_switch(self) -> None:
        """To the other table."""
        (self.failed if self.causes.has_focus else self.causes).focus()

    def action_exclude(self) -> None:
        """Have the source leave out what this cause, or these items, cannot be indexed for."""
        cause = self.causes.cursor_row
        if not self.can("triage.exclude"):
            return
        if cause is None or cause.every:
            words = "No item has failed." if cause is None else "Choose one cause: each has its own rule."
            self.query_one(FooterBar).say(words)
            return
        picked = tuple(row.item for row in self.failed.picked) if self.failed.has_focus else cause.items
        self.desk.start(self._actions.exclude(self.key, picked, cause))

    def action_resync(self) -> None:
        """Index the items of the cause again; in the lower table the marked ones, or this one."""
        if not self.can("triage.resync"):
            return
        cause = self.causes.cursor_row
        if cause is None:
            self.query_one(FooterBar).say("No item has failed.")
        elif self.failed.has_focus:
            self.desk.start(self._actions.resync(self.key, tuple(row.item for row in self.failed.picked), cause))
        else:
            self.desk.start(self._actions.resync(self.key, cause.items, cause))
