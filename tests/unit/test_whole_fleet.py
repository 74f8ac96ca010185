"""The whole fleet is known: at once after a start, by what happens after that, and never more than the budget gives."""

from __future__ import annotations

import asyncio
import itertools
import math
from collections import Counter

import pytest
from msgspec import structs

from tests.unit.build import done, iso, job
from tests.unit.fake_api import Call
from tests.unit.test_polling import FIVE_MINUTES, KEYS, Rig, fleet, polling
from tests.unit.virtual_time import clock, simulated
from tui.contract import Budget, Priority
from tui.models import InstanceKey, Job, Stats
from tui.state.store import Reading

BUSY = Stats(queued=5, running=1, completed=10, error=0)


def counted(calls: list[Call]) -> list[InstanceKey]:
    return [call.key for call in calls if call.name == "stats" and call.key]


def known(rig: Rig) -> int:
    return sum(reading.value is not None for reading in rig.state.stats.values())


def move(rig: Rig, at: int, **fields: object) -> None:
    """What the list says of an instance from now on."""
    rig.server.instances[at] = structs.replace(rig.server.instances[at], **fields)


async def until(condition, seconds: float) -> float:
    """Seconds until the condition holds; fails when it takes longer."""
    began = clock()
    while not condition():
        assert clock() - began <= seconds
        await asyncio.sleep(0.1)
    return clock() - began


# the first minute


@pytest.mark.parametrize("latency", [0.1, 0.25])
@simulated
async def test_the_counters_of_200_instances_are_known_within_15_seconds_of_the_start(latency: float) -> None:
    async with polling(200, latency=latency) as rig:
        await until(lambda: known(rig) == 200, 14)
        assert len(counted(rig.server.calls)) < 230


@pytest.mark.parametrize("latency", [0.1, 0.25])
@simulated
async def test_of_5000_the_first_550_are_known_within_a_minute_and_the_burst_ends_at_600(latency: float) -> None:
    async with polling(5000, latency=latency) as rig:
        await asyncio.sleep(59)
        assert 550 <= known(rig) <= 720
        visible = [call for call in rig.server.asked("stats") if call.priority is Priority.VISIBLE]
        assert len(visible) <= 650
        swept = [call for call in await rig.asked_in(FIVE_MINUTES) if call.priority is Priority.BACKGROUND]
        assert 240 <= len(swept) <= 300
        repeated = Counter(counted(swept))
        assert max(repeated.values()) == 1


@simulated
async def test_the_burst_leaves_a_quarter_of_the_window_to_the_screen() -> None:
    async with polling(5000, budget=Budget(used=950)) as rig:
        await asyncio.sleep(30)
        assert known(rig) < 100


@simulated
async def test_six_rows_at_a_time() -> None:
    async with polling(200, latency=0.5) as rig:
        await asyncio.sleep(10)
        assert 6 <= rig.server.most_in_flight["stats"] <= 7


@simulated
async def test_in_the_burst_jobs_are_read_only_where_counters_ask_for_them() -> None:
    busy = {KEYS[70]: BUSY}
    async with polling(100, visible=0, stats=busy) as rig:
        await asyncio.sleep(60)
        others = {call.key for call in rig.server.asked("list_jobs")} - {KEYS[0]}
        assert others <= {KEYS[70]}


@simulated
async def test_a_refresh_reads_every_row_again() -> None:
    async with polling(200) as rig:
        await asyncio.sleep(400)
        began = clock()
        rig.poller.refresh()
        await asyncio.sleep(15)
        assert {one for one in KEYS[:200] if (rig.state.stats[one].at or 0) >= began} == set(KEYS[:200])


@simulated
async def test_a_row_that_hangs_holds_up_no_other() -> None:
    async with polling(50) as rig:
        slow = rig.service.api.stats

        async def stats(key: InstanceKey) -> Stats:
            if key == KEYS[3]:
                await asyncio.sleep(60)
            return await slow(key)

        for api in (rig.service.read._api,):
            api.stats = stats  # type: ignore[method-assign]
        rig.poller.refresh()
        await asyncio.sleep(10)
        assert known(rig) >= 49


