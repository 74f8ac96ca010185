"""A sync job and the state that the API does not send."""

from __future__ import annotations

import re
from enum import StrEnum

from tui.models.base import Resource
from tui.text import parse_time

STALL_AFTER = 240.0
"""Seconds without a sign of life after which a running job counts as stalled."""


class JobState(StrEnum):
    """What a job is doing. There is no status field in the API (api-facts: Jobs)."""

    QUEUED = "queued"
    RUNNING = "running"
    STALLED = "stalled"
    DONE = "done"
    ENDED = "ended"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"
    FAILED = "failed"

    @property
    def active(self) -> bool:
        """Whether the job has not ended."""
        return self in (JobState.QUEUED, JobState.RUNNING, JobState.STALLED)


class Job(Resource, frozen=True, kw_only=True):
    """One sync job. Unfinished jobs have `ended_at: null` (api-facts: Jobs); ids have no known form."""

    id: str
    source: str | None = None
    description: str | None = None
    started_at: str | None = None
    last_seen_at: str | None = None
    ended_at: str | None = None
    end_reason: str | None = None

    @property
    def start_failed(self) -> bool:
        """Whether it ended before it could begin: another sync may help (api-facts: Jobs)."""
        return (self.end_reason or "").strip().casefold() == "job_start_failed"

    @property
    def started_s(self) -> float | None:
        """Start in seconds since the epoch."""
        return parse_time(self.started_at)

    @property
    def ended_s(self) -> float | None:
        """End in seconds since the epoch."""
        return parse_time(self.ended_at)

    @property
    def seen_s(self) -> float | None:
        """Last sign of life in seconds since the epoch."""
        return parse_time(self.last_seen_at)

    def duration(self, now: float) -> float | None:
        """Seconds it has run, up to `now` (epoch seconds) when it still runs; None before its start."""
        if self.started_s is None:
            return None
        return max(0.0, (self.ended_s or now) - self.started_s)


def job_state(job: Job, now: float) -> JobState:
    """The state of `job` at `now` (epoch seconds), from its times and the words of its end reason.

    A job that went well has no reason. Reasons are free text: only words that are plain about it make a job done,
    cancelled or failed, every other reason is `ended` with its text shown (api-facts: Jobs).
    """
    if job.ended_at:
        return _ended(job.end_reason or "")
    if not job.started_at:
        return JobState.QUEUED
    seen = max((time for time in (job.started_s, job.seen_s) if time is not None), default=now)
    return JobState.STALLED if now - seen > STALL_AFTER else JobState.RUNNING


_FAILED = re.compile(
    r"(?<![a-z])(?<!no )(?<!without )(?<!without any )(?<!0 )"
    r"(?:fail|error|crash|abort|timeout|timed out|interrupted|unauthorized|not found|denied)"
)
"""Words that are plain about a failure, unless the text says that there was none of it."""


def _ended(reason: str) -> JobState:
    words = " ".join(re.split(r"[\s_\-]+", reason.strip().casefold()))
    if not words:
        return JobState.DONE
    if words == "new job has started":
        return JobState.SUPERSEDED
    if "cancel" in words:
        return JobState.CANCELLED
    if _FAILED.search(words):
        return JobState.FAILED
    return JobState.DONE if words.startswith(("complete", "success", "done", "finished")) else JobState.ENDED


def paused_for(word: str | None) -> str:
    """The slug of the cause in a word of the form `paused_<cause>`; empty otherwise (api-facts: Instances).

    Whether it stands in the status of the instance or in the end reason of its job is not told.
    """
    words = (word or "").strip().casefold()
    return words.removeprefix("paused_") if words.startswith("paused_") else ""


def newest_first(jobs: tuple[Job, ...]) -> tuple[Job, ...]:
    """Jobs, newest first, queued ones on top, whatever the server's order, which is unknown (api-facts: Jobs)."""
    return tuple(sorted(jobs, key=_start_or_future, reverse=True))


def _start_or_future(job: Job) -> float:
    """A job that was cancelled before its start is as old as its end."""
    times = (time for time in (job.started_s, job.ended_s) if time is not None)
    return next(times, float("inf"))


class JobLog(Resource, frozen=True, kw_only=True):
    """A log line: `created_at` in seconds or milliseconds, `message_type` of unknown meaning (api-facts: Job logs)."""

    id: int
    created_at: float | str | None = None
    message: str = ""
    message_type: int | None = None

    @property
    def time_s(self) -> float | None:
        """Seconds since the epoch."""
        return parse_time(self.created_at)
