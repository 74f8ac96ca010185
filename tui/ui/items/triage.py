"""Triage: why items of an instance fail, what to do about it, and the re-sync of all that one cause has stopped."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from rich.text import Text
from textual.app import ComposeResult
from textual.worker import WorkType

from tui.actions import Place
from tui.errors import AppError
from tui.models import InstanceKey, Item
from tui.service.items.triage import Cause, all_causes, causes
from tui.state.store import Reading
from tui.ui.desk import Desk
from tui.ui.full_view import FullView
from tui.ui.items.actions import ItemActions
from tui.ui.items.causes_and_members import CausesAndMembers
from tui.ui.items.cells import ItemRow, item_rows
from tui.ui.items.triage_cells import (
    CAUSE_COLUMNS,
    FAILED_COLUMNS,
    calm,
    cause_cells,
    cause_contents,
    failed_cells,
    failed_contents,
    found,
)
from tui.ui.keys import bindings
from tui.ui.kit.line import TitleRule
from tui.ui.kit.records import default_name
from tui.ui.kit.row_table.row_table import ASCII_GLYPHS, Glyphs
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
        yield CausesAndMembers[Cause, ItemRow](
            Table(
                CAUSE_COLUMNS,
                key=lambda cause: (cause.every, cause.name),
                cells=lambda cause: cause_cells(cause, self.look),
                glyphs=glyphs,
                contents=cause_contents,
                id="causes-table",
            ),
            Table(
                FAILED_COLUMNS,
                key=lambda row: row.item.id,
                cells=lambda row: failed_cells(row, self.look),
                glyphs=glyphs,
                contents=failed_contents,
                id="failed-items-table",
            ),
            "Items",
            cause_of=lambda cause: cause,
            members_of=lambda cause: item_rows(cause.items, self.desk.now),
            open_member=lambda row: self.desk.start(self._actions.open(self.key, row.item)),
        )
        yield FooterBar()

    def on_mount(self) -> None:
        """Read at once; the causes have the focus."""
        self.tables.causes.focus()
        self.begin()

    @property
    def tables(self) -> CausesAndMembers[Cause, ItemRow]:
        """Causes, and the items of one."""
        return cast("CausesAndMembers[Cause, ItemRow]", self.query_one(CausesAndMembers))

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
        self.tables.causes.set_placeholder(f"Reading the failed items{self.look.signs.ellipsis}")
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
            self.tables.causes.set_placeholder(unread(error, self.look))
            self.show_read_error(error)
        else:
            self._error, self._at = None, self.desk.now
            self.show_read_error(None)
            stats = self.desk.state.stats.get(self.key, Reading()).value
            self.tables.causes.set_placeholder(calm(stats))
        finally:
            self._reading = False
        self._show(items)

    # drawing

    def _show(self, items: tuple[Item, ...]) -> None:
        self._items = items
        groups = causes(items)
        unread = 0 if self._reading else max(0, (self._total or 0) - len(items))
        rows = (all_causes(groups, unread), *groups) if groups else ()
        self.tables.show(rows, stale=self._error is not None)
        note = Text(found(len(items), len(groups), self._total, self._reading, self.look) if items else "")
        if items and (words := old(self._error, self._at, self.desk.now)):
            note.append(f" {self.look.signs.dot} {words}", self.look.style("warning"))
        self.query_one(TitleRule).describe(str(self.key), note)

    # messages and keys

    def on_table_save_wanted(self, event: Table.SaveWanted) -> None:
        """Of the causes all failed items are saved: the lower table alone would leave the other causes out."""
        if event.table is self.tables.causes and self._items:
            event.stop()
            rows = item_rows(self._items, self.desk.now)
            name = default_name(f"failed-{self.key.id}", self.desk.now)
            self.app.push_screen(SaveRows("failed items", rows, str(Path.cwd() / name)), self._actions.saved)

    def action_switch(self) -> None:
        """To the other table."""
        self.tables.switch()

    def action_exclude(self) -> None:
        """Have the source leave out what this cause, or these items, cannot be indexed for."""
        cause = self.tables.cause
        if not self.can("triage.exclude"):
            return
        if cause is None or cause.every:
            words = "No item has failed." if cause is None else "Choose one cause: each has its own rule."
            self.query_one(FooterBar).say(words)
            return
        self.desk.start(self._actions.exclude(self.key, self._picked, cause))

    def action_resync(self) -> None:
        """Index the items of the cause again; in the lower table the marked ones, or this one."""
        if not self.can("triage.resync"):
            return
        if cause := self.tables.cause:
            self.desk.start(self._actions.resync(self.key, self._picked, cause))
        else:
            self.query_one(FooterBar).say("No item has failed.")

    @property
    def _picked(self) -> tuple[Item, ...]:
        return tuple(row.item for row in self.tables.picked)
