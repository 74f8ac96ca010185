"""What several commands ask about one instance: its row with health, and its jobs."""

from __future__ import annotations

import asyncio

from tui.commands.parser import did_you_mean
from tui.commands.session import Invocation
from tui.contract import Priority
from tui.errors import AppError, Unauthorized, Unreachable, UsageError
from tui.models import Instance, InstanceKey, Job
from tui.state.instance_rows import Row, row
from tui.state.life import seen
from tui.state.store import Reading

PREFIX = 6
"""Characters of a job's id that are enough to name it."""


async def row_of(call: Invocation, instance: Instance) -> Row:
    """The instance with counters and newest job, read now. What could not be read is named."""
    key, read = instance.key, call.service.read
    asked = [("counters", read.stats(key, Priority.USER)), ("jobs", read.jobs(key, Priority.USER))]
    results = await asyncio.gather(*(one for _, one in asked), return_exceptions=True)
    for (what, _), error in zip(asked, results, strict=True):
        if isinstance(error, BaseException) and (
            not isinstance(error, AppError) or isinstance(error, Unauthorized | Unreachable)
        ):
            raise error
        if isinstance(error, AppError):
            call.not_read(f"{what} of {key}", error)
    state = call.state
    return row(instance, state.stats.get(key), state.jobs.get(key), call.now, seen(state, key, instance))


async def jobs_of(call: Invocation, key: InstanceKey) -> tuple[Job, ...]:
    """The newest jobs, newest first."""
    await call.service.read.jobs(key, Priority.USER)
    return call.state.jobs.get(key, Reading()).value or ()


def the_job(jobs: tuple[Job, ...], name: str, key: InstanceKey) -> Job:
    """The job with this id, or the only one whose id begins so. Raises UsageError."""
    same = [job for job in jobs if job.id == name]
    fit = same or [job for job in jobs if len(name) >= PREFIX and job.id.startswith(name)]
    if len(fit) == 1:
        return fit[0]
    if fit:
        raise UsageError(f"{name} is ambiguous", f"{', '.join(job.id for job in fit)} begin so.")
    meant = did_you_mean(name, [job.id for job in jobs]).removeprefix("; ")
    raise UsageError(f"{key} has no job {name}", meant, f"`aisearch jobs {key}` lists them.")
