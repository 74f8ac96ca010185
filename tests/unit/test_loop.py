"""One loop: never two reads at once, slower while it fails, quick again when it recovers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import pairwise

import pytest

from tests.unit.virtual_time import simulated
from tui.errors import AppError, RateLimited, ServerFault
from tui.polling import Loop
from tui.waiting import wait_for


class Rig:
    """A loop around a read that takes `takes` seconds and fails while `error` is set."""

    def __init__(self, takes: float = 0.0, every: float = 10.0) -> None:
        self.takes = takes
        self.error: AppError | None = None
        self.started: list[float] = []
        self.finished = self.running = self.most_running = 0
        self.told: list[tuple[AppError, float]] = []
        self.loop = Loop(self.read, lambda: every, lambda error, delay: self.told.append((error, delay)))

    async def read(self) -> None:
        self.started.append(asyncio.get_running_loop().time())
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            await asyncio.sleep(self.takes)
        finally:
            self.running -= 1
        if self.error:
            raise self.error
        self.finished += 1

    async def run(self, seconds: float, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Run the loop for so many seconds, then end it."""
        task = asyncio.create_task(self.loop.forever(wait_for))
        await asyncio.sleep(0.001)
        meanwhile()
        await asyncio.sleep(seconds)
        await ended(task)


async def ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    done, _ = await asyncio.wait([task], timeout=1)
    assert done, "the loop goes on after it was cancelled"


@simulated
async def test_it_reads_at_once_and_then_at_its_pace() -> None:
    rig = Rig()
    await rig.run(35)
    assert rig.started == [0, 10, 20, 30]


@simulated
async def test_a_slow_read_is_not_overtaken_the_pace_counts_from_its_end() -> None:
    rig = Rig(takes=25)
    await rig.run(100)
    assert rig.most_running == 1
    assert rig.started == [0, 35, 70]


@simulated
async def test_many_pokes_during_a_read_are_one_more_read() -> None:
    rig = Rig(takes=3, every=100)

    def poke_often() -> None:
        for _ in range(50):
            rig.loop.poll_now()

    await rig.run(50, poke_often)
    assert (rig.started, rig.most_running) == ([0, 3], 1)


@simulated
async def test_a_poke_while_waiting_reads_now() -> None:
    rig = Rig(every=100)
    await rig.run(50, rig.loop.poll_now)
    assert rig.started == [0, pytest.approx(0.001)]


@simulated
async def test_an_abandoned_read_is_cancelled_and_another_begins() -> None:
    rig = Rig(takes=20, every=100)
    await rig.run(50, lambda: rig.loop.poll_now(abandon=True))
    assert rig.started == [0, pytest.approx(0.001)]
    assert (rig.finished, rig.most_running) == (1, 1)


@simulated
async def test_failures_back_off_to_a_minute_and_are_told_with_the_delay() -> None:
    rig = Rig()
    rig.error = ServerFault("Out of order")
    await rig.run(250)
    gaps = [later - sooner for sooner, later in pairwise(rig.started)]
    assert gaps == [2, 4, 8, 16, 32, 60, 60, 60]
    assert [delay for _, delay in rig.told] == [*gaps, 60]
    assert {error for error, _ in rig.told} == {rig.error}


@simulated
async def test_an_outage_of_days_does_not_end_the_loop() -> None:
    rig = Rig()
    rig.error = ServerFault("Out of order")
    await rig.run(3 * 86_400)
    assert len(rig.started) > 3 * 86_400 / 61


@simulated
async def test_the_server_may_ask_for_more_patience() -> None:
    rig = Rig()
    rig.error = RateLimited("Too many", retry_after=130.0)
    await rig.run(300)
    assert rig.started == [0, 130, 260]


@simulated
async def test_after_a_recovery_it_is_as_quick_and_as_patient_as_before() -> None:
    rig = Rig()
    rig.error = ServerFault("Out of order")
    task = asyncio.create_task(rig.loop.forever(wait_for))
    await asyncio.sleep(20)
    rig.error = None
    await asyncio.sleep(30)
    rig.error = ServerFault("Again")
    await asyncio.sleep(15)
    await ended(task)
    assert rig.started == [0, 2, 6, 14, 30, 40, 50, 52, 56, 64]


@pytest.mark.parametrize("poked", [False, True])
@pytest.mark.parametrize("after", [0.001, 5.0])
@simulated
async def test_a_cancelled_loop_ends_whatever_it_is_doing(after: float, poked: bool) -> None:
    rig = Rig(takes=2, every=10)
    task = asyncio.create_task(rig.loop.forever(wait_for))
    await asyncio.sleep(after)
    if poked:
        rig.loop.poll_now()
    await ended(task)
    assert rig.running == 0
