"""Short ways to write the values that the tests are about. Times are epoch seconds."""

from __future__ import annotations

from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from tui.models import Instance, InstanceKey, Job, Stats
from tui.state.store import Reading, State, read_at

NOW = 1_790_000_000.0  # divisible by five: ages are drawn in steps of five seconds


def iso(at: float | None) -> str | None:
    """The API's form of a time."""
    return None if at is None else datetime.fromtimestamp(at, UTC).isoformat()


def key(name: str, namespace: str = "default") -> InstanceKey:
    return InstanceKey(namespace, name)


def instance(name: str = "docs", **fields: Any) -> Instance:
    """A healthy R2 instance, unless `fields` say otherwise."""
    return Instance(**{"id": name, "status": "ready", "source": "bucket", **fields})


def job(
    job_id: str = "job-1", started: float | None = NOW - 60, ended: float | None = None, reason: str = "", **fields: Any
) -> Job:
    return Job(id=job_id, started_at=iso(started), ended_at=iso(ended), end_reason=reason or None, **fields)


def done(job_id: str = "job-1", reason: str = "completed") -> Job:
    """A job that ended a minute ago."""
    return job(job_id, NOW - 120, NOW - 60, reason)


def state(
    *instances: Instance, stats: Stats | None = None, jobs: tuple[Job, ...] | None = None, **fields: Any
) -> State:
    """The first instance is selected; counters and jobs are its own."""
    first = instances[0].key if instances else None
    return State(
        fleet=read_at(instances, NOW),
        selected=first,
        stats=MappingProxyType({first: read_at(stats, NOW)} if first and stats else {}),
        jobs=MappingProxyType({first: read_at(jobs, NOW)} if first and jobs is not None else {}),
        job_id=jobs[0].id if jobs else None,
        **fields,
    )


__all__ = ["NOW", "Reading", "done", "instance", "iso", "job", "key", "state"]
