"""What is asked of the server when: within the budget, what is looked at first, and nothing when nobody may ask."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from tests.unit.build import NOW, done, instance, iso, job, key
from tests.unit.fake_api import Call, FakeApi, Server
from tests.unit.virtual_time import clock, simulated
from tui.contract import Budget, Priority
from tui.errors import NotFound, RateLimited, Unauthorized, Unreachable
from tui.models import Instance, InstanceKey, JobLog, Stats
from tui.models.job import STALL_AFTER
from tui.polling import Poller
from tui.service import Service
from tui.service.audit import Audit
from tui.state.store import Link, State, Store

FIVE_MINUTES = 300.0
KEYS = tuple(key(f"i{number}") for number in range(5000))


def fleet(count: int) -> list[Instance]:
    return [instance(one.id) for one in KEYS[:count]]


class Rig:
    """A poller on a fake server."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.store = Store()
        self.service = Service(
            FakeApi(server), self.store, clock, Audit(Path(os.environ["XDG_STATE_HOME"]) / "audit.jsonl", clock)
        )
        self.slept = 0.0
        """Seconds by which the clock that stands still while the machine sleeps is behind."""
        self.poller = Poller(self.service, monotonic=lambda: clock() - self.slept)

    @property
    def state(self) -> State:
        return self.store.state

    def choose(self, one: InstanceKey) -> None:
        """What the screen does when the cursor moves."""
        self.service.select(one)
        self.poller.selected()

    async def asked_in(self, seconds: float) -> list[Call]:
        """What is asked during the next seconds."""
        before = len(self.server.calls)
        await asyncio.sleep(seconds)
        return self.server.calls[before:]


@asynccontextmanager
async def polling(count: int = 30, visible: int = 20, **fields: Any) -> AsyncIterator[Rig]:
    """A console that has just been opened: the fleet is listed, the first rows are visible, one is selected."""
    jobs = {KEYS[0]: [done("2"), done("1")]}
    rig = Rig(Server(**{"instances": fleet(count), "jobs": jobs, **fields}))
    rig.poller.start()
    try:
        await asyncio.sleep(1)
        rig.poller.set_visible(KEYS[: min(count, visible)])
        rig.choose(KEYS[0])
        yield rig
    finally:
        async with asyncio.timeout(5):
            await rig.poller.stop()
        assert rig.server.in_flight == []


@pytest.mark.parametrize(("count", "pages"), [(3, 0), (30, 0), (250, 0), (2000, 20)])
@simulated
async def test_an_idle_screen_asks_at_most_an_eighth_of_what_is_allowed(count: int, pages: int) -> None:
    """A long list of `pages` is read again so seldom that an hour keeps the budget, if not each five minutes."""
    async with polling(count) as rig:
        await asyncio.sleep(max(60, count))  # until every row was read once
        for _ in range(12):
            calls = await rig.asked_in(FIVE_MINUTES)
            assert len(calls) <= 150 + pages, Counter(call.name for call in calls)
        assert len([call for call in rig.server.calls if call.at > NOW + max(61, count + 1)]) <= 12 * 150
        assert {call.name for call in rig.server.calls} >= {"list_instances", "stats", "list_jobs"}


@pytest.mark.parametrize("count", [3, 30, 250])
@simulated
async def test_an_unfocused_screen_asks_less_than_60_times(count: int) -> None:
    async with polling(count) as rig:
        await asyncio.sleep(60)
        rig.poller.slow_down(True)
        await asyncio.sleep(60)
        for _ in range(12):
            calls = await rig.asked_in(FIVE_MINUTES)
            assert 0 < len(calls) < 60, Counter(call.name for call in calls)


@simulated
async def test_rows_are_read_one_at_a_time_while_keys_come() -> None:
    """What comes for several at once would be dealt with before the next key."""
    async with polling(count=200) as rig:
        assert rig.server.most_in_flight["stats"] > 2
        rig.poller.rows.make_room()
        await asyncio.sleep(0.2)  # those that were on their way
        rig.server.most_in_flight.clear()
        before = len(rig.server.calls)
        for _ in range(20):
            rig.poller.rows.make_room()
            await asyncio.sleep(0.1)
        rows = [call for call in rig.server.calls[before:] if call.key != KEYS[0]]
        assert len(rows) > 10
        assert rig.server.most_in_flight["stats"] <= 2  # and one of the selected instance
        await asyncio.sleep(1)
        assert rig.server.most_in_flight["stats"] > 2


