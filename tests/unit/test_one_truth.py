"""One truth for the state of an instance: what was read before the job's end does not count, silence is a stall."""

from __future__ import annotations

from types import MappingProxyType

import pytest
from msgspec.structs import replace

from tests.unit.build import NOW, done, instance, iso, job, key, state
from tests.unit.test_fleet import FULL
from tui.errors import Unreachable
from tui.models import Job, JobState, Stats
from tui.models.job import STALL_AFTER
from tui.state.health import Health, health, job_doing
from tui.state.instance_rows import Order, newest_state, ordered, row
from tui.state.life import Seen, seen
from tui.state.store import Reading, State, read_at
from tui.ui.instances.cells import instance_cells
from tui.ui.jobs.cells import job_rows
from tui.ui.look import Look
from tui.ui.themes import THEMES, palette

LOOK = Look(palette(THEMES[0]))
QUIET = NOW - STALL_AFTER - 1
BUSY = Stats(queued=4, running=1, completed=9)


@pytest.mark.parametrize("status", ["error", "failed", "indexing"])
def test_a_status_older_than_the_end_of_the_newest_job_does_not_count(status: str) -> None:
    ended = done()  # a minute ago
    before, after = Seen(listed=NOW - 61), Seen(listed=NOW - 59)
    assert health(instance(status=status), FULL, ended, NOW, before) is Health.READY
    assert health(instance(status=status), FULL, ended, NOW, after) is not Health.READY


def test_a_queue_that_was_counted_before_the_job_ended_does_not_count() -> None:
    assert health(instance(), BUSY, done(), NOW, Seen(counted=NOW - 61)) is Health.READY
    assert health(instance(), BUSY, done(), NOW, Seen(counted=NOW - 59)) is Health.RUNNING


def test_an_instance_that_was_read_by_itself_is_as_young_as_that() -> None:
    from tui.models import InstanceDocument

    one = instance(status="error")
    shown = replace(
        state(one, stats=FULL, jobs=(done(),)),
        fleet=Reading((one,), NOW - 100),
        documents=MappingProxyType({one.key: read_at(InstanceDocument(one, {}, {}), NOW - 10)}),
    )
    assert seen(shown, one.key, one).listed == NOW - 10
    assert health(one, FULL, done(), NOW, seen(shown, one.key, one)) is Health.FAILED


def running(heartbeat: float | None = None, started: float = NOW - 3600) -> Job:
    return job("run", started, last_seen_at=iso(heartbeat))


def shown_with(one: Job, stats: Stats, moved: float | None, line: float | None) -> State:
    first = key("docs")
    known = {first: moved} if moved else {}
    lines = {first: line} if line else {}
    return replace(
        state(instance(), stats=stats, jobs=(one,)), moved=MappingProxyType(known), lines=MappingProxyType(lines)
    )


@pytest.mark.parametrize("heartbeat", [None, NOW - 1, NOW, NOW - 9000])
@pytest.mark.parametrize(
    ("moved", "line", "activity", "started", "stalled"),
    [
        (QUIET, QUIET, None, NOW - 3600, True),
        (QUIET, None, None, NOW - 3600, True),
        (NOW - 10, QUIET, None, NOW - 3600, False),
        (QUIET, NOW - 10, None, NOW - 3600, False),
        (QUIET, QUIET, NOW - 10, NOW - 3600, False),
        (QUIET, QUIET, NOW - 9000, NOW - 3600, True),
        (QUIET, QUIET, None, NOW - 10, False),
    ],
)
def test_silence_of_log_and_counters_is_a_stall_in_all_places_whatever_the_heartbeat(
    heartbeat: float | None,
    moved: float,
    line: float | None,
    activity: float | None,
    started: float,
    stalled: bool,
) -> None:
    stats = replace(BUSY, last_activity=iso(activity))
    one = running(heartbeat, started)
    shown = shown_with(one, stats, moved, line)
    known = seen(shown, key("docs"), instance())
    table = row(instance(), shown.stats[key("docs")], shown.jobs[key("docs")], NOW, known)
    assert (table.health is Health.STALLED) is stalled
    wanted = JobState.STALLED if stalled else JobState.RUNNING
    assert newest_state(shown, key("docs"), NOW) is wanted
    assert job_rows((one,), NOW, newest_state(shown, key("docs"), NOW))[0].state is wanted


