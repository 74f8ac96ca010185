"""How far an instance is and how fast it goes, from the counters read during this session. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from tui.models import Instance, Job
from tui.state.store import Sample

RATE_WINDOW = 60.0
"""Seconds of samples that a rate is taken from."""


class Progress(Struct, frozen=True):
    """`done` of `total` items of a running job, items per second, and seconds left; None where not known yet."""

    done: int
    total: int
    rate: float | None
    left: float | None

    @property
    def fraction(self) -> float:
        """Between 0 and 1."""
        return self.done / self.total if self.total else 0.0


def progress(samples: Sequence[Sample], job: Job | None) -> Progress | None:
    """Progress of `job` from counter deltas; None without a running job or without pending items ever seen.

    The work of the job is the largest queue seen since it started: items that were indexed before it do not count.
    """
    if job is None or job.ended_at or job.started_s is None:
        return None
    during = [sample for sample in samples if sample.at >= job.started_s]
    total = max((sample.pending for sample in during), default=0)
    if not total:
        return None
    now = during[-1]
    speed = rate(during)
    left = now.pending / speed if speed else None
    return Progress(total - now.pending, total, speed, left)


def rate(samples: Sequence[Sample]) -> float | None:
    """Items finished per second over the last minute of samples; None with fewer than two."""
    recent = [sample for sample in samples if samples[-1].at - sample.at <= RATE_WINDOW]
    if len(recent) < 2 or recent[-1].at <= recent[0].at:
        return None
    finished = (recent[-1].completed + recent[-1].error) - (recent[0].completed + recent[0].error)
    return max(0.0, finished / (recent[-1].at - recent[0].at))


def next_sync(instance: Instance, newest: Job | None) -> float | None:
    """When the next scheduled sync is due, in epoch seconds: last job's start plus the interval; None if unknown."""
    if instance.paused or not instance.has_source or not instance.sync_interval:
        return None
    if newest is None or newest.started_s is None:
        return None
    return newest.started_s + instance.sync_interval
