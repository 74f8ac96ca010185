"""A table that fetches its next page when the reader comes near its end."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Hashable, Sequence
from functools import partial
from typing import Any, Generic, NamedTuple, TypeVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.worker import WorkType

from tui.errors import AppError
from tui.ui.kit.row_table.row_table import ASCII_GLYPHS, Cell, Column, Glyphs, RowTable
from tui.ui.kit.stale import unread
from tui.ui.kit.table import Table
from tui.ui.look import Look, look_of

R = TypeVar("R")
MARGIN = 10
"""Rows from the end of what is held at which the next page is fetched."""


class Fetched(NamedTuple, Generic[R]):
    """All rows held after a page, and whether there are more."""

    rows: tuple[R, ...]
    ended: bool


class PagedTable(Vertical, Generic[R], inherit_bindings=False):
    """A table of what was fetched. Its reads end with it; nothing is fetched before `start`."""

    DEFAULT_CSS = "PagedTable { height: 1fr; }"

    class Changed(Message):
        """Rows came, or could not be read."""

    def __init__(
        self,
        columns: Sequence[Column],
        key: Callable[[R], Hashable],
        cells: Callable[[R], Sequence[Cell]],
        fetch: Callable[[tuple[R, ...]], Coroutine[Any, Any, Fetched[R]]],
        empty: str,
        look: Look,
        *,
        id: str,
    ) -> None:
        """`fetch` gets the rows held so far, none at the start; `empty` stands where there are no rows."""
        super().__init__()
        glyphs = ASCII_GLYPHS if look.signs.ascii else Glyphs()
        self.table = Table[R](columns, key, cells, glyphs=glyphs, id=id)
        self._fetch = fetch
        self._empty = empty
        self._reading = f"Reading{look.signs.ellipsis}"
        self.ended = False
        self.problem: AppError | None = None
        self.started = False

    def compose(self) -> ComposeResult:
        yield self.table

    def start(self) -> None:
        """Fetch the first page, unless that was done before."""
        if not self.started:
            self.started = True
            self.more()

    def again(self) -> None:
        """Forget the rows when the first page has come anew; until then nothing is fetched behind them."""
        if self.started:
            self.table.set_placeholder(self._reading)
            work: WorkType[None] = partial(self._read, ())
            self.run_worker(work, group="page", exclusive=True, name="page")

    def more(self) -> None:
        """Fetch the next page, when there is one and none is on its way."""
        busy = any(one.node is self and not one.is_finished for one in self.app.workers)
        if self.started and not self.ended and not busy:
            self.table.set_placeholder(self._reading)
            work: WorkType[None] = partial(self._read, self.table.shown)
            self.run_worker(work, group="page", name="page")

    async def _read(self, held: tuple[R, ...]) -> None:
        try:
            rows, self.ended = await self._fetch(held)
        except AppError as error:
            self.problem = error
            self.table.set_class(not held, "-stale")
            self.table.set_placeholder(unread(error, look_of(self.app)))
        else:
            self.problem = None
            self.table.remove_class("-stale")
            self.table.set_placeholder(self._empty)
            self.table.set_rows(rows)
        self.post_message(self.Changed())

    def on_row_table_visible_changed(self, event: RowTable.VisibleChanged) -> None:
        """Near the end the next page is fetched."""
        event.stop()
        if event.keys and self.table.index_of(event.keys[-1]) >= len(self.table.shown) - MARGIN:
            self.more()
