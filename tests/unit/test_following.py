"""Whose log is shown: the selected job's once the selection rests, then the instance's next job."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.unit.build import NOW, instance, iso, job, key
from tests.unit.fake_api import FakeApi, Server
from tests.unit.virtual_time import clock, simulated
from tui.contract import Budget
from tui.errors import RateLimited, ServerFault, Unauthorized
from tui.logtail import LineKind, LogTail
from tui.models import InstanceKey, Job, JobLog, Stats
from tui.polling.log_follower import SETTLE, LogFollower
from tui.polling.log_source import UNTOLD_WAIT, reading_time
from tui.service import Service
from tui.service.audit import Audit
from tui.state.store import Connection, Link, Store, read_at
from tui.waiting import wait_for

DOCS, BLOG = key("docs"), key("blog")


def log(job_id: str, lines: int = 3) -> list[JobLog]:
    """Newest first, as the server lists them."""
    made = [
        JobLog(id=n, created_at=NOW - 10 + n, message=f"{job_id} line {n}", message_type=0) for n in range(1, lines + 1)
    ]
    return made[::-1]


class Rig:
    """A follower on a fake server with two instances; `shown` is what the log pane was told to show."""

    def __init__(self) -> None:
        jobs = {DOCS: [job("d2", NOW - 5), job("d1", NOW - 900, NOW - 800, "completed")], BLOG: [job("b1", NOW - 5)]}
        self.server = Server(instances=[instance("docs"), instance("blog")], jobs=jobs)
        self.server.logs = {name: log(name) for name in ("d1", "d2", "d3", "b1")}
        self.store = Store()
        self.service = Service(
            FakeApi(self.server), self.store, clock, Audit(Path(os.environ["XDG_STATE_HOME"]) / "audit.jsonl", clock)
        )
        self.following = LogFollower(self.service, wait_for, clock)
        self.shown: list[LogTail | None] = []
        self.following.changed = self.shown.append
        self.list_jobs(DOCS)
        self.list_jobs(BLOG)

    def list_jobs(self, where: InstanceKey) -> None:
        self.store.put("jobs", where, read_at(tuple(self.server.jobs[where]), NOW))

    async def choose(self, where: InstanceKey | None, job_id: str | None = None, rest: float = 1.0) -> None:
        self.store.update(selected=where, job_id=job_id)
        await asyncio.sleep(rest)

    async def new_job(self, newest: Job) -> None:
        """The job list was read again and has another job on top, which is selected."""
        self.server.jobs[DOCS].insert(0, newest)
        self.list_jobs(DOCS)
        await self.choose(DOCS, newest.id)

    @property
    def tail(self) -> LogTail:
        assert self.following.tail
        return self.following.tail

    @property
    def text(self) -> list[str]:
        return [line.text for line in self.tail.lines]


@asynccontextmanager
async def following() -> AsyncIterator[Rig]:
    rig = Rig()
    task = asyncio.create_task(rig.following.forever())
    await asyncio.sleep(0)
    try:
        yield rig
    finally:
        task.cancel()
        done, _ = await asyncio.wait([task], timeout=1)
        assert done


@simulated
async def test_nothing_selected_nothing_asked() -> None:
    async with following() as rig:
        await asyncio.sleep(600)
        assert (rig.following.tail, rig.shown, rig.server.calls) == (None, [], [])


@simulated
async def test_the_log_of_the_selected_job_is_shown() -> None:
    async with following() as rig:
        await rig.choose(DOCS, "d2")
        assert rig.shown == [rig.following.tail]
        assert rig.text == ["d2 line 1", "d2 line 2", "d2 line 3"]


@simulated
async def test_a_job_that_is_selected_already_at_the_start_is_shown() -> None:
    rig = Rig()
    rig.store.update(selected=DOCS, job_id="d2")
    task = asyncio.create_task(rig.following.forever())
    await asyncio.sleep(1)
    assert rig.tail.source.job_id == "d2"
    task.cancel()


@simulated
async def test_moving_through_jobs_costs_nothing_until_the_selection_rests() -> None:
    async with following() as rig:
        for job_id in ("d2", "d1", "d2", "d1"):
            await rig.choose(DOCS, job_id, rest=SETTLE / 2)
        await rig.choose(BLOG, "b1", rest=SETTLE * 0.9)
        assert (rig.shown, rig.server.calls) == ([], [])
        await asyncio.sleep(SETTLE)
        assert {call.key for call in rig.server.calls} == {BLOG}
        assert len(rig.shown) == 1


@simulated
async def test_another_job_is_another_tail_and_the_old_one_is_not_read_any_more() -> None:
    async with following() as rig:
        await rig.choose(DOCS, "d2")
        await rig.choose(BLOG, "b1")
        rig.server.calls.clear()
        await asyncio.sleep(60)
        assert {call.key for call in rig.server.calls} == {BLOG}
        assert [tail.source.job_id for tail in rig.shown if tail] == ["d2", "b1"]


@simulated
async def test_deselecting_shows_nothing() -> None:
    async with following() as rig:
        await rig.choose(DOCS, "d2")
        await rig.choose(DOCS, None)
        assert (rig.following.tail, rig.shown[-1]) == (None, None)
        rig.server.calls.clear()
        await asyncio.sleep(600)
        assert rig.server.calls == []


@simulated
async def test_the_next_job_goes_on_in_the_same_tail_after_a_separator() -> None:
    async with following() as rig:
        await rig.choose(DOCS, "d2")
        tail = rig.tail
        await rig.new_job(job("d3", NOW, source="schedule"))
        await asyncio.sleep(5)
        assert rig.tail is tail
        assert rig.shown == [tail]
        assert [line.kind for line in tail.lines].count(LineKind.SEPARATOR) == 1
        assert rig.text[:3] == ["d2 line 1", "d2 line 2", "d2 line 3"]
        assert "next job d3, by schedule" in rig.text[3]
        assert rig.text[4:] == ["d3 line 1", "d3 line 2", "d3 line 3"]


@pytest.mark.parametrize("latency", [0.05, 3.0])
@simulated
async def test_the_last_lines_of_a_job_are_read_before_the_next_one_begins(latency: float) -> None:
    async with following() as rig:
        await rig.choose(DOCS, "d2", rest=61)
        rig.server.latency = latency
        await asyncio.sleep(20)
        rig.server.logs["d2"].insert(0, JobLog(id=4, message="d2 line 4", message_type=0))
        rig.server.jobs[DOCS][0] = job("d2", NOW - 5, clock(), "new_job_has_started")
        await rig.new_job(job("d3", clock()))
        await asyncio.sleep(30)
        shown = [line.text if line.kind is LineKind.LINE else "--" for line in rig.tail.lines]
        assert shown == [*(f"d2 line {n}" for n in range(1, 5)), "--", *(f"d3 line {n}" for n in range(1, 4))]


@simulated
async def test_a_held_log_goes_on_with_the_newest_job_when_it_is_let_go() -> None:
    async with following() as rig:
        await rig.choose(DOCS, "d2")
        tail, state = rig.tail, lambda: rig.store.state
        tail.following = False
        rig.service.hold(True)
        for name in ("d3", "d4"):
            rig.server.logs[name] = log(name)
            rig.server.jobs[DOCS].insert(0, job(name, clock()))
            await rig.service.read.jobs(DOCS)
            await asyncio.sleep(5)
            assert (state().job_id, state().next_job and state().next_job.id) == ("d2", name)
            assert rig.text == ["d2 line 1", "d2 line 2", "d2 line 3"]
        tail.following = True
        rig.service.follow_next()
        await asyncio.sleep(5)
        assert (rig.tail, rig.shown) == (tail, [tail])
        assert "next job d4" in rig.text[3]
        assert rig.text[4:] == ["d4 line 1", "d4 line 2", "d4 line 3"]
        assert (state().held, state().next_job) == (None, None)


@simulated
async def test_only_the_newest_job_can_be_held_and_following_holds_nothing() -> None:
    async with following() as rig:
        await rig.choose(DOCS, "d1")
        rig.service.hold(True)
        assert rig.store.state.held is None
        await rig.choose(DOCS, "d2")
        rig.service.hold(True)
        assert rig.store.state.holding
        rig.service.hold(False)
        rig.service.follow_next()
        assert (rig.store.state.held, rig.store.state.job_id) == (None, "d2")
        rig.service.hold(True)
        await rig.choose(BLOG, "b1")
        assert not rig.store.state.holding, "another instance's log is not held"


@simulated
async def test_reading_a_whole_log_waits_for_the_budget_and_leaves_most_of_it_to_others() -> None:
    async with following() as rig:
        rig.server.logs["d1"] = log("d1", 2500)
        refused = [RateLimited("Used up", retry_after=30.0), RateLimited("Used up")]
        rig.server.failures["job_logs"] = list(refused)
        waits: list[float] = []
        whole = rig.following.whole(DOCS, "d1", waits.append)
        began = clock()
        ids = [line.id async for batch in whole.batches() for line in batch]
        assert ids == list(range(1, 2501))
        assert waits == [30.0, 0.0, UNTOLD_WAIT, 0.0]
        assert clock() - began >= 30.0 + UNTOLD_WAIT
        rig.server.budget = Budget(used=900)
        began, before = clock(), len(rig.server.asked("job_logs"))
        whole = rig.following.whole(DOCS, "d1", waits.append)
        assert len([batch async for batch in whole.batches()]) >= 3
        asked = len(rig.server.asked("job_logs")) - before
        assert clock() - began >= asked * 0.5, "two a second are half of 1,200 in 5 minutes"
        assert reading_time(100, Budget(used=720)) == 50
        assert reading_time(100, Budget(used=20)) == 0


@simulated
async def test_an_older_job_or_one_of_another_instance_is_no_continuation() -> None:
    async with following() as rig:
        await rig.choose(DOCS, "d2")
        first = rig.tail
        await rig.choose(DOCS, "d1")
        assert rig.tail is not first
        assert rig.text == ["d1 line 1", "d1 line 2", "d1 line 3"]


@simulated
async def test_paused_reads_nothing_also_not_for_another_selection() -> None:
    async with following() as rig:
        await rig.choose(DOCS, "d2")
        rig.store.update(paused=True, connection=Connection(Link.PAUSED))
        await asyncio.sleep(1)
        assert rig.tail.badge.word == "PAUSED"
        rig.server.calls.clear()
        await rig.choose(BLOG, "b1", rest=600)
        assert rig.server.calls == []
        assert (rig.tail.source.job_id, rig.tail.badge.word) == ("b1", "PAUSED")
        rig.store.update(paused=False, connection=Connection(Link.CONNECTING))
        await asyncio.sleep(1)
        assert rig.text == ["b1 line 1", "b1 line 2", "b1 line 3"]


@simulated
async def test_a_refused_token_is_not_used_for_a_log_either() -> None:
    async with following() as rig:
        await rig.choose(DOCS, "d2")
        rig.server.down = Unauthorized("The token was refused", code=10000, http=401)
        rig.store.update(connection=Connection(Link.REFUSED, rig.server.down))
        await asyncio.sleep(1)
        rig.server.calls.clear()
        await asyncio.sleep(600)
        await rig.choose(BLOG, "b1", rest=600)
        assert rig.server.calls == []
        rig.server.down = None
        rig.store.update(connection=Connection(Link.LIVE))
        await asyncio.sleep(1)
        assert rig.text == ["b1 line 1", "b1 line 2", "b1 line 3"]


@simulated
async def test_a_slow_answer_for_the_last_job_does_not_hold_up_the_next() -> None:
    async with following() as rig:
        rig.server.latency = 30.0
        await rig.choose(DOCS, "d2")
        rig.server.latency = 0.05
        await rig.choose(BLOG, "b1")
        assert rig.text == ["b1 line 1", "b1 line 2", "b1 line 3"]


@simulated
async def test_an_outage_is_waited_out() -> None:
    async with following() as rig:
        rig.server.failures["job_logs"] = [ServerFault("Out of order")] * 3
        await rig.choose(DOCS, "d2", rest=0.5)
        assert (rig.tail.badge.word, len(rig.tail.lines)) == ("OFFLINE", 0)
        await asyncio.sleep(30)
        assert rig.text == ["d2 line 1", "d2 line 2", "d2 line 3"]


@simulated
async def test_a_log_that_ended_costs_nothing_until_somebody_asks() -> None:
    async with following() as rig:
        await rig.choose(DOCS, "d1", rest=120)
        assert rig.tail.badge.word == "ENDED"
        rig.server.calls.clear()
        await asyncio.sleep(3000)
        assert rig.server.calls == []
        rig.following.refresh()
        await asyncio.sleep(1)
        assert "job_logs" in rig.server.names()


@pytest.mark.parametrize("told", [True, False])
@simulated
async def test_the_end_of_a_job_is_noticed(told: bool) -> None:
    async with following() as rig:
        await rig.choose(DOCS, "d2", rest=30)
        ended = job("d2", NOW - 5, clock(), "completed")
        rig.server.jobs[DOCS][0] = ended
        if told:
            rig.list_jobs(DOCS)
        await asyncio.sleep(60)
        assert str(rig.tail.badge) == "ENDED completed"


@simulated
async def test_a_quiet_log_is_looked_at_when_the_counters_move() -> None:
    async with following() as rig:
        rig.store.put("stats", DOCS, read_at(Stats(completed=1, running=1), NOW))
        await rig.choose(DOCS, "d2", rest=61)
        rig.server.calls.clear()
        rig.server.logs["d2"].insert(0, JobLog(id=4, message="d2 line 4", message_type=0))
        rig.store.put("stats", DOCS, read_at(Stats(completed=1, running=1), clock()))
        rig.store.put("stats", BLOG, read_at(Stats(completed=7), clock()))
        await asyncio.sleep(0.2)
        assert rig.server.names() == [], "nothing was done in this instance"
        rig.store.put("stats", DOCS, read_at(Stats(completed=2), clock()))
        await asyncio.sleep(0.2)
        assert (rig.server.names(), rig.text[-1]) == (["job_logs"], "d2 line 4")
        rig.store.put("stats", DOCS, read_at(Stats(completed=3), clock()))
        await asyncio.sleep(0.2)
        assert rig.server.names() == ["job_logs"], "it is not quiet any more: the next poll is due soon"


@simulated
async def test_counters_that_move_hurry_no_log_that_cannot_be_read() -> None:
    async with following() as rig:
        await rig.choose(DOCS, "d2", rest=5)
        rig.server.failures["job_logs"] = [RateLimited("Used up", retry_after=50.0)]
        await asyncio.sleep(10)
        rig.server.calls.clear()
        for done in range(10):
            rig.store.put("stats", DOCS, read_at(Stats(completed=done), clock()))
            await asyncio.sleep(1)
        assert rig.server.names() == []


@simulated
async def test_following_a_quiet_job_stays_cheap() -> None:
    async with following() as rig:
        await rig.choose(DOCS, "d2", rest=120)
        rig.server.calls.clear()
        await asyncio.sleep(300)
        assert 25 <= len(rig.server.asked("job_logs")) <= 31
        assert len(rig.server.calls) <= 65


@simulated
async def test_following_a_busy_job_is_one_request_a_second() -> None:
    async with following() as rig:
        await rig.choose(DOCS, "d2")
        rig.server.calls.clear()
        for second in range(60):
            rig.server.logs["d2"].insert(0, JobLog(id=100 + second, message="more", message_type=0))
            await asyncio.sleep(1)
        assert 50 <= len(rig.server.asked("job_logs")) <= 61
        assert len(rig.tail.lines) >= 61


@simulated
async def test_when_it_ends_it_listens_no_more() -> None:
    rig = Rig()
    async with asyncio.timeout(10):
        task = asyncio.create_task(rig.following.forever())
        await rig.choose(DOCS, "d2")
        rig.store.update(selected=BLOG, job_id="b1")
        task.cancel()
        await asyncio.wait([task])
    before = len(rig.server.calls)
    await asyncio.sleep(5)
    await rig.choose(DOCS, "d1")
    assert (len(rig.server.calls), len(rig.shown)) == (before, 1)


def test_iso_times_are_what_the_fake_server_speaks() -> None:
    assert iso(NOW) == "2026-09-21T14:13:20+00:00"