# the pace of what happens


@simulated
async def test_a_row_in_sight_that_runs_is_at_most_ten_seconds_old_until_its_job_has_ended() -> None:
    jobs = {KEYS[0]: [done()], KEYS[4]: [job("run", clock() - 30)]}
    async with polling(stats={KEYS[4]: BUSY}, jobs=jobs) as rig:
        await asyncio.sleep(5)
        for _ in range(300):
            await asyncio.sleep(1)
            rig.server.jobs[KEYS[4]] = [job("run", clock() - 90, last_seen_at=iso(clock()))]
            assert clock() - (rig.state.stats[KEYS[4]].at or 0) <= 10
        few = Counter(call.key for call in await rig.asked_in(FIVE_MINUTES))
        assert few[KEYS[4]] <= 62
        rig.server.jobs[KEYS[4]] = [job("run", clock() - 90, clock(), "completed")]
        rig.server.stats[KEYS[4]] = Stats(queued=0, running=0, completed=16, error=0)
        await until(lambda: (rig.state.jobs[KEYS[4]].value or ())[0].ended_at, 12)
        await asyncio.sleep(120)
        assert len([call for call in await rig.asked_in(FIVE_MINUTES) if call.key == KEYS[4]]) <= 5


@simulated
async def test_a_job_that_is_cancelled_elsewhere_with_work_left_is_seen_within_12_seconds() -> None:
    jobs = {KEYS[0]: [done()], KEYS[4]: [job("run", clock() - 30)]}
    async with polling(stats={KEYS[4]: BUSY}, jobs=jobs) as rig:
        await asyncio.sleep(60)
        rig.server.jobs[KEYS[4]] = [job("run", clock() - 90, clock(), "cancelled")]
        await until(lambda: (rig.state.jobs[KEYS[4]].value or ())[0].ended_at, 12)


@pytest.mark.parametrize("count", [20, 200])
@pytest.mark.parametrize("sign", ["status", "last_activity", "modified_at"])
@simulated
async def test_a_job_that_starts_in_a_row_in_sight_is_seen_within_30_seconds(sign: str, count: int) -> None:
    async with polling(count) as rig:
        await asyncio.sleep(100)
        value = "indexing" if sign == "status" else iso(clock())
        move(rig, 7, **{sign: value})
        rig.server.jobs[KEYS[7]] = [job("new", clock())]
        rig.server.stats[KEYS[7]] = BUSY
        await until(lambda: rig.state.stats[KEYS[7]].value == BUSY and rig.state.jobs[KEYS[7]].value, 30)


@simulated
async def test_of_more_than_eight_rows_that_run_the_eight_stalest_are_read_in_turn() -> None:
    busy = dict.fromkeys(KEYS[:20], BUSY)
    async with polling(20, stats=busy, jobs={one: [job("run", clock() - 5)] for one in KEYS[:20]}) as rig:
        await asyncio.sleep(60)
        calls = await rig.asked_in(FIVE_MINUTES)
        assert len(calls) <= 8 * 60 + 250  # with the selected one, its jobs and its log
        for one in KEYS[:20]:
            assert clock() - (rig.state.stats[one].at or 0) <= 10 * 20 / 8 + 2


@simulated
async def test_what_was_just_written_is_looked_at_at_once() -> None:
    async with polling() as rig:
        await asyncio.sleep(60)
        rig.server.calls.clear()
        await rig.service.sync(KEYS[9])
        await asyncio.sleep(3)
        assert {("stats", KEYS[9]), ("list_jobs", KEYS[9])} <= {(call.name, call.key) for call in rig.server.calls}


