"""Every fault, every read that is done on demand: items, namespaces, configuration, service tokens, a search.

Nothing polls these: a failed one is an error in words, what was known stays with its time, and the next one is fine.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.trust.faults import FAULTS, LIES, Wire, flood
from tests.trust.test_faults import DOCS, Reads, reads, world  # noqa: F401
from tui.emulator import Emulator
from tui.errors import AppError
from tui.models.item_list import ItemQuery
from tui.service import Service
from tui.service.search_options import SearchOptions
from tui.state.store import Reading, State

pytestmark = pytest.mark.exhaustive

Asked = Callable[[Service], Awaitable[Any]]
KEPT: dict[str, tuple[Asked, Callable[[State], Reading[Any]]]] = {
    "items": (lambda service: service.items.load(1), lambda state: state.items),
    "namespaces": (lambda service: service.namespaces.refresh(), lambda state: state.namespaces),
    "configuration": (lambda service: service.read.document(DOCS), lambda state: state.documents[DOCS]),
}
"""Reads whose result stands in the store, and where."""
GIVEN: dict[str, Asked] = {
    "tokens": lambda service: service.tokens.read(),
    "search": lambda service: service.searching.search(DOCS, "cache", SearchOptions()),
}
"""Reads whose result goes to the view that asked."""
NAMES = [name for name, (fault, _) in FAULTS.items() if fault is not flood]  # which floods the list of instances only


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    return Wire(monkeypatch)


async def outcome(seen: Reads, asked: Asked) -> AppError | None:
    """What a read raised, its retries' waits included; anything but our own error fails the test."""

    async def caught() -> AppError | None:
        try:
            await asked(seen.service)
        except AppError as error:
            return error
        return None

    task = asyncio.create_task(caught())
    for _ in range(60):
        await seen.pass_time(1, 1)
        if task.done():
            return await task
    raise AssertionError("it neither came nor failed within a minute")


@pytest.mark.parametrize("name", NAMES)
async def test_what_is_asked_for_fails_in_words_and_is_there_again(
    name: str,
    world: tuple[Emulator, Any],  # noqa: F811
    tmp_path: Path,
    wire: Wire,
) -> None:
    async with reads(world, tmp_path) as seen:
        await seen.poller.stop()
        await seen.service.items.open(DOCS, ItemQuery())
        for asked, _ in KEPT.values():
            assert not await outcome(seen, asked)
        before = {what: read(seen.state) for what, (_, read) in KEPT.items()}
        wire.fault, sent = FAULTS[name][0], wire.sent
        for what, (asked, read) in KEPT.items():
            raised, reading = await outcome(seen, asked), read(seen.state)
            assert raised or reading.error, f"{what} failed without a word"
            assert (reading.value, reading.at) == (before[what].value, before[what].at), f"{what} is kept"
        for what, given in GIVEN.items():
            error = await outcome(seen, given)
            assert error, f"{what} failed without a word"
            assert error.title
        assert wire.sent - sent <= 4 * (len(KEPT) + len(GIVEN)), "at most three retries each"
        wire.fault = None
        await seen.pass_time(40, 10)  # the longest wait that a server asked for
        for asked, read in KEPT.values():
            assert not await outcome(seen, asked)
            assert not read(seen.state).error
        for given in GIVEN.values():
            assert not await outcome(seen, given)


@pytest.mark.parametrize("name", LIES)
async def test_odd_replies_to_what_is_asked_for_are_no_crash(
    name: str,
    world: tuple[Emulator, Any],  # noqa: F811
    tmp_path: Path,
    wire: Wire,
) -> None:
    async with reads(world, tmp_path) as seen:
        await seen.poller.stop()
        await seen.service.items.open(DOCS, ItemQuery())
        wire.fault = LIES[name]
        for asked in (*(asked for asked, _ in KEPT.values()), *GIVEN.values()):
            await outcome(seen, asked)  # an error of ours, or what could be made of it
        wire.fault = None
        for asked in (*(asked for asked, _ in KEPT.values()), *GIVEN.values()):
            assert not await outcome(seen, asked)