@simulated
async def test_back_from_calm_the_pace_is_the_old_one() -> None:
    async with polling() as rig:
        rig.poller.slow_down(True)
        await asyncio.sleep(600)
        slow = len(await rig.asked_in(FIVE_MINUTES))
        rig.poller.slow_down(False)
        quick = await rig.asked_in(30)
        assert {"stats", "list_jobs", "list_instances"} <= {call.name for call in quick}
        assert len(await rig.asked_in(FIVE_MINUTES)) > 2 * slow


@simulated
async def test_a_job_that_waits_for_ever_does_not_use_up_the_budget() -> None:
    async with polling(jobs={KEYS[0]: [job("1", started=None)]}) as rig:
        quick = await rig.asked_in(20)
        assert len([call for call in quick if call.name == "list_jobs"]) >= 12
        await asyncio.sleep(30)
        assert len(await rig.asked_in(FIVE_MINUTES)) <= 300


@simulated
async def test_a_job_that_was_cancelled_before_its_start_is_not_waited_for() -> None:
    never = job("1", started=None, ended=NOW - 60, reason="cancelled")
    async with polling(jobs={KEYS[0]: [never]}) as rig:
        await asyncio.sleep(FIVE_MINUTES)
        assert len(await rig.asked_in(FIVE_MINUTES)) <= 150


@simulated
async def test_a_running_job_is_looked_at_more_often() -> None:
    async with polling() as rig:
        await asyncio.sleep(60)
        quiet = Counter(call.name for call in await rig.asked_in(60) if call.key == KEYS[0])
        rig.server.jobs[KEYS[0]].insert(0, job("3", clock(), last_seen_at=iso(clock() + 600)))
        await asyncio.sleep(15)
        busy = Counter(call.name for call in await rig.asked_in(60) if call.key == KEYS[0])
        assert busy["list_jobs"] > 1.5 * quiet["list_jobs"]
        assert busy["stats"] > 1.5 * quiet["stats"]


@simulated
async def test_one_read_of_a_kind_at_a_time_however_slow_the_server_is() -> None:
    async with polling(latency=25.0) as rig:
        await asyncio.sleep(FIVE_MINUTES)
        most = rig.server.most_in_flight
        assert (most["list_instances"], most["list_namespaces"]) == (1, 1)
        assert most["list_jobs"] <= 3  # the selected one's, and two of other rows by the way
        assert most["stats"] <= 7  # the selected one and six rows


@simulated
async def test_rows_on_the_screen_come_first_then_all_others_once() -> None:
    async with polling(400, visible=0, latency=0.5) as rig:
        rig.poller.set_visible(KEYS[300:320])
        rig.server.calls.clear()
        await asyncio.sleep(40)
        rows = [call.key for call in rig.server.asked("stats") if call.key != KEYS[0]]
        assert set(rows[:20]) == set(KEYS[300:320])
        assert set(KEYS[:400]) <= set(rig.state.stats)
        assert rig.server.most_in_flight["stats"] <= 7


@simulated
async def test_every_visible_row_is_refreshed_in_time() -> None:
    async with polling() as rig:
        await asyncio.sleep(600)
        for one in KEYS[:20]:
            assert clock() - (rig.state.stats[one].at or 0) <= 105


@simulated
async def test_rows_that_scroll_into_view_are_read_soon() -> None:
    async with polling(200) as rig:
        await asyncio.sleep(30)
        rig.poller.set_visible(KEYS[100:120])
        await asyncio.sleep(2)
        assert set(KEYS[100:120]) <= set(rig.state.stats)


@simulated
async def test_a_row_that_cannot_be_read_stands_for_itself() -> None:
    async with polling() as rig:
        del rig.server.instances[5:8]
        rig.poller.loops["fleet"] = rig.poller.loops["namespaces"]  # the list still has them
        rig.poller.refresh()
        await asyncio.sleep(5)
        assert rig.state.connection.link is Link.LIVE
        assert tuple(one for one in KEYS[:20] if rig.state.stats[one].error) == KEYS[5:8]