def test_without_counters_and_log_the_heartbeat_has_to_do() -> None:
    for beat, wanted in ((NOW - 5, JobState.RUNNING), (QUIET, JobState.STALLED)):
        shown = replace(shown_with(running(beat), BUSY, None, None), stats=MappingProxyType({}))
        assert newest_state(shown, key("docs"), NOW) is wanted


def test_a_job_of_an_earlier_run_is_as_it_was_then() -> None:
    """What has happened since is not known: no stall is made of that."""
    then = NOW - 7200
    assert job_doing(running(then - 5, then - 60), NOW, None, then) is JobState.RUNNING


@pytest.mark.parametrize("stats", [None, Stats(degraded=True), Stats(degraded=True, completed=0)])
@pytest.mark.parametrize("status", ["ready", "active", None, ""])
def test_without_counters_no_row_is_green(stats: Stats | None, status: str | None) -> None:
    shown = row(instance(status=status), read_at(stats, NOW) if stats else None, read_at((done(),), NOW), NOW)
    sign = instance_cells(shown, LOOK)[0]
    assert str(sign) == "·"
    assert LOOK.style("success") not in str(sign.style)
    assert shown.word in ("unread", "no counts")


@pytest.mark.parametrize(
    "reading",
    [
        read_at(FULL, NOW - 90).failure(Unreachable("No reply"), NOW),
        Reading(FULL, NOW - 7200, kept=True),
        read_at(FULL, NOW - 900),
    ],
)
def test_counters_that_are_not_of_now_are_dim_and_tell_their_age(reading: Reading[Stats]) -> None:
    shown = row(instance(), reading, None, NOW)
    cells = instance_cells(shown, LOOK)
    assert shown.old
    assert f"{shown.old} ago" in str(cells[2])
    assert all("dim" in str(cell.spans[-1].style) for cell in cells)  # type: ignore[union-attr]
    assert LOOK.style("success") not in str(cells[2].style)  # type: ignore[union-attr]


def test_an_unread_row_that_is_read_and_found_well_does_not_move() -> None:
    names = ["a", "b", "c"]
    for column in ("state", "error", "queued"):
        unread = [row(instance(name), None, None, NOW) for name in names]
        before = [one.key.id for one in ordered(unread, Order(column))]
        unread[1] = row(instance("b"), read_at(FULL, NOW), None, NOW)
        assert [one.key.id for one in ordered(unread, Order(column))] == before


@pytest.mark.parametrize(
    ("fields", "stats", "newest", "words"),
    [
        ({"status": "error"}, FULL, done(), 'the instance reports "error"; the last sync ended "completed" 1m ago'),
        ({}, FULL, done(reason="source_unauthorized"), 'the last sync ended "source_unauthorized" 1m ago'),
        ({}, Stats(completed=1, index_source_errors={"no_bucket": 1}), None, "the source has errors: no_bucket"),
        ({}, None, None, 'the instance reports "ready", its counters were not read yet'),
        ({}, Stats(degraded=True), None, 'the instance reports "ready", its counters are unavailable'),
        ({}, Stats(error=3), None, "3 items with errors"),
        ({}, BUSY, job("x", NOW - 120), "5 items to do; its job started 2m ago"),
    ],
)
def test_the_state_names_its_witness(fields: dict, stats: Stats | None, newest: Job | None, words: str) -> None:
    shown = row(
        instance(**fields), read_at(stats, NOW) if stats else None, read_at((newest,), NOW) if newest else None, NOW
    )
    assert shown.witness(NOW) == words
