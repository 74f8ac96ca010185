"""A list of items that may be a million long, as a window of neighbouring pages that moves with the reader. Pure."""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from tui.models.base import Page
from tui.models.instance import InstanceKey
from tui.models.item import Item

PAGE = 100
"""Items asked for in one page: the server's maximum is unknown (api-facts: Lists and paging)."""
KEPT = 1_200
"""Items kept at most, in whole pages: enough for long marks, little enough to lay out at once.

Counted in items, for a server may make its pages small: a dozen pages of two are less than a screen and what is read
ahead of it, and each page at one end would push out one at the other that is wanted again.
"""
FAILED = 0
"""Stands among the numbers of pages for the failed items at the top."""
DEFAULT_PAGE = 20
"""Items of a page unless asked for more: a shorter first page is the whole list (api-facts: Lists and paging)."""


class ItemQuery(NamedTuple):
    """Which items are wanted, in which order. The server filters and sorts."""

    status: str | None = None
    search: str = ""
    source: str | None = None
    newest: bool = False

    @property
    def narrow(self) -> bool:
        """Whether it leaves items out."""
        return bool(self.status or self.search or self.source)


def errors_first(query: ItemQuery, failed: int | None) -> bool:
    """Whether a list begins with its failed items, of which there are `failed`, None when nobody knows.

    The server has no such order, but lists one status by itself: a page of those is read before the list. Not where
    the operator chose a status, or an order by time.
    """
    return query.status is None and not query.newest and failed != 0


class ItemWindow(Struct, frozen=True):
    """Pages `first` and following of one list. `size` is the length of a full page as the server makes them.

    `ended` says that nothing comes after the last page held. `total` is None where the server does not tell. `failed`
    are the failed items that stand before the first page, None when they were not asked for; `failures` is how many
    there are in all.
    """

    key: InstanceKey
    query: ItemQuery
    first: int = 1
    pages: tuple[tuple[Item, ...], ...] = ()
    size: int = PAGE
    total: int | None = None
    ended: bool = False
    failed: tuple[Item, ...] | None = None
    failures: int = 0

    @property
    def top(self) -> tuple[Item, ...]:
        """The failed items before the first page; none while the reader is elsewhere in the list."""
        return self.failed or () if self.first == 1 else ()

    @property
    def listed(self) -> tuple[Item, ...]:
        """The items of the pages held, each once: a list that shifts while it is read repeats some."""
        return tuple({item.id: item for page in self.pages for item in page}.values())

    @property
    def items(self) -> tuple[Item, ...]:
        """The items held, each once, failed ones at the top."""
        return tuple({item.id: item for item in (*self.top, *self.listed)}.values())

    @property
    def before(self) -> int | None:
        """The number of the page before those held, None at the start."""
        return self.first - 1 if self.first > 1 else None

    @property
    def after(self) -> int | None:
        """The number of the page after those held, None at the end."""
        return None if self.ended else self.first + len(self.pages)

    @property
    def last(self) -> int | None:
        """The number of the last page of the list, None where it is not known."""
        return None if self.total is None else max(1, -(-self.total // self.size))

    @property
    def start(self) -> int:
        """How many items of the list come before those held."""
        return (self.first - 1) * self.size

    @property
    def _kept(self) -> int:
        """How many pages are kept at most: two neighbours, however long they are."""
        longest = max((len(page) for page in self.pages), default=self.size)
        return max(2, KEPT // max(1, longest))

    def near(self, number: int) -> bool:
        """Whether a page is held or a neighbour of those held; without any, all are."""
        return not self.pages or -1 <= number - self.first <= len(self.pages)

    def page_of(self, item_id: str) -> int | None:
        """The number of the page that holds an item; FAILED for one at the top."""
        if any(item.id == item_id for item in self.top):
            return FAILED
        for number, page in enumerate(self.pages, self.first):
            if any(item.id == item_id for item in page):
                return number
        return None

    def holding(self, number: int, page: Page[Item]) -> ItemWindow:
        """The window with this page in it: a neighbour is added, one that is held is replaced, any other starts anew.

        An empty page after the end only says that the list has ended; an empty first page empties the window.
        """
        at = number - self.first
        fresh = replace(self, total=self.total if page.total is None else page.total)
        if number == 1 and page.items:
            whole = fresh.total is not None and fresh.total <= len(page.items)
            fresh = replace(fresh, size=PAGE if whole else len(page.items))  # it may give fewer than asked for
        if not page.items and number > 1:
            kept = self.pages[:at] if 0 <= at < len(self.pages) else self.pages
            return replace(fresh, pages=kept, ended=True)
        if not self.pages or not self.near(number):
            return fresh._alone(number, page)
        pages = list(self.pages)
        if at < 0:
            kept = (page.items, *pages)[: self._kept]
            return replace(fresh, first=number, pages=kept, ended=self.ended and len(kept) > len(pages))
        pages[at : at + 1] = [page.items]
        lost = max(0, len(pages) - self._kept)
        held = replace(fresh, first=self.first + lost, pages=tuple(pages[lost:]))
        return replace(held, ended=held._is_end(number, page) if at >= len(self.pages) - 1 else self.ended)

    def _alone(self, number: int, page: Page[Item]) -> ItemWindow:
        alone = replace(self, first=number, pages=(page.items,))
        return replace(alone, ended=alone._is_end(number, page))

    def _is_end(self, number: int, page: Page[Item]) -> bool:
        if self.total is not None:
            return number >= -(-self.total // self.size) if self.size else True
        return len(page.items) < max(DEFAULT_PAGE, self.size)

    def with_item(self, item: Item) -> ItemWindow:
        """The window with a newer reading of an item that it holds."""
        pages = tuple(tuple(item if old.id == item.id else old for old in page) for page in self.pages)
        failed = self.failed and tuple(item if old.id == item.id else old for old in self.failed)
        return replace(self, pages=pages, failed=failed)

    def without(self, item_id: str) -> ItemWindow:
        """The window after an item was deleted."""
        pages = tuple(tuple(item for item in page if item.id != item_id) for page in self.pages)
        failed = self.failed and tuple(item for item in self.failed if item.id != item_id)
        at_top = len(self.failed or ()) - len(failed or ())
        held = at_top or any(item.id == item_id for item in self.listed)
        left = None if self.total is None else max(0, self.total - bool(held))
        return replace(self, pages=pages, failed=failed, failures=self.failures - at_top, total=left)
