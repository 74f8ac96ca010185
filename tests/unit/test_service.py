"""The use cases that change something: what is sent, what is remembered, what is recorded."""

from __future__ import annotations

import asyncio
import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.unit.build import NOW, done, instance, job, key
from tests.unit.fake_api import FakeApi, Server
from tests.unit.virtual_time import clock, simulated
from tui.contract import Exchange
from tui.errors import (
    AppError,
    BadReply,
    CoolingDown,
    OutcomeUnknown,
    RateLimited,
    ReadOnly,
    Refused,
    ServerFault,
    Unreachable,
)
from tui.models import Instance, InstanceDocument, InstanceKey, Job
from tui.service import Outcome, Service
from tui.service.audit import BEGUN, Audit
from tui.state.store import Identity, State, Store, read_at

DOCS = key("docs")
WHO = Identity(profile="prod", account_id="a" * 32)


class Bench:
    """A service on a fake server, with its audit file."""

    def __init__(self, folder: Path, *jobs: Job, read_only: bool = False, audit_required: bool = False) -> None:
        self.server = Server(instances=[instance("docs"), instance("kb")], jobs={DOCS: list(jobs)})
        self.file = folder / "audit.jsonl"
        state = State(identity=replace(WHO, read_only=read_only), selected=DOCS)
        self.store = Store(replace(state, fleet=read_at(tuple(self.server.instances), NOW)))
        audit = Audit(self.file, clock, required=audit_required)
        self.service = Service(FakeApi(self.server), self.store, clock, audit)

    @property
    def state(self) -> State:
        return self.store.state

    @property
    def audited(self) -> list[dict[str, str]]:
        """The second line of every write."""
        return [line for line in self.recorded if line["outcome"] != BEGUN]

    @property
    def recorded(self) -> list[dict[str, str]]:
        return [json.loads(line) for line in self.file.read_text().splitlines()] if self.file.exists() else []

    def cooldown(self) -> float | None:
        until = self.state.cooldowns.get(DOCS)
        return None if until is None else until - clock()

    def lost(self, name: str) -> None:
        self.server.lost[name] = OutcomeUnknown("No reply")


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path, done("old"))


@simulated
async def test_a_sync_shows_its_job_at_once_and_selects_it(bench: Bench) -> None:
    await bench.service.read.jobs(DOCS)
    outcome = await bench.service.sync(DOCS, "nightly")
    assert outcome == Outcome("Sync of docs started", "job new-1")
    assert [one.id for one in bench.state.jobs[DOCS].value or ()] == ["new-1", "old"]
    assert (bench.state.job_id, bench.server.jobs[DOCS][0].description) == ("new-1", "nightly")


@simulated
async def test_a_sync_takes_nobody_away_from_the_log_that_he_reads_in(bench: Bench) -> None:
    await bench.service.read.jobs(DOCS)
    bench.service.hold(True)
    await bench.service.sync(DOCS)
    assert (bench.state.job_id, bench.state.next_job and bench.state.next_job.id) == ("old", "new-1")
    bench.service.follow_next()
    assert (bench.state.job_id, bench.state.next_job) == ("new-1", None)


@simulated
async def test_a_write_is_a_user_request_and_counted_while_in_flight(bench: Bench) -> None:
    task = asyncio.create_task(bench.service.sync(DOCS))
    await asyncio.sleep(0.01)
    assert bench.state.busy
    await task
    assert not bench.state.busy
    assert bench.server.calls[0].priority.name == "USER"


@simulated
async def test_our_own_sync_and_cancel_start_the_cool_down(bench: Bench) -> None:
    await bench.service.sync(DOCS)
    assert bench.cooldown() == pytest.approx(30)
    await asyncio.sleep(20)
    await bench.service.cancel(DOCS, "new-1")
    assert bench.cooldown() == pytest.approx(30)


@pytest.mark.parametrize(("told", "remembered"), [(None, 30.0), (12.0, 12.0)])
@simulated
async def test_a_refusal_tells_how_long_the_cool_down_lasts(
    bench: Bench, told: float | None, remembered: float
) -> None:
    bench.server.failures["create_job"] = [CoolingDown("Too soon", code=7020, retry_after=told)]
    with pytest.raises(CoolingDown):
        await bench.service.sync(DOCS)
    assert bench.cooldown() == pytest.approx(remembered)
    assert not bench.state.busy
    assert [line["outcome"] for line in bench.audited] == ["refused: Too soon"]


@simulated
async def test_another_refusal_starts_no_cool_down(bench: Bench) -> None:
    bench.server.failures["create_job"] = [ServerFault("Out of order")]
    with pytest.raises(ServerFault):
        await bench.service.sync(DOCS)
    assert bench.cooldown() is None


