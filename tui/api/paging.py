"""Walking a list to its end, page by page or cursor by cursor, against servers that keep no promise about either."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from typing import TypeVar

from msgspec.structs import replace

from tui.models import Page

T = TypeVar("T")
STALE_PAGES = 2
"""Pages in a row without anything new after which `page` seems to be ignored (api-facts: Lists and paging)."""


async def by_page(
    fetch: Callable[[int], Awaitable[Page[T]]], identity: Callable[[T], Hashable]
) -> AsyncIterator[Page[T]]:
    """The pages of `fetch`, from 1, each without what came before: a list shifts while it is read.

    Ends on an empty page, when as many as `total` were seen, or when the server sends the same page again and again.
    A total that falls says that others moved up, maybe into pages already read: these are read again.
    """
    seen: set[Hashable] = set()
    stale = number = gone = size = 0
    lowest: int | None = None
    while stale < STALE_PAGES:
        number += 1
        page = await fetch(number)
        size = max(size, len(page.items))
        fresh = _fresh(page.items, identity, seen)
        stale = 0 if fresh else stale + 1
        if fresh:
            yield replace(page, items=fresh)
        fallen = max(0, lowest - page.total) if lowest is not None and page.total is not None else 0
        if fallen:
            gone += fallen
            back = -(-fallen // size)
            number, stale = max(0, number - 1 - back), -1 - back
        elif not page.items or (page.total is not None and len(seen) >= page.total + gone):
            return
        if page.total is not None:
            lowest = page.total if lowest is None else min(lowest, page.total)


async def by_cursor(fetch: Callable[[str | None], Awaitable[Page[T]]]) -> AsyncIterator[Page[T]]:
    """The pages of `fetch`, from the first; ends on an empty page, without a next cursor, or with one used before."""
    used: set[str] = set()
    cursor: str | None = None
    while True:
        page = await fetch(cursor)
        if page.items:
            yield page
        cursor = page.cursor
        if not page.items or cursor is None or cursor in used:
            return
        used.add(cursor)


async def by_offset(
    fetch: Callable[[int], Awaitable[Page[T]]], identity: Callable[[T], Hashable]
) -> AsyncIterator[Page[T]]:
    """The pages of `fetch`, from offset 0, each asked for after as many as the last ones held."""
    seen: set[Hashable] = set()
    offset = stale = 0
    while stale < STALE_PAGES:
        page = await fetch(offset)
        if not page.items:
            return
        offset += len(page.items)
        fresh = _fresh(page.items, identity, seen)
        stale = 0 if fresh else stale + 1
        if fresh:
            yield replace(page, items=fresh)
        if page.total is not None and offset >= page.total:
            return


def _fresh(items: tuple[T, ...], identity: Callable[[T], Hashable], seen: set[Hashable]) -> tuple[T, ...]:
    """The items not seen before, which count as seen from now on."""
    fresh = []
    for item in items:
        if (known := identity(item)) not in seen:
            seen.add(known)
            fresh.append(item)
    return tuple(fresh)
