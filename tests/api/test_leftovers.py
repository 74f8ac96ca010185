"""A reply that comes twice on a kept connection is not taken for the answer to the next request."""

from __future__ import annotations

import asyncio
import json

import pytest

from tui.api.timing import TimeLimits

from .kit import KEY, Net, make_client, ok
from .test_sockets import Seen, serving


def whole(completed: int) -> bytes:
    body = json.dumps({"success": True, "result": {"completed": completed}}).encode()
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nContent-Type: application/json\r\n\r\n" % len(body) + body


@pytest.mark.parametrize("packets", [1, 2])
async def test_a_reply_that_comes_twice_shifts_no_other(packets: int) -> None:
    """The second one lies on the connection when the next request goes out: rows would show the figures of others."""
    count = 0

    async def twice(writer: asyncio.StreamWriter, seen: Seen) -> None:
        nonlocal count
        count += 1
        writer.write(whole(count) * (2 if packets == 1 else 1))
        if packets == 2:
            await writer.drain()
            writer.write(whole(count))

    async with serving(twice, TimeLimits()) as (client, seen):
        for number in range(1, 6):
            assert (await client.stats(KEY)).completed == number
        assert seen.connections == 5, "no connection with unread bytes is used again"


async def test_a_connection_without_leftovers_is_kept() -> None:
    async def once(writer: asyncio.StreamWriter, seen: Seen) -> None:
        writer.write(whole(1))

    async with serving(once, TimeLimits()) as (client, seen):
        for _ in range(3):
            await client.stats(KEY)
        assert seen.connections == 1


async def test_the_servers_clock_is_in_the_request_log() -> None:
    client = make_client(Net([ok({"completed": 1}, headers={"date": "Fri, 15 Jan 2027 08:05:00 GMT"})]))
    await client.stats(KEY)
    (exchange,) = client.exchanges
    assert exchange.ahead == 300.0
