"""Reading the list of items page by page, as the reader of the table moves."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from tui.errors import AppError
from tui.models import InstanceKey
from tui.models.item_list import ItemQuery
from tui.state.store import Reading
from tui.ui.desk import Desk

REST = 0.2
"""Seconds of rest before a list is fetched: moving through instances and typing a search ask for nothing."""
JUMP = -1
"""Stands for the page of a jump among the numbers of pages."""
_LIST, _PAGES = "items", "item-pages"


class ItemReads:
    """Reads the pages that are wanted; a failure stands in the view that wanted them, not in the bottom line."""

    def __init__(self, desk: Desk, cancel: Callable[[str], object]) -> None:
        """`cancel` ends what runs in a group."""
        self.desk = desk
        self._cancel = cancel
        self._on_the_way: frozenset[int] = frozenset()

    def open(self, key: InstanceKey, query: ItemQuery) -> None:
        """Read another list from its start, as soon as the operator rests."""
        self._forget_pages()
        self.desk.start(self._open(key, query), _LIST, exclusive=True)

    async def _open(self, key: InstanceKey, query: ItemQuery) -> None:
        service = self.desk.service
        service.store.update(items=Reading())
        await service.wait(asyncio.Event(), REST)
        await _quietly(service.items.open(key, query))

    def page(self, number: int) -> None:
        """Read a page of the list that is held, new or again."""
        self._fetch(number, partial(self.desk.service.items.load, number))

    def jump(self, *, end: bool) -> None:
        """Read the start of the list, or its end: pages near the old place are not wanted any more."""
        self._forget_pages()
        self._fetch(JUMP, partial(self.desk.service.items.jump, end=end))

    def _forget_pages(self) -> None:
        self._cancel(_PAGES)
        self._on_the_way = frozenset()

    def _fetch(self, number: int, read: Callable[[], Awaitable[None]]) -> None:
        """Read a page; one that is on its way is not asked for twice."""
        if number in self._on_the_way:
            return
        self._on_the_way |= {number}

        async def fetch() -> None:
            try:
                await _quietly(read())
            finally:
                self._on_the_way -= {number}

        self.desk.start(fetch(), _PAGES, name=f"page {number}")


async def _quietly(read: Awaitable[None]) -> None:
    try:
        await read
    except AppError:
        return
