"""Kept connections: a reply that comes twice on one is not the answer to the next request, a dead one is given up."""

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


@pytest.mark.parametrize("kept", [1, 3])
async def test_a_connection_that_died_unnoticed_is_given_up_soon(kept: int) -> None:
    """As after a laptop slept: nothing comes back on any connection that was open before."""
    asleep = asyncio.Event()
    dead: set[asyncio.StreamWriter] = set()
    known: set[asyncio.StreamWriter] = set()

    async def forgetful(writer: asyncio.StreamWriter, seen: Seen) -> None:
        if asleep.is_set():
            dead.update(known)
            asleep.clear()
        known.add(writer)
        if writer not in dead:
            writer.write(whole(4))

    async with serving(forgetful, TimeLimits(silence=0.2)) as (client, seen):
        await asyncio.gather(*(client.stats(KEY) for _ in range(kept)))
        before = seen.connections
        asleep.set()
        assert (await client.stats(KEY)).completed == 4
        assert seen.connections == before + 1
        (exchange,) = client.exchanges[-1:]
        assert exchange.retries == 1


async def test_a_server_that_is_only_slow_is_asked_twice_once() -> None:
    async def slow(writer: asyncio.StreamWriter, seen: Seen) -> None:
        if len(seen.requests) > 1:
            await asyncio.sleep(0.3)
        writer.write(whole(4))

    async with serving(slow, TimeLimits(silence=0.1)) as (client, seen):
        for _ in range(4):
            assert (await client.stats(KEY)).completed == 4
        assert len(seen.requests) == 5


async def test_a_write_after_a_silence_goes_out_on_a_new_connection() -> None:
    async def once(writer: asyncio.StreamWriter, seen: Seen) -> None:
        writer.write(whole(4))

    async with serving(once, TimeLimits()) as (client, seen):
        await client.stats(KEY)
        await client.delete_instance(KEY)
        assert seen.connections == 1, "a moment later the kept one is good"
        client._wire._heard -= 10
        await client.delete_instance(KEY)
        assert seen.connections == 2
        assert len(seen.requests) == 3


async def test_the_servers_clock_is_in_the_request_log() -> None:
    client = make_client(Net([ok({"completed": 1}, headers={"date": "Fri, 15 Jan 2027 08:05:00 GMT"})]))
    await client.stats(KEY)
    (exchange,) = client.exchanges
    assert exchange.ahead == 300.0


async def test_it_is_known_for_how_long_the_server_is_silent() -> None:
    """A request without a reply counts from when it was sent, another reply says that the server lives."""
    answered, asked = asyncio.Event(), asyncio.Event()

    async def one_then_none(writer: asyncio.StreamWriter, seen: Seen) -> None:
        if len(seen.requests) == 2:
            asked.set()
            await answered.wait()
        writer.write(whole(4))

    async with serving(one_then_none, TimeLimits(silence=60)) as (client, _seen):
        await client.stats(KEY)
        assert client.heard.silence == client.heard.waiting == 0.0
        waits = asyncio.ensure_future(client.stats(KEY))
        await asked.wait()
        client._wire._heard -= 30
        client._wire._unanswered = {one: sent - 10 for one, sent in client._wire._unanswered.items()}
        assert 10 <= client.heard.silence < 20
        await client.stats(KEY)
        assert client.heard.waiting >= 10
        assert client.heard.silence < 5
        answered.set()
        await waits
        assert client.heard.waiting == 0.0