@simulated
async def test_rows_that_moved_in_the_list_come_first_in_the_sweep() -> None:
    async with polling(3000) as rig:
        await asyncio.sleep(100)
        move(rig, 2500, status="error")
        move(rig, 2600, last_activity=iso(clock()))
        await rig.service.read.fleet()
        rig.server.calls.clear()
        await asyncio.sleep(6)
        swept = [call.key for call in rig.server.asked("stats") if call.priority is Priority.BACKGROUND]
        assert set(swept[:3]) >= {KEYS[2500], KEYS[2600]}


@simulated
async def test_when_a_job_ends_the_instance_is_read_once() -> None:
    jobs = {KEYS[0]: [done()], KEYS[4]: [job("run", clock() - 30)]}
    async with polling(stats={KEYS[4]: BUSY}, jobs=jobs) as rig:
        await asyncio.sleep(60)
        assert not [call for call in rig.server.asked("get_instance") if call.key == KEYS[4]]
        rig.server.jobs[KEYS[4]] = [job("run", clock() - 90, clock(), "completed")]
        move(rig, 4, status="ready", last_activity=iso(clock()))
        await asyncio.sleep(20)
        assert len([call for call in rig.server.asked("get_instance") if call.key == KEYS[4]]) == 1
        assert rig.state.instance_of(KEYS[4]) == rig.server.instances[4]


# bounded


@simulated
async def test_what_comes_into_view_is_read_only_so_often_a_minute() -> None:
    """Whatever the screen does: a view that follows a moving row must not read the whole fleet."""
    async with polling(1000, budget=Budget(used=1000)) as rig:
        await asyncio.sleep(5)
        rig.server.calls.clear()
        for first in range(20, 1000, 10):
            rig.poller.set_visible(KEYS[first : first + 20])
            await asyncio.sleep(0.2)
        assert len(counted(rig.server.calls)) <= 85


@simulated
async def test_the_order_of_the_screen_never_reads_the_fleet_row_after_row() -> None:
    """The view shows the rows that sort first, and each read moves a row: the worst that a sort order can do."""
    async with polling(1000, visible=0, budget=Budget(used=1000)) as rig:
        calls = len(rig.server.calls)
        for _ in itertools.repeat(None, 200):
            unread = [one for one in KEYS[:1000] if one not in rig.state.stats][:20]
            rig.poller.set_visible(tuple(unread))
            await asyncio.sleep(0.3)
        assert len(rig.server.calls) - calls <= 150


@simulated
async def test_ten_minutes_with_60_instances_a_third_of_which_run() -> None:
    """No row is older than its pace: 10 s for each eight that run, 100 s for the quiet ones in sight."""
    running = KEYS[:60:3]
    began = clock()

    def world(one: InstanceKey) -> tuple[Stats, list[Job]]:
        passed = int(clock() - began)
        if one in running and passed < 400 + 10 * running.index(one):
            at = iso(clock())
            return Stats(queued=900 - passed, running=1, completed=passed, error=0), [job("r", began, last_seen_at=at)]
        return Stats(queued=0, running=0, completed=900, error=0), [done("old")]

    async with polling(60, visible=0) as rig:
        rig.server.instances[:] = fleet(60)
        for one in KEYS[:60]:
            rig.server.stats[one], rig.server.jobs[one] = world(one)
        rig.poller.set_visible((*running, *[one for one in KEYS[:60] if one not in running][:20]))
        await asyncio.sleep(180)  # what has moved counts as working for a minute
        in_sight = rig.poller.rows.schedule.on_screen
        while clock() - began < 600:
            for one in KEYS[:60]:
                rig.server.stats[one], rig.server.jobs[one] = world(one)
            await asyncio.sleep(1)
            for one in in_sight:
                reading = rig.state.stats.get(one, Reading[Stats]())
                works = bool(reading.value and reading.value.pending)
                assert clock() - (reading.at or 0) <= (10 * math.ceil(len(running) / 8) if works else 100), one
        await asyncio.sleep(60)
        for one in running:
            assert (rig.state.jobs[one].value or ())[0].ended_at
