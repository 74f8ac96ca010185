"""Waiting for the end of a job, at the pace and with the patience of the poller."""

from __future__ import annotations

import asyncio

from tui.commands.session import Invocation
from tui.contract import Priority
from tui.errors import AppError, Forbidden, NotFound, Unauthorized
from tui.models import InstanceKey, Job, JobState, job_state
from tui.polling import Intervals
from tui.polling.loop import Loop
from tui.polling.poller import QUICK_LOOKS

MISSED = 6
"""Answers in a row that there is no such job until it is believed: a new one may not be known everywhere yet."""


async def ended(call: Invocation, key: InstanceKey, job: Job, pace: Intervals | None = None) -> Job:
    """The job once it has ended, at once where it has. Reads that fail are said, and tried again later and later.

    Raises NotFound when the job is gone, Unauthorized and Forbidden.
    """
    every = pace or Intervals()
    last, looks, hopeless = job, 0, list[AppError]()
    missed = 0

    async def look() -> None:
        nonlocal last, looks
        looks += 1
        last = await call.service.api.using(Priority.USER).get_job(key, job.id)

    def delay() -> float:
        early = job_state(last, call.now) is JobState.QUEUED or looks <= 2
        return every.queued if early and looks <= QUICK_LOOKS else every.active

    def failed(error: AppError, seconds: float) -> None:
        nonlocal missed
        missed = missed + 1 if isinstance(error, NotFound) else 0
        if isinstance(error, Unauthorized | Forbidden) or missed >= MISSED:
            hopeless.append(error)
        else:
            call.out.note(f"{key} job {job.id[:8]} could not be read: {error}; again in {seconds:.0f} s")

    loop = Loop(look, delay, failed)
    while not last.ended_at:
        seconds = await loop.turn()
        if hopeless:
            raise hopeless[0]
        if not last.ended_at:
            await call.wait(asyncio.Event(), seconds)
    return last