@simulated
async def test_a_cancelled_job_is_shown_as_such_at_once(tmp_path: Path) -> None:
    bench = Bench(tmp_path, job("7"), done("6"))
    await bench.service.read.jobs(DOCS)
    outcome = await bench.service.cancel(DOCS, "7")
    assert outcome.title == "Job 7 of docs cancelled"
    assert [one.end_reason for one in bench.state.jobs[DOCS].value or ()] == ["cancelled", "completed"]


@simulated
async def test_pause_changes_the_row_at_once_and_only_that_row(bench: Bench) -> None:
    assert (await bench.service.pause(DOCS, True)).title == "Indexing of docs paused"
    assert [one.paused for one in bench.state.fleet.value or ()] == [True, None]
    assert (await bench.service.pause(DOCS, False)).title == "Indexing of docs resumed"
    assert [one.paused for one in bench.state.fleet.value or ()] == [False, None]
    assert [line["action"] for line in bench.audited] == ["pause", "resume"]


@simulated
async def test_read_only_refuses_every_write_before_anything_is_sent(tmp_path: Path) -> None:
    bench = Bench(tmp_path, job("7"), read_only=True)
    for write in (bench.service.sync(DOCS), bench.service.cancel(DOCS, "7"), bench.service.pause(DOCS, True)):
        with pytest.raises(ReadOnly):
            await write
    assert bench.server.calls == []
    assert bench.audited == []


@simulated
async def test_each_write_is_one_line_of_the_audit_file(bench: Bench) -> None:
    await bench.service.sync(DOCS)
    await bench.service.cancel(DOCS, "new-1")
    bench.server.failures["update_instance"] = [Refused("Not now", "The instance is busy.")]
    with pytest.raises(Refused):
        await bench.service.pause(DOCS, True)
    assert [(line["action"], line["target"], line["outcome"]) for line in bench.audited] == [
        ("sync", "default/docs", "done"),
        ("cancel", "default/docs job new-1", "done"),
        ("pause", "default/docs", "refused: Not now: The instance is busy."),
    ]
    assert [line["ray"] for line in bench.audited] == ["ray-1", "ray-2", "ray-3"]
    assert {(line["profile"], line["account"]) for line in bench.audited} == {("prod", "a" * 32)}


@simulated
async def test_a_write_that_was_never_sent_has_no_ray_of_another(bench: Bench) -> None:
    await bench.service.sync(DOCS)
    await asyncio.sleep(1)
    bench.server.unsent["cancel_job"] = RateLimited("The budget is used up")
    with pytest.raises(RateLimited):
        await bench.service.cancel(DOCS, "new-1")
    assert [line["ray"] for line in bench.audited] == ["ray-1", None]


@simulated
async def test_a_lost_sync_is_looked_for_and_never_repeated(bench: Bench) -> None:
    await bench.service.read.jobs(DOCS)
    bench.lost("create_job")
    outcome = await bench.service.sync(DOCS, "by hand")
    assert (outcome.title, outcome.certain) == ("Sync of docs did start", False)
    assert bench.server.names("create_job", "list_jobs") == ["list_jobs", "create_job", "list_jobs"]
    assert bench.audited[0]["outcome"] == "unknown, read back: Sync of docs did start"


@simulated
async def test_a_lost_sync_that_did_start_cools_down_too(bench: Bench) -> None:
    await bench.service.read.jobs(DOCS)
    bench.lost("create_job")
    await bench.service.sync(DOCS)
    assert bench.cooldown() == pytest.approx(30, abs=1)


@pytest.mark.parametrize("listed", [True, False])
@simulated
async def test_a_lost_sync_that_did_not_start_is_not_mistaken_for_an_old_job(bench: Bench, listed: bool) -> None:
    if listed:
        await bench.service.read.jobs(DOCS)
    bench.server.failures["create_job"] = [OutcomeUnknown("No reply")]
    outcome = await bench.service.sync(DOCS)
    assert (outcome.title, outcome.certain) == ("No new job of docs", False)
    assert bench.server.names("create_job") == ["create_job"]
    assert bench.cooldown() is None


@simulated
async def test_a_lost_sync_is_found_also_when_the_jobs_were_never_listed(bench: Bench) -> None:
    bench.lost("create_job")
    outcome = await bench.service.sync(DOCS, "by hand")
    assert (outcome.title, outcome.detail) == ("Sync of docs did start", "job new-1, found after a lost reply")


