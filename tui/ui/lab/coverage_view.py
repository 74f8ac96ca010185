"""How the documents of a source stand in the index, those that are not in it first."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, NamedTuple, cast

from rich.text import Text
from textual.app import ComposeResult
from textual.worker import WorkType

from tui.actions import Place
from tui.errors import AppError
from tui.models import InstanceKey
from tui.service.lab.coverage import Coverage, KeyFinding, Reconcile, Standing
from tui.service.lab.listings import Listed
from tui.state.store import State
from tui.text import visible
from tui.ui.copies import Copyable, Record, copies, record
from tui.ui.desk import Desk
from tui.ui.full_view import FullView
from tui.ui.keys import bindings
from tui.ui.kit.line import TitleRule
from tui.ui.kit.row_table.row_table import ASCII_GLYPHS, Column, Glyphs, RowTable
from tui.ui.kit.stale import unread
from tui.ui.kit.table import Table
from tui.ui.look import Look
from tui.ui.status_bar import FooterBar

COLUMNS = (
    Column("standing", "STANDING", width=8),
    Column("key", "KEY", min_width=20, grow=3, name=True),
    Column("why", "WHY", min_width=20, grow=3, drop=1),
)
ORDER = ("missing", "failed", "stale", "waiting", "orphaned", "excluded", "indexed")
_MEANINGS = {
    Standing.MISSING: "error",
    Standing.FAILED: "error",
    Standing.STALE: "warning",
    Standing.WAITING: "warning",
    Standing.ORPHANED: "warning",
    Standing.EXCLUDED: "muted",
    Standing.INDEXED: "success",
}
KNOWN = frozenset({Standing.INDEXED, Standing.STALE, Standing.FAILED, Standing.WAITING, Standing.ORPHANED})
"""Standings of keys that have an item."""


class Source(NamedTuple):
    """What the source should hold, and where that was read: a path, or the address of a sitemap."""

    name: str
    listed: Sequence[Listed]


class CoverageView(FullView):
    """What is indexed is left out until it is asked for."""

    PLACE = "coverage"
    HEADING = "Coverage"
    BINDINGS = bindings(Place.COVERAGE)

    def __init__(
        self,
        desk: Desk,
        key: InstanceKey,
        source: Source,
        *,
        open_item: Callable[[InstanceKey, str], Coroutine[Any, Any, None]],
        choose: Callable[[InstanceKey], Awaitable[tuple[str, Sequence[Listed]] | None]],
    ) -> None:
        """`open_item` shows the item with a key; `choose` asks for another list, None when that was cancelled."""
        super().__init__(desk)
        self.key = key
        self._source = source
        self._open_item = open_item
        self._choose = choose
        self._found: Coverage | None = None
        self._all = False

    def compose(self) -> ComposeResult:
        """Title, findings, hints."""
        yield self.heading()
        yield Table[KeyFinding](
            COLUMNS,
            key=lambda one: one.key,
            cells=lambda one: cells(one, self.look),
            glyphs=ASCII_GLYPHS if self.look.signs.ascii else Glyphs(),
            id="coverage-table",
        )
        yield FooterBar()

    def on_mount(self) -> None:
        """Read at once."""
        self.table.focus()
        self.begin()

    @property
    def table(self) -> Table[KeyFinding]:
        """The findings."""
        return cast("Table[KeyFinding]", self.query_one("#coverage-table"))

    def action_refresh(self) -> None:
        """Read the items again."""
        work: WorkType[None] = self._read
        self.run_worker(work, group="coverage", exclusive=True, name="coverage")

    async def _read(self) -> None:
        self.table.set_placeholder(f"Reading the items{self.look.signs.ellipsis}")
        try:
            self._found = await Reconcile(self.desk.service.api).coverage(self.key, self._source.listed)
        except AppError as error:
            self.desk.record_error(error, "coverage")
            self.table.set_placeholder(unread(error, self.look))
            self.show_read_error(error)
        else:
            self.table.set_placeholder(f"Everything in {self._source_name} is indexed.")
            self.show_read_error(None)
        self._draw()

    def _draw(self) -> None:
        found = self._found
        if found is None:
            return
        shown = [one for one in found.findings if self._all or one.standing is not Standing.INDEXED]
        shown.sort(key=lambda one: (ORDER.index(one.standing.value), one.key))
        self.table.set_rows(shown)
        counts = ", ".join(f"{found.counts[name]:,} {name}" for name in ORDER if found.counts[name])
        note = f"{found.share:.2f} % of {found.expected:,} are indexed"
        self.query_one(TitleRule).describe(f"{self.key}  {counts}  by {self._source_name}", note)

    @property
    def _source_name(self) -> str:
        """The file or the sitemap, short."""
        return visible(self._source.name.rstrip("/").rpartition("/")[2] or self._source.name)

    def action_list(self) -> None:
        """Compare with another list: a file, or a sitemap of the instance's own site."""
        self.desk.start(self._other_list(), "coverage list")

    async def _other_list(self) -> None:
        if chosen := await self._choose(self.key):
            self._source = Source(*chosen)
            self._found = None
            self.table.set_rows(())
            self.action_refresh()

    def action_all(self) -> None:
        """What is indexed too, or not."""
        self._all = not self._all
        self._draw()

    def on_row_table_chosen(self, event: RowTable.Chosen) -> None:
        """Enter: the item, where there is one."""
        event.stop()
        if event.row.standing in KNOWN:
            self.desk.start(self._open_item(self.key, event.row.key))
        else:
            self.query_one(FooterBar).say(f"It has no item: {event.row.why}.")

    def on_row_table_visible_changed(self, event: RowTable.VisibleChanged) -> None:
        """Of no interest: all is here."""
        event.stop()


def cells(one: KeyFinding, look: Look) -> tuple[Text | str, ...]:
    """One cell a column of COLUMNS."""
    return look.text(one.standing.value, _MEANINGS[one.standing]), visible(one.key), look.text(one.why, "muted")


@record.register
def _(row: KeyFinding) -> Record:
    return {"key": row.key, "standing": row.standing.value, "why": row.why}


@copies.register
def _(row: KeyFinding, state: State) -> tuple[Copyable, ...]:
    return (Copyable("key", row.key),)
