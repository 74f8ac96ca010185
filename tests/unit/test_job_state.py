"""The state that the API does not send: derived from times and the words of the end reason."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.models import Job, JobState, job_state
from tui.models.job import STALL_AFTER, newest_first, paused_for

NOW = 1_772_368_200.0


def iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()


def job(started: float | None = None, seen: float | None = None, reason: str | None = None, ended: bool = False) -> Job:
    return Job(
        id="1",
        started_at=None if started is None else iso(started),
        last_seen_at=None if seen is None else iso(seen),
        ended_at=iso(NOW) if ended else None,
        end_reason=reason,
    )


def test_before_its_start_a_job_is_queued() -> None:
    assert job_state(job(), NOW) is JobState.QUEUED


def test_a_started_job_runs_until_it_ends() -> None:
    assert job_state(job(NOW - 5), NOW) is JobState.RUNNING
    assert job_state(job(NOW - 5, ended=True), NOW) is JobState.DONE


def test_a_sign_of_life_keeps_a_long_job_running() -> None:
    assert job_state(job(NOW - 9000, seen=NOW - 10), NOW) is JobState.RUNNING
    assert job_state(job(NOW - 9000), NOW) is JobState.STALLED


def test_the_moment_of_stalling() -> None:
    assert job_state(job(NOW - 9000, seen=NOW - STALL_AFTER), NOW) is JobState.RUNNING
    assert job_state(job(NOW - 9000, seen=NOW - STALL_AFTER - 1), NOW) is JobState.STALLED


def test_an_old_sign_of_life_from_before_the_start_does_not_stall_it() -> None:
    assert job_state(job(NOW - 1, seen=NOW - 9000), NOW) is JobState.RUNNING


def test_a_start_that_cannot_be_read_is_running_not_stalled() -> None:
    assert job_state(Job(id="1", started_at="yesterday"), NOW) is JobState.RUNNING


@pytest.mark.parametrize(
    ("reason", "state"),
    [
        ("completed", JobState.DONE),
        ("Completed with 3 skipped", JobState.DONE),
        ("success", JobState.DONE),
        ("new_job_has_started", JobState.SUPERSEDED),
        ("cancelled_by_user", JobState.CANCELLED),
        ("Canceled", JobState.CANCELLED),
        ("failed", JobState.FAILED),
        ("completed with errors", JobState.FAILED),
        ("r2_bucket_not_found", JobState.FAILED),
        ("crawl_timeout", JobState.FAILED),
        ("the_moon_was_full", JobState.ENDED),
        ("completed_without_errors", JobState.DONE),
        ("finished, 0 errors", JobState.DONE),
        ("no_error", JobState.ENDED),
        ("terror_of_the_deep", JobState.ENDED),
        ("index_failed", JobState.FAILED),
        ("New-Job-Has-Started", JobState.SUPERSEDED),
        ("paused_blocked_by_content_signal", JobState.ENDED),
        ("job_start_failed", JobState.FAILED),
        ("", JobState.DONE),
        (None, JobState.DONE),
    ],
)
def test_end_reasons_that_are_plain_and_those_that_are_not(reason: str | None, state: JobState) -> None:
    assert job_state(job(NOW - 60, ended=True, reason=reason), NOW) is state


@given(st.text(), st.floats(0, 1e6))
def test_a_job_that_has_ended_is_never_active(reason: str, later: float) -> None:
    assert not job_state(job(NOW - 60, ended=True, reason=reason), NOW + later).active


@pytest.mark.parametrize(
    ("word", "cause"),
    [("paused_blocked_by_content_signal", "blocked_by_content_signal"), ("Paused_X", "x"), ("paused", ""), (None, "")],
)
def test_a_pause_tells_its_cause(word: str | None, cause: str) -> None:
    assert paused_for(word) == cause


def test_only_a_job_that_could_not_begin_calls_for_another() -> None:
    assert job(ended=True, reason="job_start_failed").start_failed
    assert not job(NOW - 60, ended=True, reason="failed").start_failed
    assert not job(NOW - 60, ended=True).start_failed


def test_active_states() -> None:
    assert {state for state in JobState if state.active} == {JobState.QUEUED, JobState.RUNNING, JobState.STALLED}


@given(st.lists(st.one_of(st.none(), st.integers(0, 1_000_000)), max_size=8))
def test_newest_first_whatever_the_order_and_queued_on_top(starts: list[int | None]) -> None:
    jobs = tuple(Job(id=str(i), started_at=None if at is None else iso(at)) for i, at in enumerate(starts))
    got = [one.started_s for one in newest_first(jobs)]
    assert got == sorted(got, key=lambda at: float("inf") if at is None else at, reverse=True)
    assert sorted(one.id for one in newest_first(jobs)) == sorted(one.id for one in jobs)


def test_a_job_cancelled_before_its_start_does_not_stay_on_top() -> None:
    never = Job(id="never", ended_at=iso(NOW - 500), end_reason="cancelled")
    jobs = (never, Job(id="old", started_at=iso(NOW - 900)), Job(id="new", started_at=iso(NOW)), Job(id="queued"))
    assert [one.id for one in newest_first(jobs)] == ["queued", "new", "never", "old"]


def test_a_duration_is_never_negative_and_grows_until_the_end() -> None:
    assert job(NOW + 50).duration(NOW) == 0.0
    assert job(NOW - 50).duration(NOW) == 50.0
    assert job(NOW - 50, ended=True).duration(NOW + 1000) == 50.0
