"""When an instance last gave a sign of life, from everything that was read of it. Pure."""

from __future__ import annotations

from msgspec import Struct

from tui.models import Instance, InstanceDocument, InstanceKey, Job, Stats
from tui.state.store import Reading, State


class Seen(Struct, frozen=True):
    """When what is known of an instance was read, and when something in it moved; epoch seconds, None when unknown.

    `listed`: its status. `counted`: its counters. `moved`: when the counters were seen to change; at the first look,
    when the server says that something in them did, else then. `line`: the newest line of its newest job. `looked`:
    the last look, where that was in an earlier run.
    """

    listed: float | None = None
    counted: float | None = None
    moved: float | None = None
    line: float | None = None
    looked: float | None = None


def seen(state: State, key: InstanceKey, instance: Instance) -> Seen:
    """What is known of when, for one instance of a state."""
    stats, jobs = state.stats.get(key, Reading()), state.jobs.get(key, Reading())
    document: Reading[InstanceDocument] = state.documents.get(key, Reading())
    listed = state.fleet.at
    if document.value is not None and document.at is not None and document.value.instance == instance:
        listed = max(listed or 0.0, document.at)
    looked = max(stats.at or 0.0, jobs.at or 0.0) if jobs.kept else None
    return Seen(listed, stats.at, state.moved.get(key), state.lines.get(key), looked)


def last_sign(instance: Instance, stats: Stats | None, job: Job, seen: Seen) -> float | None:
    """When log or counters last moved while `job` runs (epoch seconds). None when neither was ever read.

    The heartbeat of the job does not count: it beats in a job that does nothing.
    """
    if seen.line is None and (stats is None or stats.degraded or seen.moved is None):
        return None
    signs = [job.started_s, seen.line, seen.moved, instance.last_activity_s, stats.last_activity_s if stats else None]
    return max((at for at in signs if at is not None), default=None)


def outdated(job: Job | None, read_at: float | None) -> bool:
    """Whether something that was read at `read_at` was so before the end of the newest job: it says nothing of now."""
    ended = job.ended_s if job else None
    return ended is not None and read_at is not None and read_at < ended
