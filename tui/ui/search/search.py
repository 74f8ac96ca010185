"""Searching and asking: a query is sent, its results are shown whole or side by side with another instance's."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, Protocol

from tui.errors import AppError
from tui.models import InstanceKey
from tui.service.search import Answer, Found
from tui.service.search_options import SearchOptions
from tui.ui.desk import Desk
from tui.ui.kit.pick import Choice, Pick
from tui.ui.kit.text_dialog import TextDialog
from tui.ui.search.cells import HitRow, chunk_page
from tui.ui.search.memory import QueryMemory
from tui.ui.search.view_state import Mode, SearchState, answer_page

GROUP = "search"
"""One query at a time: a newer one takes the place of one whose reply nobody waits for any more."""


class ShowsResults(Protocol):
    """What shows the results of a query: the search tab."""

    def show_found(self, key: InstanceKey, found: Found) -> None:
        """Show the reply to a search."""

    def show_answer(self, key: InstanceKey, answer: Answer) -> None:
        """Show an answer as far as it has come."""

    def show_failure(self, key: InstanceKey, mode: Mode, error: AppError) -> None:
        """Show why there is no result."""


class Search:
    """A query is a POST that reads: read-only mode allows it, and nothing is sent twice."""

    def __init__(
        self,
        desk: Desk,
        cancel: Callable[[str], object],
        open_item: Callable[[InstanceKey, str], Awaitable[None]],
        ask_why: Callable[[InstanceKey, str, str, SearchOptions], Coroutine[Any, Any, None]],
        judge: Callable[[InstanceKey, str, Sequence[str]], Coroutine[Any, Any, None]],
    ) -> None:
        """`cancel` ends what runs in a group; `open_item` shows the item with a key.

        `ask_why` explains why a query finds an item or not; `judge` adds a query with right items to a query set.
        """
        self.desk = desk
        self.memory = QueryMemory(desk)
        self.ask_why = ask_why
        self.judge = judge
        self._cancel = cancel
        self._open_item = open_item

    def send(self, tab: ShowsResults, key: InstanceKey, query: str, options: SearchOptions, mode: Mode) -> None:
        """Send a query; what comes is shown by `tab`."""
        self.memory.sent(query, mode, options)
        self.desk.start(self._send(tab, key, query, options, mode), GROUP, exclusive=True, name=f"{mode} {key}")

    async def _send(self, tab: ShowsResults, key: InstanceKey, query: str, options: SearchOptions, mode: Mode) -> None:
        """An error stands where the result would, in its own words; it is also kept in the list of errors."""
        try:
            searching = self.desk.service.searching
            if mode is Mode.SEARCH:
                tab.show_found(key, await searching.search(key, query, options))
                return
            async for answer in searching.ask(key, query, options):
                tab.show_answer(key, answer)
        except AppError as error:
            self.desk.record_error(error, "search")
            tab.show_failure(key, mode, error)

    def stop(self) -> None:
        """Nobody waits for the reply: close its connection."""
        self._cancel(GROUP)

    async def choose_options(self, options: SearchOptions, *, again: bool) -> SearchOptions | None:
        """Ask for other options; `again` says that a query waits to be sent with them. None when cancelled."""
        from tui.ui.search.options import OptionsDialog

        dialog = OptionsDialog(options, again=again, demo=self.desk.state.identity.demo)
        return None if await self.desk.ask(dialog) is None else dialog.options

    async def open(self, key: InstanceKey, row: HitRow, view: SearchState) -> None:
        """Show a chunk or an answer as a whole."""
        look = self.desk.look
        if not row.rank:
            if view.answer:
                await self.desk.ask(TextDialog("Answer", answer_page(view.answer, view, look)))
            return
        from tui.ui.search.results import ITEM, ChunkReader

        title = f"Chunk {row.rank} of {len(view.rows) - (view.answer is not None)}"
        if await self.desk.ask(ChunkReader(title, chunk_page(row, view.question, look))) == ITEM:
            await self._open_item(key, row.item_identity)

    def open_item(self, key: InstanceKey, item_key: str) -> None:
        """Show the item of a hit; a newer wish replaces one whose item is still being read."""
        self.desk.start(self._item(key, item_key), "item-by-key", exclusive=True, name="item")

    async def _item(self, key: InstanceKey, item_key: str) -> None:
        await self._open_item(key, item_key)

    # side by side

    async def side_by_side(self, query: str, options: SearchOptions) -> None:
        """Search the two marked instances; else the selected one and another, which is picked."""
        marked, first = sorted(self.desk.state.marks), self.desk.state.selected
        if len(marked) == 2:
            await self._beside(marked[0], marked[1], query, options)
        elif first is not None:
            second = await self._second(first, [key for key in marked if key != first])
            if second is not None:
                await self._beside(first, second, query, options)

    async def _second(self, first: InstanceKey, marked: list[InstanceKey]) -> InstanceKey | None:
        fleet = self.desk.state.fleet.value or ()
        others = marked or [one.key for one in fleet if one.key != first and not one.key.nameless]
        others.sort(key=lambda key: (key.namespace != first.namespace, key))
        if len(others) == 1:
            return others[0]
        choices = [Choice(str(key), key.id, key.namespace) for key in others]
        value = await self.desk.ask(Pick(f"Beside {first.id}", choices))
        return next((key for key in others if str(key) == value), None)

    async def _beside(self, left: InstanceKey, right: InstanceKey, query: str, options: SearchOptions) -> None:
        from tui.ui.search.side_by_side import SideBySide

        await self.desk.ask(SideBySide(self.desk, (left, right), query, options, self.choose_options, self.memory))
