"""Triage of all instances at once: causes across instances, and the re-sync of all that one cause has stopped."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import cast

from textual.app import ComposeResult
from textual.worker import WorkType

from tui.actions import Place
from tui.models import InstanceKey, Item, Stats
from tui.service.items.fleet_failures import Failures, FleetCause, FleetFailures, Trouble, fleet_causes
from tui.service.items.triage import Cause
from tui.ui.desk import Desk
from tui.ui.full_view import FullView
from tui.ui.items.causes_and_members import CausesAndMembers
from tui.ui.items.fleet_cells import (
    FLEET_COLUMNS,
    PART_COLUMNS,
    PartRow,
    fleet_cause_cells,
    fleet_contents,
    how_far,
    left_out,
    part_cells,
    part_contents,
    part_rows,
)
from tui.ui.keys import bindings
from tui.ui.kit.line import TitleRule
from tui.ui.kit.row_table.row_table import ASCII_GLYPHS, Glyphs
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
        yield CausesAndMembers[FleetCause, PartRow](
            Table(
                FLEET_COLUMNS,
                key=lambda row: (row.cause.every, row.cause.name),
                cells=lambda row: fleet_cause_cells(row, self.look),
                glyphs=glyphs,
                contents=fleet_contents,
                id="fleet-causes-table",
            ),
            Table(
                PART_COLUMNS,
                key=lambda row: row.key,
                cells=lambda row: part_cells(row, self.look),
                glyphs=glyphs,
                contents=part_contents,
                id="fleet-instances-table",
            ),
            "Instances",
            cause_of=lambda row: row.cause,
            members_of=part_rows,
            open_member=lambda row: self.desk.start(self._open(row.key)),
        )
        yield FooterBar()

    def on_mount(self) -> None:
        """Read at once; the causes have the focus."""
        self.tables.causes.focus()
        self.begin()

    @property
    def tables(self) -> CausesAndMembers[FleetCause, PartRow]:
        """Causes, and the instances of one."""
        return cast("CausesAndMembers[FleetCause, PartRow]", self.query_one(CausesAndMembers))

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
        self.tables.causes.set_placeholder(f"Reading the failed items{self.look.signs.ellipsis}")

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
        self.tables.causes.set_placeholder(self._calm())
        self._show()

    def _calm(self) -> str:
        if any(one.error for one in self._found.values()):
            return "The failed items could not be read."
        return "None of the counted items has failed." if self._trouble.uncounted else "No item has failed."

    # drawing

    def _show(self) -> None:
        found = list(self._found.values())
        missing = "" if self._reading else left_out(found, self._trouble)
        self.tables.show(fleet_causes(found), warning=missing)
        where = self.desk.state.namespace
        scope = f"of the namespace {where}" if where else ""
        self.query_one(TitleRule).describe(scope, how_far(found, self._trouble, self._reading, self.look))

    # keys

    async def _open(self, key: InstanceKey) -> None:
        await self._open_triage(key)

    def action_switch(self) -> None:
        """To the other table."""
        self.tables.switch()

    def action_resync(self) -> None:
        """Index the items of the cause again, of all its instances; in the lower table of the marked ones, or this."""
        if not self.can("fleet.resync"):
            return
        cause = self.tables.cause
        if cause is None:
            self.query_one(FooterBar).say("No item has failed.")
            return
        members = tuple((one.key, one.items) for one in self.tables.picked)
        self._touched |= {key for key, _ in members}
        self.desk.start(self._ask(members, cause))

    async def _ask(self, members: Members, cause: Cause) -> None:
        await self._resync(members, cause)
