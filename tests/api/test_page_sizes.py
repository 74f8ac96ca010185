"""A list whose page size is refused still comes: the size is halved, and remembered for that list."""

from __future__ import annotations

from typing import Any

import pytest

from tui.api.envelope import Reply
from tui.api.page_sizes import SMALLEST, PageSizes
from tui.errors import Refused


class Server:
    """Takes pages of at most `largest` rows, as the real one does: the rest is refused, not clamped."""

    def __init__(self, largest: int, code: int = 7001) -> None:
        self.largest, self.code = largest, code
        self.asked: list[Any] = []

    async def get(self, query: Any) -> Reply:
        size = query["per_page" if "per_page" in query else "limit"]
        self.asked.append(size)
        if size > self.largest:
            raise Refused("Not valid", "per_page", code=self.code, http=400)
        return Reply(result=[])


async def test_a_refused_size_is_halved_and_remembered_for_its_list_only() -> None:
    sizes, server = PageSizes(), Server(50)
    for page in (1, 2):
        await sizes.read("/a/jobs", {"page": page, "per_page": 100}, server.get)
    await sizes.read("/b/jobs", {"page": 1, "per_page": 30}, server.get)
    await sizes.read("/a/items", {"page": 1, "per_page": 100}, server.get)
    assert server.asked == [100, 50, 50, 30, 100, 50]


async def test_a_refusal_of_every_size_is_about_something_else_and_nothing_is_remembered() -> None:
    sizes, server = PageSizes(), Server(0)
    with pytest.raises(Refused):
        await sizes.read("/items", {"page": 1, "per_page": 100}, server.get)
    assert server.asked == [100, 50, 25, SMALLEST]
    server.largest = 100
    await sizes.read("/items", {"page": 1, "per_page": 100}, server.get)
    assert server.asked[-1] == 100


@pytest.mark.parametrize(
    ("query", "code"), [({"page": 3, "per_page": 100}, 7001), ({"page": 1, "per_page": 100}, 7058)]
)
async def test_a_later_page_and_a_refusal_with_its_own_reason_are_asked_once(query: Any, code: int) -> None:
    server = Server(50, code)
    with pytest.raises(Refused):
        await PageSizes().read("/items", query, server.get)
    assert server.asked == [100]


async def test_a_limit_is_halved_at_any_offset_and_is_not_the_size_of_a_list_of_the_same_name() -> None:
    sizes, server = PageSizes(), Server(30)
    await sizes.read("/items/1/logs", {"limit": 50, "cursor": "7"}, server.get)
    await sizes.read("/items/2/logs", {"limit": 50, "cursor": None}, server.get)
    await sizes.read("/items/1/chunks", {"limit": 100, "offset": 200}, server.get)
    server.largest = 500
    await sizes.read("/jobs/1/logs", {"page": 1, "per_page": 500}, server.get)
    assert server.asked == [50, 25, 25, 100, 50, 25, 500]
