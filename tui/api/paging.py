"""Walking a list to its end, page by page or cursor by cursor, against servers that keep no promise about either."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from typing import TypeVar

from msgspec.structs import replace

from tui.models import Page

T = TypeVar("T")
STALE_PAGES = 2
"""Pages in a row without anything new after which `page` seems to be ignored (api-facts: Lists and paging)."""

VAIN = 6
"""How often pages are read again for nothing because a total that had risen falls."""


async def by_page(
    fetch: Callable[[int], Awaitable[Page[T]]], identity: Callable[[T], Hashable]
) -> AsyncIterator[Page[T]]:
    """The pages of `fetch`, from 1, each without what came before: a list shifts while it is read.

    Ends on an empty page, when as many as `total` were seen, or when the server sends the same page again and again.
    """
    seen: set[Hashable] = set()
    course = _Course()
    while not course.ended:
        page = await fetch(course.number)
        fresh = _fresh(page.items, identity, seen)
        if fresh:
            yield replace(page, items=fresh)
        course.go_on(page, bool(fresh), len(seen))


class _Course:
    """Which page of a list that shifts is read next.

    A total that falls says that others moved up, maybe into pages already read: these are read again. Where it only
    falls back, the list has grown and shrunk, or the totals waver: `VAIN` times it may be for nothing. What comes and
    goes between two pages without a change of the total cannot be noticed.
    """

    def __init__(self) -> None:
        self.number = 1
        self.ended = False
        self._furthest = self._size = self._gone = self._stale = self._vain = 0
        self._before: int | None = None
        self._lowest: int | None = None

    def go_on(self, page: Page[T], fresh: bool, seen: int) -> None:
        """Choose the page after this one, which had something `fresh`; `seen` items are known by now."""
        again, self._furthest = self.number <= self._furthest, max(self._furthest, self.number)
        self._size = max(self._size, len(page.items), 1)
        fallen, risen = _fell(self._before, page.total), _fell(page.total, self._before)
        below = fallen > 0 and _fell(self._lowest, page.total) > 0
        self._gone += fallen
        self._stale = 0 if fresh else self._stale + (not again) - self._pages(risen)
        self._vain = 0 if fresh and again else self._vain + (fallen > 0 and not below)
        if page.total is not None:
            self._before = page.total
            self._lowest = page.total if self._lowest is None else min(self._lowest, page.total)
        if fallen and (below or self._vain <= VAIN):
            self.number = max(1, self.number - self._pages(fallen))
            return
        whole = page.total is not None and seen >= page.total + self._gone
        self.ended = not page.items or whole or self._stale >= STALE_PAGES
        self.number += 1

    def _pages(self, items: int) -> int:
        return -(-items // self._size)


def _fell(before: int | None, total: int | None) -> int:
    """How many fewer there are than before."""
    return 0 if before is None or total is None else max(0, before - total)


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
