"""Waiting: an event or a time, and the last of several calls once there is rest."""

from __future__ import annotations

import asyncio

import pytest

from tests.unit.virtual_time import simulated
from tui.waiting import Debounce, at_most, wait_for


@simulated
async def test_a_wait_ends_with_the_event_or_the_time() -> None:
    loop, event = asyncio.get_running_loop(), asyncio.Event()
    await wait_for(event, 30)
    assert loop.time() == 30
    loop.call_later(5, event.set)
    await wait_for(event, 30)
    assert loop.time() == 35
    await wait_for(event, 30)
    assert loop.time() == 35


@simulated
async def test_only_the_last_of_many_calls_runs_once_after_the_rest() -> None:
    ran: list[tuple[int, float]] = []
    resting = Debounce(wait_for, 0.5)
    for number in range(10):
        resting.call(lambda number=number: ran.append((number, asyncio.get_running_loop().time())))  # type: ignore[misc]
        await asyncio.sleep(0.25)
    await asyncio.sleep(10)
    assert ran == [(9, 9 * 0.25 + 0.5)]
    resting.call(lambda: ran.append((10, 0.0)))
    resting.cancel()
    await asyncio.sleep(10)
    assert len(ran) == 1


@simulated
async def test_a_call_from_within_the_call_is_another_one() -> None:
    ran: list[str] = []
    resting = Debounce(wait_for, 0.5)

    def first() -> None:
        ran.append("first")
        resting.call(lambda: ran.append("second"))

    resting.call(first)
    await asyncio.sleep(2)
    assert ran == ["first", "second"]


@simulated
async def test_work_that_is_done_in_time_is_not_cut_off_and_its_failure_is_told() -> None:
    done: list[str] = []

    async def work() -> None:
        await asyncio.sleep(2)
        done.append("whole")

    async def fails() -> None:
        raise ValueError("not closed")

    await at_most(3, work())
    assert (done, asyncio.get_running_loop().time()) == (["whole"], 2)
    with pytest.raises(ValueError, match="not closed"):
        await at_most(3, fails())


@simulated
async def test_work_that_hangs_is_given_up_also_when_it_will_not_be_cancelled() -> None:
    told = asyncio.Event()

    async def stubborn() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            told.set()
            await asyncio.Event().wait()

    await at_most(3, stubborn())
    assert asyncio.get_running_loop().time() == 3
    await told.wait()
