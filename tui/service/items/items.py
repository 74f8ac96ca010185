"""The items of an instance: the window that is shown, one item in full, and what changes them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from msgspec.structs import replace

from tui.contract import Api, Priority, Progress
from tui.errors import AppError, BadReply, NotFound, UsageError
from tui.models import InstanceKey, Item, ItemChunk, ItemLog, Page
from tui.models.item_list import FAILED, PAGE, ItemQuery, ItemWindow, errors_first
from tui.service.items.silence import WHOLE_TYPE, common_endings, ending_of
from tui.service.items.triage import Cause
from tui.service.outcome import Outcome
from tui.service.writer import Writer
from tui.state.store import Reading, Store, read_at
from tui.text import one_line, parse_time, safe, size

OLDER = "Found after a lost reply; it may be older."


class Taken(UsageError):
    """The file is there already: to be replaced only when the operator says so."""


class ItemService:
    """Use cases on items. Raises AppError; the window is in the store, everything else is returned."""

    def __init__(self, api: Api, store: Store, clock: Callable[[], float], writer: Writer) -> None:
        self._api = api
        self._store = store
        self._clock = clock
        self._writer = writer

    # the window

    async def open(self, key: InstanceKey, query: ItemQuery) -> None:
        """Show the list of an instance from its first page. Raises AppError; it stands in the reading too."""
        self._store.update(items=Reading(ItemWindow(key, query)))
        stats = self._store.state.stats.get(key, Reading()).value
        if errors_first(query, stats.error if stats else None):
            await self.load(FAILED)
        await self.load(1)

    async def load(self, number: int, *, jump: bool = False) -> None:
        """Read one page of the window's list into it, or with FAILED its failed items. Raises AppError.

        What was read before stays.
        Without `jump` a page that is far from the window when it comes is dropped: the reader has gone elsewhere.
        """
        window = self._window
        if window is None:
            return
        key, query = window.key, window.query
        try:
            page = await self._api.using(Priority.USER).list_items(
                key,
                page=number or 1,
                per_page=PAGE,
                search=query.search or None,
                status=query.status if number else "error",
                source=query.source,
                sort_by="modified_at" if query.newest else None,
            )
        except AppError as error:
            if self._is_shown(key, query):
                self._store.update(items=self._store.state.items.failure(error, self._clock()))
            raise
        now = self._window
        if now is None or not self._is_shown(key, query):
            return
        if number == FAILED:
            top = replace(now, failed=page.items, failures=len(page.items) if page.total is None else page.total)
            self._store.update(items=replace(self._store.state.items, value=top))
        elif jump or now.near(number):
            self._store.update(items=read_at(now.holding(number, page), self._clock()))

    async def jump(self, *, end: bool) -> None:
        """Go to the first page, or to the last where the server tells which one it is; else one page further."""
        window = self._window
        if window and not end:
            await self.load(1, jump=True)
        elif window and window.after is not None:
            await self.load(window.last or window.after, jump=True)

    @property
    def _window(self) -> ItemWindow | None:
        return self._store.state.items.value

    def _is_shown(self, key: InstanceKey, query: ItemQuery) -> bool:
        window = self._window
        return window is not None and window.key == key and window.query == query

    def _show(self, key: InstanceKey, change: Callable[[ItemWindow], ItemWindow]) -> None:
        """Change the window, when it is still that instance's."""
        reading = self._store.state.items
        if reading.value and reading.value.key == key:
            self._store.update(items=replace(reading, value=change(reading.value)))

    # one item

    async def item(self, key: InstanceKey, item_id: str) -> Item:
        """One item as it is now; the list shows it too. Raises BadReply for an answer about another item."""
        found = await self._api.using(Priority.USER).get_item(key, item_id)
        if found.id != item_id:
            words = f"Expected the item {item_id}, got {one_line(found.id) or 'one without an id'}."
            raise BadReply("The API sent something else", words, "Refresh.")
        self._show(key, lambda window: window.with_item(found))
        return found

    async def by_key(self, key: InstanceKey, item_key: str) -> Item:
        """The item with this key. Raises NotFound."""
        found = (await self._api.using(Priority.USER).list_items(key, item_key=item_key)).items
        if not found:
            raise NotFound(
                "No such item", f"{key} has no item {safe(item_key)}.", "It may have been deleted meanwhile."
            )
        return found[0]

    async def log_page(self, key: InstanceKey, item_id: str, cursor: str | None) -> Page[ItemLog]:
        """One page of an item's log."""
        return await self._api.using(Priority.USER).item_logs(key, item_id, cursor=cursor)

    async def chunk_page(self, key: InstanceKey, item_id: str, offset: int) -> Page[ItemChunk]:
        """One page of an item's chunks."""
        return await self._api.using(Priority.USER).item_chunks(key, item_id, offset=offset)

    async def failed(
        self, key: InstanceKey, *, failed: bool = True, outdated: bool = True
    ) -> AsyncIterator[Page[Item]]:
        """All items with the status `error`, then the outdated ones that carry an error, page by page, each once.

        An item that fails at its second reading stays `outdated`, and no counter shows its error (api-facts: Stats).
        Without `failed` or `outdated` those are left out: where the counters say that there is none, a request less.
        The total of a page says how many there may be at most: how many outdated items carry an error shows at the end.
        """
        api, found, seen = self._api.using(Priority.VISIBLE), 0, 0
        if failed:
            async for page in api.item_pages(key, per_page=PAGE, status="error"):
                found += len(page.items)
                yield page
        if not outdated:
            return
        async for page in api.item_pages(key, per_page=PAGE, status="outdated"):
            carry = tuple(item for item in page.items if item.error)
            found, seen = found + len(carry), seen + len(page.items)
            yield replace(page, items=carry, total=found + max(0, (page.total or 0) - seen))

    async def unused_endings(self, key: InstanceKey, items: Sequence[Item], cause: Cause) -> frozenset[str]:
        """The endings of several of these items that no indexed item has: one request an ending, at most five.

        Of a type that no reader takes, every ending.
        """
        if cause.slug == WHOLE_TYPE:
            return frozenset(map(ending_of, (item.identity for item in items)))
        api, unused = self._api.using(Priority.USER), set()
        for ending in common_endings(items, least=2):
            page = await api.list_items(key, search=ending, status="completed", per_page=PAGE)
            used = any(ending_of(item.identity) == ending for item in page.items)
            whole = page.total is not None and page.total <= len(page.items)
            if not used and (whole or not page.items):
                unused.add(ending)
        return frozenset(unused)

    # changing

    async def resync(self, key: InstanceKey, item: Item, priority: Priority = Priority.USER) -> Outcome:
        """Index one item again."""
        name = one_line(item.key)

        async def send() -> Outcome:
            queued = await self._api.using(priority).sync_item(key, item.id)
            self._show(key, lambda window: window.with_item(queued))
            return Outcome(f"{name}: re-sync accepted", _seen(item, queued))

        async def look() -> Outcome:
            now = await self.item(key, item.id)
            if now.status in ("queued", "running"):
                return Outcome(f"{name} is {now.status}", f"Found after a lost reply. {_seen(item, now)}")
            return Outcome(f"{name} is {now.status or 'there'}", "The reply was lost: try again.", done=False)

        return await self._writer.write("item re-sync", f"{key} item {item.id} {item.identity}", send, look)

    async def index(self, key: InstanceKey, item_key: str) -> Outcome:
        """Index one document of the source by its key, new or known."""
        name, api = one_line(safe(item_key)), self._api.using(Priority.USER)

        async def send() -> Outcome:
            item = await api.put_item(key, item_key)
            return Outcome(f"{name}: {item.status or 'accepted'}", "It is indexed on its own, apart from any sync.")

        async def look() -> Outcome:
            found = (await api.list_items(key, item_key=item_key)).items
            if found:
                return Outcome(f"{name} is {found[0].status or 'there'}", OLDER, done=None)
            return Outcome(f"{name} is not there", "The reply was lost: try again.", done=False)

        return await self._writer.write("item index", f"{key} item {item_key}", send, look)

    async def delete(self, key: InstanceKey, item: Item, priority: Priority = Priority.USER) -> Outcome:
        """Delete one item, with its chunks."""
        name = one_line(item.key)

        def gone(words: str) -> Outcome:
            self._show(key, lambda window: window.without(item.id))
            return Outcome(f"{name} deleted", words)

        async def send() -> Outcome:
            await self._api.using(priority).delete_item(key, item.id)
            return gone("")

        async def look() -> Outcome:
            try:
                await self.item(key, item.id)
            except NotFound:
                return gone("Read back after a lost reply.")
            return Outcome(f"{name} is still there", "The reply was lost: try again.", done=False)

        return await self._writer.write("item delete", f"{key} item {item.id} {item.identity}", send, look)

    async def upload(self, key: InstanceKey, path: Path, name: str, progress: Progress | None = None) -> Outcome:
        """Upload one file under `name` to built-in storage, replacing an item of that name."""
        api, shown = self._api.using(Priority.USER), one_line(safe(name))

        async def send() -> Outcome:
            item = await api.upload_item(key, path, name=name, progress=progress)
            return Outcome(f"{shown}: {item.status or 'accepted'}", size(item.file_size))

        async def look() -> Outcome:
            found = (await api.list_items(key, item_key=name)).items
            if found:
                return Outcome(f"{shown} is {found[0].status or 'there'}", OLDER, done=None)
            return Outcome(f"{shown} is not there", "The reply was lost: try again.", done=False)

        return await self._writer.write("item upload", f"{key} item {name}", send, look)

    async def download(self, key: InstanceKey, item: Item, target: Path, *, overwrite: bool = False) -> Outcome:
        """Save a document to a file of mode 0600. Raises Taken when it exists and may not be overwritten.

        What was there before stays until the new content has arrived in full.
        """
        if not overwrite and await asyncio.to_thread(os.path.lexists, target):
            raise Taken("The file exists", f"{safe(str(target))} is already there.", "Choose another name.")
        draft = target.with_name(f".{target.name}.{os.getpid()}.part")
        written = await self._api.using(Priority.USER).download_item(key, item.id, draft)
        try:
            await asyncio.to_thread(draft.replace, target)
        except OSError as error:
            await asyncio.to_thread(draft.unlink, missing_ok=True)
            raise UsageError(
                "Cannot write the file", f"{safe(str(target))}: {error.strerror}.", "Choose another name."
            ) from None
        return Outcome(f"{one_line(item.key)} saved", f"{size(written)} in {safe(str(target))}")


def _seen(before: Item, after: Item) -> str:
    """When it was last read, before and after: an accepted re-sync may change nothing (api-facts: Stats)."""
    was, now = (_moment(parse_time(item.last_seen_at)) for item in (before, after))
    return f"Last read {was}, and not again yet." if was == now else f"Last read {was}, now {now}."


def _moment(at: float | None) -> str:
    return "never" if at is None else f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S} UTC"