@pytest.mark.parametrize(
    ("error", "link"), [(Unreachable("No reply"), Link.OFFLINE), (RateLimited("Slow down"), Link.THROTTLED)]
)
@simulated
async def test_an_outage_is_told_with_the_next_attempt_and_ends_by_itself(error: Any, link: Link) -> None:
    async with polling() as rig:
        rig.server.down = error
        await asyncio.sleep(45)
        told = rig.state.connection
        assert (told.link, told.error) == (link, error)
        assert told.retry_at is not None
        assert NOW < told.retry_at <= clock() + 61
        assert len(rig.state.fleet.value or ()) == 30
        few = await rig.asked_in(600)
        assert len(few) < 100
        rig.server.down = None
        await asyncio.sleep(61)
        assert rig.state.connection.link is Link.LIVE
        assert rig.state.fleet.error is None


@simulated
async def test_without_a_selection_an_outage_is_not_mistaken_for_a_live_link() -> None:
    rig = Rig(Server(down=Unreachable("No reply")))
    links = set()
    rig.poller.start()
    for _ in range(300):
        links.add(rig.state.connection.link)
        await asyncio.sleep(1)
    assert links == {Link.CONNECTING, Link.OFFLINE}
    await rig.poller.stop()


@simulated
async def test_paused_means_that_nothing_is_asked_and_resumed_that_all_is_read_at_once() -> None:
    async with polling() as rig:
        await asyncio.sleep(5)
        rig.poller.pause(True)
        assert (rig.state.paused, rig.state.connection.link) == (True, Link.PAUSED)
        await asyncio.sleep(1)
        assert await rig.asked_in(3600) == []
        rig.choose(KEYS[3])
        rig.poller.set_visible(KEYS[5:25])
        rig.poller.refresh()
        assert await rig.asked_in(3600) == []
        assert rig.state.connection.link is Link.PAUSED
        rig.poller.pause(False)
        names = {call.name for call in await rig.asked_in(2)}
        assert names >= {"list_instances", "list_namespaces", "list_jobs", "stats"}
        assert rig.state.connection.link is Link.LIVE


@simulated
async def test_a_refused_token_is_not_used_again() -> None:
    async with polling(logs={"2": [JobLog(id=1, message="x")]}) as rig:
        await asyncio.sleep(30)
        rig.server.failures["list_jobs"] = [Unauthorized("The token was refused", code=10000, http=401)]
        await asyncio.sleep(30)
        assert rig.state.connection.link is Link.REFUSED
        rig.server.down = Unauthorized("The token was refused", code=10000, http=401)
        await asyncio.sleep(120)
        assert rig.state.connection.link is Link.REFUSED
        rig.choose(KEYS[3])
        rig.choose(KEYS[0])
        assert await rig.asked_in(3600) == []
        assert len(rig.state.fleet.value or ()) == 30


@simulated
async def test_moving_through_the_list_costs_nothing_until_the_cursor_rests() -> None:
    async with polling(200) as rig:
        await asyncio.sleep(30)
        for one in KEYS[1:100]:
            rig.choose(one)
            await asyncio.sleep(0.04)
        await asyncio.sleep(3)
        asked = rig.server.asked("list_jobs")
        read = {call.key for call in asked if call.priority is not Priority.BACKGROUND}
        assert read >= {KEYS[0], KEYS[99]}
        assert len(read) <= 3  # a regular tick may have fallen into the move


@simulated
async def test_a_slow_answer_for_the_last_instance_does_not_hold_up_the_next() -> None:
    async with polling() as rig:
        await asyncio.sleep(30)
        rig.server.latency = 20.0
        rig.choose(KEYS[1])
        await asyncio.sleep(1)
        rig.server.latency = 0.05
        rig.choose(KEYS[2])
        await asyncio.sleep(1)
        assert KEYS[2] in rig.state.jobs


@simulated
async def test_an_instance_that_vanished_is_not_asked_for_again() -> None:
    async with polling() as rig:
        await asyncio.sleep(30)
        rig.server.instances.pop(0)
        await asyncio.sleep(70)
        assert rig.state.instance is None
        rig.poller.set_visible(KEYS[1:21])
        calls = await rig.asked_in(600)
        assert [call for call in calls if call.key == KEYS[0]] == []
        assert KEYS[0] not in rig.state.stats


@simulated
async def test_built_in_storage_has_jobs_like_every_other_instance() -> None:
    plain = [structs.replace(one, source=None) for one in fleet(3)]
    async with polling(instances=plain) as rig:
        calls = await rig.asked_in(60)
        assert {"list_jobs", "stats"} <= {call.name for call in calls}


