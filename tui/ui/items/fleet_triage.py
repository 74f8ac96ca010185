"""Triage of all instances at once: causes across instances, and the re-sync of all that one cause has stopped."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import cast

from textual.app import ComposeResult
from textual.widgets import Static
from textual.worker import WorkType

from tui.actions import Place
from tui.models import InstanceKey, Item, Stats
from tui.service.items.fleet_failures import Failures, FleetCause, FleetFailures, Trouble, fleet_causes
from tui.service.items.triage import Cause
from tui.text import one_line
from tui.ui.desk import Desk
from tui.ui.full_view import FullView
from tui.ui.items.fleet_cells import (
    FLEET_COLUMNS,
    PART_COLUMNS,
    PartRow,
    fleet_cause_cells,
    how_far,
    left_out,
    part_cells,
    part_rows,
)
from tui.ui.items.triage_cells import remedy
from tui.ui.keys import bindings
from tui.ui.kit.line import TitleRule
from tui.ui.kit.row_table.row_table import ASCII_GLYPHS, Glyphs, RowTable
from tui.ui.kit.table import Table
from tui.ui.status_bar import FooterBar

Members = tuple[tuple[InstanceKey, tuple[Item, ...]], ...]
"""Items by instance."""


class FleetTriageView(FullView):
    """Causes above, the instances of the cause under the cursor below. Grows while they are read."""

    PLACE = "fleet"
    HEADING = "Triage of all instances"
    BINDINGS = bindings(Place.FLEET)

    def __init__(
        self,
        desk: Desk,
        *,
        resync: Callable[[Members, Cause], Awaitable[None]],
        open_triage: Callable[[InstanceKey], Awaitable[None]],
    ) -> None:
        """`resync` indexes items of several instances again; `open_triage` shows the triage of one."""
        super().__init__(desk)
        self._resync = resync
        self._open_triage = open_triage
        self._trouble = Trouble({})
        self._found: dict[InstanceKey, Failures] = {}
        self._touched: frozenset[InstanceKey] = frozenset()
        self._reading = False

    def compose(self) -> ComposeResult:
        """Title, causes, remedy, what is missing, instances, hints."""
        glyphs = ASCII_GLYPHS if self.look.signs.ascii else Glyphs()
        yield self.heading()
        yield Table[FleetCause](
            FLEET_COLUMNS,
            key=lambda row: (row.cause.every, row.cause.name),
            cells=lambda row: fleet_cause_cells(row, self.look),
            glyphs=glyphs,
            id="fleet-causes-table",
        )
        yield Static(markup=False, id="remedy")
        yield TitleRule("Instances", rule=self.look.signs.rule, id="failed-rule")
        yield Table[PartRow](
            PART_COLUMNS,
            key=lambda row: row.key,
            cells=lambda row: part_cells(row, self.look),
            glyphs=glyphs,
            id="fleet-instances-table",
        )
        yield FooterBar()

    def on_mount(self) -> None:
        """Read at once; the causes have the focus."""
        self.causes.focus()
        self.begin()

    @property
    def causes(self) -> Table[FleetCause]:
        """The table of causes."""
        return cast("Table[FleetCause]", self.query_one("#fleet-causes-table"))

    @property
    def parts(self) -> Table[PartRow]:
        """The table of the instances of one cause."""
        return cast("Table[PartRow]", self.query_one("#fleet-instances-table"))

    # reading

    def action_refresh(self) -> None:
        """Read the failed items of all instances again; what is shown stays until then."""
        self._trouble = Trouble.of(self.desk.state)
        self._found = {key: one for key, one in self._found.items() if key in self._trouble.counted}
        self._start(self._trouble.counted)

    def items_changed(self) -> None:
        """Read again those whose items were re-synced from here."""
        counted = {key: stats for key, stats in self._trouble.counted.items() if key in self._touched}
        self._touched = frozenset()
        self._start(counted)

    def _start(self, counted: Mapping[InstanceKey, Stats]) -> None:
        work: WorkType[None] = self._read(counted)
        self.run_worker(work, group="fleet-triage", exclusive=True, name="triage of all instances")

    async def _read(self, counted: Mapping[InstanceKey, Stats]) -> None:
        self._reading, fresh = True, set[InstanceKey]()
        self.causes.set_placeholder(f"Reading the failed items{self.look.signs.ellipsis}")

        def show(one: Failures) -> None:
            fresh.add(one.key)
            if one.error:
                self.desk.record_error(one.error, "triage of all instances")
            self._found[one.key] = one
            self._show()

        try:
            await FleetFailures(self.desk.service.items).read(counted, show)
        finally:
            self._reading = False
        self.causes.set_placeholder(self._calm())
        self._show()

    def _calm(self) -> str:
        if any(one.error for one in self._found.values()):
            return "The failed items could not be read."
        return "No item of those that are counted has failed." if self._trouble.uncounted else "No item has failed."

    # drawing

    def _show(self) -> None:
        found = list(self._found.values())
        groups = fleet_causes(found)
        self.causes.set_rows(groups)
        most = max(4, self.size.height // 2 - 4)
        self.causes.styles.height = min(len(groups) + 1, most) if groups else "1fr"
        where = self.desk.state.namespace
        scope = f"of the namespace {where}" if where else ""
        self.query_one(TitleRule).describe(scope, how_far(found, self._trouble, self._reading, self.look))
        self._show_cause()

    def _show_cause(self) -> None:
        row = self.causes.cursor_row
        words = remedy(row.cause if row else None, self.look)
        missing = left_out(list(self._found.values()), self._trouble)
        if missing and not self._reading:
            words.append("\n" if words else "").append(missing, self.look.style("warning"))
        box = self.query_one("#remedy", Static)
        box.update(words)
        box.display = bool(words)
        rule = self.query_one("#failed-rule", TitleRule)
        rule.display = self.parts.display = row is not None
        self.parts.set_rows(part_rows(row))
        if not self.parts.has_focus:
            self.parts.action_top()
        self._describe()

    def _describe(self) -> None:
        row, marks = self.causes.cursor_row, len(self.parts.marks)
        note = f"{marks:,} marked" if marks else ""
        self.query_one("#failed-rule", TitleRule).describe(one_line(row.cause.name) if row else "", note)

    # messages and keys

    def on_row_table_highlighted(self, event: RowTable.Highlighted) -> None:
        """Another cause: its instances."""
        event.stop()
        if event.control is self.causes:
            self._show_cause()

    def on_row_table_marks_changed(self, event: RowTable.MarksChanged) -> None:
        """Instances were marked."""
        event.stop()
        self._describe()

    def on_row_table_visible_changed(self, event: RowTable.VisibleChanged) -> None:
        """Of no interest: all is here."""
        event.stop()

    def on_row_table_chosen(self, event: RowTable.Chosen) -> None:
        """Enter: from a cause to its instances, from an instance to its triage."""
        event.stop()
        if isinstance(event.row, PartRow):
            self.desk.start(self._open(event.row.key))
        else:
            self.parts.focus()

    async def _open(self, key: InstanceKey) -> None:
        await self._open_triage(key)

    def action_switch(self) -> None:
        """To the other table."""
        (self.parts if self.causes.has_focus else self.causes).focus()

    def action_resync(self) -> None:
        """Index the items of the cause again, of all its instances; in the lower table of the marked ones, or this."""
        if not self.can("fleet.resync"):
            return
        row = self.causes.cursor_row
        if row is None:
            self.query_one(FooterBar).say("No item has failed.")
            return
        lower = self.parts.has_focus
        members = tuple((one.key, one.items) for one in self.parts.picked) if lower else row.parts
        self._touched |= {key for key, _ in members}
        self.desk.start(self._ask(members, row.cause))

    async def _ask(self, members: Members, cause: Cause) -> None:
        await self._resync(members, cause)