@simulated
async def test_a_scheduled_job_that_came_meanwhile_is_not_ours(bench: Bench) -> None:
    await bench.service.read.jobs(DOCS)
    bench.server.jobs[DOCS].insert(0, job("nightly", NOW - 30, source="schedule"))
    bench.server.failures["create_job"] = [OutcomeUnknown("No reply")]
    assert (await bench.service.sync(DOCS)).title == "No new job of docs"


@pytest.mark.parametrize(("ours", "theirs"), [("", ""), ("", "nightly"), ("by hand", ""), ("by hand", "nightly")])
@simulated
async def test_a_job_that_somebody_else_may_have_started_is_not_told_as_ours(
    bench: Bench, ours: str, theirs: str
) -> None:
    """The request never arrived; another console started a job while ours waited for a reply."""
    await bench.service.read.jobs(DOCS)
    bench.server.jobs[DOCS].insert(0, job("theirs", NOW + 3, source="user", description=theirs or None))
    bench.server.failures["create_job"] = [OutcomeUnknown("No reply")]
    outcome = await bench.service.sync(DOCS, ours)
    assert outcome.title.startswith("It is unknown who")
    assert "theirs" in outcome.detail
    assert not outcome.certain
    assert bench.cooldown(), "the server cools down all the same"


@pytest.mark.parametrize(("ahead", "began", "found"), [(0.0, -5, False), (300.0, 290, False), (300.0, 301, True)])
@simulated
async def test_what_began_before_the_request_by_the_servers_clock_is_not_ours(
    bench: Bench, ahead: float, began: float, found: bool
) -> None:
    bench.server.jobs[DOCS].insert(0, job("late", NOW + began, source="user", description="by hand"))
    bench.server.exchanges.append(Exchange(NOW, "GET", "/x", ahead=ahead))
    bench.server.failures["create_job"] = [OutcomeUnknown("No reply")]
    outcome = await bench.service.sync(DOCS, "by hand")
    assert ("did start" in outcome.title) is found


@simulated
async def test_a_clock_that_is_set_back_keeps_no_cool_down(bench: Bench) -> None:
    await bench.service.sync(DOCS)
    bench.service.clock_set_back(3600.0)
    left = bench.cooldown()
    assert left is not None
    assert left < 0


