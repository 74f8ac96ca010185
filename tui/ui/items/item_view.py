"""One item in full: its fields, and below them its log or its chunks, fetched as they are read."""

from __future__ import annotations

import asyncio

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static
from textual.worker import WorkType

from tui.actions import Place
from tui.errors import AppError, NotFound
from tui.models import InstanceKey, Item
from tui.text import one_line
from tui.ui.desk import Desk
from tui.ui.full_view import FullView
from tui.ui.items.actions import ItemActions
from tui.ui.items.item_cells import (
    CHUNK_COLUMNS,
    LOG_COLUMNS,
    ChunkRow,
    LogRow,
    chunk_cells,
    chunk_details,
    fields,
    log_cells,
    log_details,
)
from tui.ui.keys import bindings
from tui.ui.kit.line import Line, TitleRule
from tui.ui.kit.paged_table import Fetched, PagedTable
from tui.ui.kit.row_table.row_table import RowTable
from tui.ui.kit.stale import old
from tui.ui.kit.text_dialog import TextDialog
from tui.ui.status_bar import FooterBar

FOLLOW, AGAIN = 3.0, 10.0
"""Seconds between two looks at an item that is being indexed, by whether the last one went well."""
PENDING = ("queued", "running")


class ItemView(FullView):
    """An item. Its log follows a cursor, its chunks an offset; neither is fetched before it is looked at."""

    PLACE = "item"
    HEADING = "Item"
    BINDINGS = bindings(Place.ITEM)

    def __init__(self, desk: Desk, items: ItemActions, key: InstanceKey, item: Item) -> None:
        super().__init__(desk)
        self._items = items
        self.key = key
        self._item = item
        self._part = 0
        self._cursor: str | None = None
        self._chunks: int | None = item.chunks_count
        self._at = desk.now
        self._error: AppError | None = None

    def compose(self) -> ComposeResult:
        """Title, fields, and the two tables, of which one is shown."""
        look = self.look
        yield self.heading()
        with VerticalScroll(id="item-fields", can_focus=False):
            yield Static(markup=False, id="item-text")
        yield Line(id="item-parts")
        yield PagedTable[LogRow](
            LOG_COLUMNS,
            lambda row: row.number,
            lambda row: log_cells(row, look),
            self._log_page,
            "Its log is empty.",
            look,
            id="log-table",
        )
        yield PagedTable[ChunkRow](
            CHUNK_COLUMNS,
            lambda row: row.number,
            lambda row: chunk_cells(row, look),
            self._chunk_page,
            "It has no chunks: no search can find it.",
            look,
            id="chunks-table",
        )
        yield FooterBar()

    def on_mount(self) -> None:
        """The log first."""
        self._draw_item()
        self.begin()
        self._show_part()

    @property
    def parts(self) -> list[PagedTable[LogRow] | PagedTable[ChunkRow]]:
        """Log and chunks."""
        return list(self.query(PagedTable))

    # drawing

    def _draw_item(self) -> None:
        item = self._item
        self.query_one("#item-text", Static).update(fields(item, self.desk.now, self.look))
        note = Text(str(self.key))
        if words := old(self._error, self._at, self.desk.now):
            note.append(f" {self.look.signs.dot} {words}", self.look.style("warning"))
        self.query_one(TitleRule).describe(one_line(item.key or item.id), note)

    def _show_part(self) -> None:
        for number, table in enumerate(self.parts):
            table.display = number == self._part
        table = self.parts[self._part]
        table.table.focus()
        table.start()
        self._draw_parts()

    def _draw_parts(self) -> None:
        log = self.parts[0]
        more = "" if log.ended or not log.started else "+"
        notes = (
            ("Log", f"{len(log.table.shown):,}{more}"),
            ("Chunks", "" if self._chunks is None else f"{self._chunks:,}"),
        )
        line = Text(" ")
        for number, (name, note) in enumerate(notes):
            style = f"bold underline {self.look.style('accent')}" if number == self._part else self.look.style("muted")
            line.append(name, style).append(f" {note}   ", self.look.style("muted"))
        if problem := self.parts[self._part].problem:
            line.append(f"{problem.title}: {problem.detail}", self.look.style("error"))
        self.query_one("#item-parts", Line).show(line)

    # fetching

    async def _log_page(self, held: tuple[LogRow, ...]) -> Fetched[LogRow]:
        before = self._cursor if held else None
        page = await self.desk.service.items.log_page(self.key, self._item.id, before)
        self._cursor = page.cursor
        fresh = tuple(LogRow(number, entry) for number, entry in enumerate(page.items, len(held) + 1))
        return Fetched((*held, *fresh), not page.items or page.cursor in (None, before))

    async def _chunk_page(self, held: tuple[ChunkRow, ...]) -> Fetched[ChunkRow]:
        page = await self.desk.service.items.chunk_page(self.key, self._item.id, len(held))
        known = {row.chunk.id for row in held}
        fresh = [chunk for chunk in page.items if chunk.id not in known]
        rows = (*held, *(ChunkRow(number, chunk) for number, chunk in enumerate(fresh, len(held) + 1)))
        self._chunks = len(rows) if page.total is None else page.total
        return Fetched(rows, not fresh or (page.total is not None and len(rows) >= page.total))

    async def _follow(self) -> None:
        """Read the item, and again as long as it is being indexed; then what that has changed."""
        while True:
            before = self._item.status
            try:
                self._item = await self.desk.service.items.item(self.key, self._item.id)
            except NotFound as error:
                self._gone(error)
                return
            except AppError as error:
                self._fail(error)
            else:
                self._error, self._at = None, self.desk.now
                self.show_read_error(None)
            self._draw_item()
            if before != self._item.status:
                for table in self.parts:
                    table.again()
            if self._item.status not in PENDING or (self._error and not self._error.retryable):
                return
            await self.desk.service.wait(asyncio.Event(), AGAIN if self._error else FOLLOW)

    def _fail(self, error: AppError) -> None:
        """It stays as it was read last, which the title says; what to do is said once."""
        if self._error is None or self._error.title != error.title:
            self.show_read_error(error)
        self._error = error

    def _gone(self, error: NotFound) -> None:
        """There is no such item: back. Under another screen it stays, for only the one on top can be closed."""
        if self.app.screen is self:
            self.notify(one_line(self._item.key), title=error.title, markup=False)
            self.dismiss(None)
        else:
            self._fail(error)
            self._draw_item()

    # messages and keys

    def on_paged_table_changed(self, event: PagedTable.Changed) -> None:
        """Rows came."""
        event.stop()
        self._draw_parts()

    def on_row_table_chosen(self, event: RowTable.Chosen) -> None:
        """Enter on a log entry or a chunk."""
        event.stop()
        if isinstance(event.row, LogRow):
            self.app.push_screen(TextDialog("Log entry", log_details(event.row, self.look)))
        else:
            self.app.push_screen(TextDialog(f"Chunk {event.row.number:,}", chunk_details(event.row, self.look)))

    def action_refresh(self) -> None:
        """Read everything of the item again."""
        work: WorkType[None] = self._follow
        self.run_worker(work, group="item", exclusive=True, name="item")
        for table in self.parts:
            table.again()

    def action_next_part(self) -> None:
        """The other part."""
        self._part = (self._part + 1) % len(self.parts)
        self._show_part()

    action_previous_part = action_next_part

    def action_resync(self) -> None:
        """Index this item again."""
        if self.can("item.resync"):
            self.desk.start(self._items.resync(self.key, (self._item,)))

    def action_delete(self) -> None:
        """Delete this item."""
        if self.can("item.delete"):
            self.desk.start(self._items.delete(self.key, (self._item,)))

    def action_why(self) -> None:
        """Why a query finds this item or not."""
        self.desk.start(self._items.why(self.key, self._item))

    def action_download(self) -> None:
        """Save the document."""
        if self.can("item.download"):
            self.desk.start(self._items.download(self.key, self._item))
