"""The one state of an instance, from its own fields, its counters, its newest job and when each was read. Pure."""

from __future__ import annotations

from enum import Enum

from msgspec.structs import replace

from tui.models import Instance, Job, JobState, Stats, job_state
from tui.models.job import STALL_AFTER, paused_for
from tui.state.life import Seen, last_sign, outdated


class Health(Enum):
    """What an operator wants to know of an instance first. Ordered by urgency; `rank` is the default sort."""

    FAILED = (0, "failed")
    PAUSED_BY_ERROR = (1, "paused by error")
    STALLED = (2, "stalled")
    ERRORS = (3, "errors")
    MALFORMED = (4, "malformed")
    RUNNING = (5, "running")
    QUEUED = (6, "queued")
    PAUSED = (7, "paused")
    DISABLED = (7, "disabled")
    NEVER = (8, "never synced")
    EMPTY = (8, "empty")
    READY = (8, "ready")
    UNREAD = (8, "unread")
    UNCOUNTED = (8, "no counts")
    OTHER = (8, "other")

    def __init__(self, rank: int, word: str) -> None:
        self.rank = rank
        self.word = word


def job_doing(job: Job, now: float, sign: float | None, looked: float | None = None) -> JobState:
    """The state of a job: one that runs is stalled when `sign`, the last move of log or counters, is 4 minutes old.

    Without a sign the job's own heartbeat has to do. Silence counts up to `looked` (epoch seconds), the last look of an
    earlier run: what happened since is not known.
    """
    at = now if looked is None else min(now, looked)
    state = job_state(job, at)
    if sign is None or state not in (JobState.RUNNING, JobState.STALLED):
        return state
    return JobState.STALLED if at - sign > STALL_AFTER else JobState.RUNNING


def newest_doing(instance: Instance, stats: Stats | None, newest: Job, now: float, seen: Seen) -> JobState:
    """The state of the newest job of an instance: the same in the table, the overview, the jobs and the log."""
    return job_doing(newest, now, last_sign(instance, stats, newest, seen), seen.looked)


def health(instance: Instance, stats: Stats | None, newest: Job | None, now: float, seen: Seen | None = None) -> Health:
    """The one state of an instance at `now` (epoch seconds).

    A status, and a queue, that were read before the newest job ended do not count.
    """
    seen = seen or Seen()
    if instance.problem:
        return Health.MALFORMED
    status = "" if outdated(newest, seen.listed) else (instance.status or "").casefold()
    if stats and outdated(newest, seen.counted):
        stats = _without_queue(stats)
    source_errors = bool(stats and stats.index_source_errors)
    if instance.paused or status.startswith("paused"):
        by_error = status == "error" or paused_for(status) or source_errors
        return Health.PAUSED_BY_ERROR if by_error else Health.PAUSED
    doing = newest_doing(instance, stats, newest, now, seen) if newest else None
    if newest and doing and not newest.ended_at:
        return _ACTIVE[doing]
    if newest and paused_for(newest.end_reason):  # what paused it stands in the job instead of the status
        return Health.PAUSED_BY_ERROR
    if status in ("error", "failed") or source_errors or doing is JobState.FAILED:
        return Health.FAILED
    if stats and (stats.error or stats.file_embed_errors or _left_behind(stats, newest)):
        return Health.ERRORS
    if instance.enable is False:
        return Health.DISABLED
    return _calm(instance, status, stats, newest, now)


_ACTIVE = {JobState.STALLED: Health.STALLED, JobState.RUNNING: Health.RUNNING, JobState.QUEUED: Health.QUEUED}


def _left_behind(stats: Stats, newest: Job | None) -> bool:
    """Whether outdated items stayed after a job: they can carry errors that no counter shows (api-facts: Stats)."""
    return bool(stats.outdated and not stats.pending and newest and newest.ended_at)


def _without_queue(stats: Stats) -> Stats:
    return replace(stats, queued=None if stats.queued is None else 0, running=None if stats.running is None else 0)


def _calm(instance: Instance, status: str, stats: Stats | None, newest: Job | None, now: float) -> Health:
    """The state of an instance of which no trouble and no job that runs is known."""
    if status == "indexing" or (stats and stats.pending):
        return _working(instance, stats, now)
    if stats and stats.degraded:
        return Health.UNCOUNTED
    if stats and stats.total == 0:
        return Health.EMPTY if newest or status not in ("waiting", "") else Health.NEVER
    if status == "waiting" and not newest and not (stats and stats.total):
        return Health.NEVER
    if status not in ("ready", "active", "waiting", ""):
        return Health.OTHER
    return Health.UNREAD if stats is None else Health.READY


def _working(instance: Instance, stats: Stats | None, now: float) -> Health:
    """Running, waiting, or work without a sign of life, by the counters alone."""
    if stats and not stats.pending and not stats.degraded:
        return Health.QUEUED
    seen = activity(instance, stats)
    return Health.STALLED if seen is not None and now - seen > STALL_AFTER else Health.RUNNING


def activity(instance: Instance, stats: Stats | None) -> float | None:
    """The last activity that the instance or its counters report, in epoch seconds."""
    seen = (instance.last_activity_s, stats.last_activity_s if stats else None)
    return max((time for time in seen if time is not None), default=None)
