"""The items of the selected instance on the main screen: fetching, filtering, opening, and the keys that write."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from textual.worker import WorkType

from tui.errors import AppError
from tui.models import InstanceKey, Item
from tui.state.store import Reading
from tui.ui.items.cells import STATUSES, status_counts
from tui.ui.items.writes import ItemWrites
from tui.ui.kit.pick import Choice, Pick

if TYPE_CHECKING:
    from tui.ui.items.tab import ItemsTab
    from tui.ui.items.table import Act, ItemOpened, ItemsWanted, JumpWanted, PageWanted
    from tui.ui.search.tab import ItemWanted

SETTLE = 0.2
"""Seconds of rest before a list is fetched: moving through instances and typing a search ask for nothing."""
ALL, SOURCE = "*", "source="
JUMP = 0
"""Stands for the page of a jump among the numbers of pages."""


class Items(ItemWrites):
    """Reads run in groups that a newer wish of the same kind replaces."""

    _on_the_way: frozenset[int] = frozenset()

    # fetching

    def on_items_wanted(self, event: ItemsWanted) -> None:
        """Another list: fetch its first page as soon as the operator rests."""
        self._forget_pages()
        work: WorkType[None] = partial(self._open_items, event)
        self.run_worker(work, group="items", exclusive=True, name="items")

    async def _open_items(self, wanted: ItemsWanted) -> None:
        if self.session is None:
            return
        service = self.session.service
        self.store.update(items=Reading())
        await service.wait(asyncio.Event(), SETTLE)
        await _seen_in_the_view(service.items.open(wanted.key, wanted.query))

    def on_page_wanted(self, event: PageWanted) -> None:
        """A page, new or again."""
        if self.session:
            self._fetch(event.number, partial(self.session.service.items.load, event.number))

    def on_jump_wanted(self, event: JumpWanted) -> None:
        """The end or the start of the list: pages near the old place are not wanted any more."""
        if self.session:
            self._forget_pages()
            self._fetch(JUMP, partial(self.session.service.items.jump, end=event.end))

    def _forget_pages(self) -> None:
        self.workers.cancel_group(self, "item-pages")
        self._on_the_way = frozenset()

    def _fetch(self, number: int, read: Callable[[], Awaitable[None]]) -> None:
        """Read a page; one that is on its way is not asked for twice."""
        if number in self._on_the_way:
            return
        self._on_the_way |= {number}

        async def fetch() -> None:
            try:
                await _seen_in_the_view(read())
            finally:
                self._on_the_way -= {number}

        work: WorkType[None] = fetch
        self.run_worker(work, group="item-pages", name=f"page {number}")

    def reload_items(self) -> None:
        """Items were changed: read again what shows them."""
        from tui.ui.full_view import FullView

        self._items_tab().reload()
        for screen in self.app.screen_stack:
            if isinstance(screen, FullView) and screen.PLACE in ("item", "triage"):
                screen.action_refresh()

    def _items_tab(self) -> ItemsTab:
        from tui.ui.items.tab import ItemsTab

        return self.query_one(ItemsTab)

    # keys

    def on_act(self, event: Act) -> None:
        """A key of the tab, on the items that were picked when it was pressed."""
        key, items, what = event.key, event.items, event.what
        if what == "filter":
            self._choose_filter(key)
        elif what == "order":
            self._choose_order()
        elif not self.may(f"items.{what}"):
            return
        elif what == "upload":
            self.ask_upload(key)
        elif not items:
            self.say("There is no item here.")
        elif what == "download":
            self.ask_download(key, items[0])
        else:
            (self.ask_resync if what == "resync" else self.ask_delete)(key, items)

    def on_item_opened(self, event: ItemOpened) -> None:
        """One item in full."""
        self._open_item(event.key, event.item)

    def _open_item(self, key: InstanceKey, item: Item) -> None:
        from tui.ui.items.item_view import ItemScreen

        self.app.push_screen(ItemScreen(self, key, item))

    def on_item_wanted(self, event: ItemWanted) -> None:
        """From a search hit, which knows only the key of its item."""
        if key := self.state.selected:
            self.run_worker(self._open_by_key(key, event.item_key), group="item-by-key", exclusive=True, name="item")

    async def _open_by_key(self, key: InstanceKey, item_key: str) -> None:
        try:
            item = await self._session().service.items.by_key(key, item_key)
        except AppError as error:
            self.tell(error, "item")
        else:
            self._open_item(key, item)

    def action_triage(self) -> None:
        """Failed items of the selected instance, by cause."""
        if self.may("instance.triage") and (instance := self.state.instance) and self.session:
            from tui.ui.items.triage import TriageScreen

            self.app.push_screen(TriageScreen(self, instance.key))

    # choices

    def _choose_filter(self, key: InstanceKey) -> None:
        tab = self._items_tab()
        counts = status_counts(self.state.stats.get(key, Reading()).value)
        items = tab.reading.value.items if tab.reading.value else ()
        sources = sorted({item.source_id for item in items if item.source_id} | {tab.wanted.source or ""} - {""})
        choices = [Choice(ALL, "all items"), *(Choice(name, name, counts.get(name, "")) for name in STATUSES)]
        if len(sources) > 1 or tab.wanted.source:
            choices += [Choice(SOURCE + name, f"source {name}") for name in sources]
        current = tab.wanted.status or (SOURCE + tab.wanted.source if tab.wanted.source else ALL)

        def chosen(value: str | None) -> None:
            if value is not None:
                source = value.removeprefix(SOURCE) if value.startswith(SOURCE) else None
                status = None if source or value == ALL else value
                tab.wanted = tab.wanted._replace(status=status, source=source)

        self.app.push_screen(Pick("Which items", choices, current), chosen)

    def _choose_order(self) -> None:
        tab = self._items_tab()
        choices = [Choice("", "by status"), Choice("newest", "last changed first")]

        def chosen(value: str | None) -> None:
            if value is not None:
                tab.wanted = tab.wanted._replace(newest=bool(value))

        self.app.push_screen(Pick("Order of the items", choices, "newest" if tab.wanted.newest else ""), chosen)


async def _seen_in_the_view(read: Awaitable[None]) -> None:
    """Run a read whose failure stands in the view, not in a toast."""
    try:
        await read
    except AppError:
        return
