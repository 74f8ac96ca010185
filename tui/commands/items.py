"""`aisearch items`: the documents of an instance, filtered by the server."""

from __future__ import annotations

from collections.abc import AsyncIterator

from tui.commands.output import Cell, Heading
from tui.commands.refs import instance
from tui.commands.session import Invocation
from tui.commands.values import as_object
from tui.contract import Priority
from tui.models import InstanceKey, Item
from tui.models.item_list import DEFAULT_PAGE, PAGE
from tui.text import count, size

COLUMNS = (
    Heading("key", shrinks=1),
    Heading("status"),
    Heading("chunks", right=True),
    Heading("size", right=True),
    Heading("seen"),
    Heading("error", shrinks=2),
)


async def run(call: Invocation) -> int:
    """List them page by page as they come, at most --limit; 0 lists all."""
    found = await instance(call, call.flag("ref"))
    limit, shown = int(call.flag("limit")), 0
    batch: list[Item] = []
    more = False
    async for item in _items(call, found.key, min(limit, PAGE) or PAGE):
        if limit and shown + len(batch) >= limit:
            more = True
            break
        batch.append(item)
        if len(batch) >= PAGE and not call.out.terminal:
            shown += _print(call, batch)
    shown += _print(call, batch)
    if more:
        call.out.note(f"{shown:,} items of {found.key} shown; --limit 0 lists all")
    return call.finish()


def _print(call: Invocation, batch: list[Item]) -> int:
    call.out.rows(COLUMNS, [(cells(item), as_object(item)) for item in batch])
    call.out.flush()
    many = len(batch)
    batch.clear()
    return many


async def _items(call: Invocation, key: InstanceKey, size: int) -> AsyncIterator[Item]:
    """Item after item, each once, until the list ends."""
    api, seen, page = call.service.api.using(Priority.USER), set[str](), 1
    while True:
        got = await api.list_items(
            key,
            page=page,
            per_page=size,
            status=call.flag("status"),
            source=call.flag("source"),
            search=call.flag("search"),
        )
        fresh = [item for item in got.items if item.id not in seen]
        seen.update(item.id for item in fresh)
        for item in fresh:
            yield item
        whole = got.total is not None and len(seen) >= got.total
        short = got.total is None and len(got.items) < min(size, DEFAULT_PAGE)
        if not fresh or whole or short:
            return
        page += 1


def cells(item: Item) -> tuple[str | Cell, ...]:
    """One item as a row."""
    failed = item.status == "error"
    return (
        item.identity,
        Cell(item.status or "-", "error" if failed else ""),
        count(item.chunks_count),
        size(item.file_size),
        item.last_seen_at or "-",
        item.error or "",
    )