@pytest.mark.parametrize("times", [1, 2])
@simulated
async def test_a_reply_about_another_instance_is_read_again_on_new_connections(
    bench: Bench, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, dropped, wrong = FakeApi.get_instance, [], [times]

    async def mixed_up(api: FakeApi, asked: InstanceKey) -> InstanceDocument:
        wrong[0] -= 1
        return await real(api, key("kb") if wrong[0] >= 0 else asked)

    monkeypatch.setattr(FakeApi, "get_instance", mixed_up)
    monkeypatch.setattr(FakeApi, "drop_connections", lambda api: dropped.append(1))
    if times == 2:
        with pytest.raises(BadReply, match="another request"):
            await bench.service.read.document(DOCS)
        assert bench.state.documents[DOCS].value is None
    else:
        await bench.service.read.document(DOCS)
        document = bench.state.documents[DOCS].value
        assert document is not None
        assert document.instance.id == "docs"
    assert len(dropped) == times


@simulated
async def test_a_write_that_is_answered_about_another_instance_is_read_back(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = FakeApi.update_instance

    async def mixed_up(api: FakeApi, asked: InstanceKey, changes: Any) -> Instance:
        await real(api, asked, changes)
        return instance("kb")

    monkeypatch.setattr(FakeApi, "update_instance", mixed_up)
    monkeypatch.setattr(FakeApi, "drop_connections", lambda api: None)
    outcome = await bench.service.pause(DOCS, paused=True)
    assert (outcome.title, outcome.certain) == ("Indexing of docs paused", False)
    assert bench.server.names("update_instance") == ["update_instance"]


@pytest.mark.parametrize(("happened", "title"), [(True, "Job 7 was cancelled"), (False, "Job 7 is running")])
@simulated
async def test_a_lost_cancel_is_read_back(tmp_path: Path, happened: bool, title: str) -> None:
    bench = Bench(tmp_path, job("7"))
    lost = OutcomeUnknown("No reply")
    if happened:
        bench.server.lost["cancel_job"] = lost
    else:
        bench.server.failures["cancel_job"] = [lost]
    outcome = await bench.service.cancel(DOCS, "7")
    assert (outcome.title, outcome.certain, outcome.done) == (title, False, happened)
    assert bench.server.names() == ["cancel_job", "get_job"]


@pytest.mark.parametrize(("happened", "title"), [(True, "Indexing of docs paused"), (False, "docs was not changed")])
@simulated
async def test_a_lost_pause_is_read_back_and_the_row_tells_the_truth(bench: Bench, happened: bool, title: str) -> None:
    lost = OutcomeUnknown("No reply")
    if happened:
        bench.server.lost["update_instance"] = lost
    else:
        bench.server.failures["update_instance"] = [lost]
    outcome = await bench.service.pause(DOCS, True)
    assert (outcome.title, outcome.certain, outcome.done) == (title, False, happened)
    assert bench.server.names() == ["update_instance", "get_instance"]
    assert bench.state.instance is not None
    assert bench.state.instance.paused is (True if happened else None)


@simulated
async def test_when_reading_back_fails_too_the_operator_is_told_that_nobody_knows(bench: Bench) -> None:
    lost = OutcomeUnknown("No reply", read_back="the job list")
    bench.server.lost["create_job"] = lost
    bench.server.failures["list_jobs"] = [Unreachable("Still no reply")]
    with pytest.raises(OutcomeUnknown) as caught:
        await bench.service.sync(DOCS)
    assert caught.value is lost
    assert [line["outcome"] for line in bench.audited] == ["unknown"]
    assert not bench.state.busy


@simulated
async def test_a_write_that_is_interrupted_is_not_recorded_as_failed(bench: Bench) -> None:
    task = asyncio.create_task(bench.service.sync(DOCS))
    await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert [line["outcome"] for line in bench.audited] == ["unknown: interrupted"]
    assert not bench.state.busy


@pytest.mark.parametrize("result", ["done", "refused", "lost"])
@simulated
async def test_the_audit_has_what_is_asked_before_anything_is_sent(bench: Bench, result: str) -> None:
    """What ends the process while a request is on its way leaves a trace."""
    seen: list[list[dict[str, str]]] = []
    create = FakeApi.create_job

    async def create_job(api: FakeApi, *arguments: Any) -> Job:
        seen.append(bench.recorded)
        return await create(api, *arguments)

    if result == "refused":
        bench.server.failures["create_job"] = [Refused("No")]
    elif result == "lost":
        bench.lost("create_job")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(FakeApi, "create_job", create_job)
        with contextlib.suppress(Refused):
            await bench.service.sync(DOCS)
    ((before,),) = seen
    assert (before["action"], before["target"], before["outcome"]) == ("sync", "default/docs", "begun")
    first, second = bench.recorded
    assert first == before
    assert (second["write"], second["target"]) == (first["write"], first["target"])
    assert second["outcome"] != "begun"


@simulated
async def test_an_audit_that_cannot_be_written_is_told_once_and_the_write_goes_on(bench: Bench) -> None:
    bench.file.mkdir()
    for number in range(3):
        outcome = await bench.service.pause(DOCS, paused=bool(number % 2))
        assert ("not recorded" in outcome.detail) == (number == 0)
        assert not bench.state.busy
    (notice,) = bench.state.notices
    assert str(bench.file) in notice.error.detail
    bench.file.rmdir()
    await bench.service.sync(DOCS)
    bench.file.unlink()
    bench.file.mkdir()
    assert "not recorded" in (await bench.service.pause(DOCS, paused=True)).detail, "told again after it had worked"


@simulated
async def test_a_required_audit_that_cannot_be_written_refuses_the_write(tmp_path: Path) -> None:
    bench = Bench(tmp_path, audit_required=True)
    bench.file.mkdir()
    for write in (bench.service.sync(DOCS), bench.service.pause(DOCS, paused=True)):
        with pytest.raises(AppError) as caught:
            await write
        assert "Not sent" in caught.value.title
        assert str(bench.file) in caught.value.detail
    assert bench.server.calls == []
    bench.file.rmdir()
    await bench.service.sync(DOCS)
    assert bench.server.names("create_job")


@simulated
async def test_selecting_an_instance_selects_its_newest_known_job(bench: Bench) -> None:
    await bench.service.read.jobs(DOCS)
    bench.service.select(key("kb"))
    assert (bench.state.selected, bench.state.job_id) == (key("kb"), None)
    bench.service.select(DOCS)
    assert bench.state.job_id == "old"
    bench.service.select(None)
    assert (bench.state.selected, bench.state.job_id) == (None, None)


@simulated
async def test_the_job_of_another_instance_is_not_selected(bench: Bench) -> None:
    await bench.service.read.jobs(DOCS)
    bench.service.select_job("stranger")
    assert bench.state.job_id == "old"


def test_notices_are_kept_until_dismissed_and_bounded(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.service.clock = lambda: NOW
    for number in range(150):
        bench.service.notice("sync", Refused(str(number)))
    assert [notice.error.title for notice in bench.state.notices] == [str(number) for number in range(50, 150)]
    bench.service.dismiss()
    assert bench.state.notices == ()