@simulated
async def test_the_document_is_read_now_and_then_not_with_every_tick() -> None:
    async with polling() as rig:
        assert len([call for call in await rig.asked_in(590) if call.name == "get_instance"]) == 2


@simulated
async def test_a_document_that_could_not_be_read_is_asked_for_again() -> None:
    async with polling() as rig:
        rig.server.down = Unreachable("No reply")
        rig.poller.refresh()
        await asyncio.sleep(1)
        assert rig.state.documents[KEYS[0]].error
        rig.server.down = None
        await asyncio.sleep(5)
        assert not rig.state.documents[KEYS[0]].error


@simulated
async def test_refresh_reads_all_that_is_on_the_screen() -> None:
    async with polling() as rig:
        await asyncio.sleep(31)
        rig.poller.refresh()
        names = [call.name for call in await rig.asked_in(0.5)]
        assert {"list_instances", "list_namespaces", "list_jobs", "stats", "get_instance"} <= set(names)


@simulated
async def test_the_budget_is_mirrored_and_a_stop_ends_everything() -> None:
    async with polling() as rig:
        rig.server.budget = Budget(used=312)
        await asyncio.sleep(30)
        assert rig.state.budget.used == 312
        rig.server.latency = 600.0
        await asyncio.sleep(60)
        rig.poller.refresh()
        async with asyncio.timeout(1):
            await rig.poller.stop()
        assert await rig.asked_in(3600) == []


@simulated
async def test_a_vanished_selection_does_not_slow_down_the_rest() -> None:
    async with polling() as rig:
        rig.server.failures["get_instance"] = [NotFound("No such instance")]
        await asyncio.sleep(5)
        assert rig.state.connection.link is Link.LIVE


@simulated
async def test_a_job_that_was_left_running_is_not_taken_for_a_stalled_one() -> None:
    """It ended while another instance was selected: what was known of it then says nothing of now."""
    async with polling(jobs={KEYS[0]: [job("1", started=NOW - 9)]}) as rig:
        await asyncio.sleep(2)
        rig.choose(KEYS[1])
        rig.server.jobs[KEYS[0]] = [job("1", NOW - 9, NOW + 20, "completed")]
        await asyncio.sleep(2 * STALL_AFTER)
        (newest,) = rig.state.jobs[KEYS[0]].value or ()
        assert newest.end_reason == "completed"


@simulated
async def test_the_jobs_of_the_rows_are_read_once_by_the_way() -> None:
    """For the next sync of each row; then only again when that must have come."""
    interval = 3600
    many = [instance(one.id, sync_interval=interval) for one in KEYS[:30]]
    built_in = instance("uploads", source=None)
    jobs = {one: [done(f"{one.id}-1")] for one in KEYS[:30]}
    async with polling(20, instances=[*many[:19], built_in], jobs=jobs) as rig:
        rig.poller.set_visible((*KEYS[:19], built_in.key))
        calls = [call for call in await rig.asked_in(FIVE_MINUTES) if call.name == "list_jobs"]
        others = [call for call in calls if call.key != KEYS[0]]
        assert sorted(str(call.key) for call in others) == sorted(str(one) for one in (*KEYS[1:19], built_in.key))
        assert {call.priority for call in others} == {Priority.BACKGROUND}
        quiet = await rig.asked_in(interval - 600)
        assert not [call for call in quiet if call.name == "list_jobs" and call.key != KEYS[0]]
        again = await rig.asked_in(600)
        assert {call.key for call in again if call.name == "list_jobs"} == set(KEYS[:19])


@simulated
async def test_the_sweep_looks_at_trouble_more_often() -> None:
    """Rows off the screen: those with errors or work come round three times as often as the calm ones."""
    busy = {one: Stats(completed=1, error=one == KEYS[29], queued=int(one == KEYS[28])) for one in KEYS[:30]}
    async with polling(30, visible=20, stats=busy) as rig:
        await asyncio.sleep(600)
        calls = Counter(call.key for call in await rig.asked_in(3600) if call.name == "stats")
        calm = [calls[one] for one in KEYS[20:28]]
        assert min(calls[KEYS[28]], calls[KEYS[29]]) > 2 * max(calm)
        assert min(calm) > 5
