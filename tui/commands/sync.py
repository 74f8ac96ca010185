"""`aisearch sync`: starts sync jobs, waiting where the server does not take one yet; with --wait until they have ended.

A job that runs is not ended by another one: its end is waited for. Only a stalled one is, or any with --yes.
"""

from __future__ import annotations

import asyncio
from typing import Any

from msgspec import Struct

from tui.commands.exit_codes import DONE, FAILED, TIMED_OUT
from tui.commands.jobs import LEVELS
from tui.commands.one import jobs_of
from tui.commands.output import Cell, Heading
from tui.commands.refs import instances
from tui.commands.session import Invocation
from tui.commands.values import as_object, seconds
from tui.commands.waiting_for import ended
from tui.errors import AppError, CoolingDown, UsageError
from tui.models import Instance, InstanceKey, Job, JobState, job_state
from tui.service.service import COOLDOWN
from tui.text import duration

COLUMNS = (
    Heading("instance", shrinks=2),
    Heading("job"),
    Heading("state"),
    Heading("took", right=True),
    Heading("reason", shrinks=1),
)
WELL = frozenset({JobState.DONE, JobState.ENDED})
"""Ends that count as success: a reason that says nothing of a failure is none (api-facts: Jobs)."""


class Started(Struct, frozen=True):
    """A job that was started, or is waited for."""

    key: InstanceKey
    job: Job


async def run(call: Invocation) -> int:
    """Start them; 1 when one could not be started or, with --wait, did not go well; 124 after --timeout."""
    limit = seconds(call.flag("timeout", "30m"), "--timeout")
    targets = await instances(call, call.flag("refs"))
    for target in targets:
        if not target.has_source:
            raise UsageError(
                f"{target.key} has no source to sync", "Its storage is built in: an upload is indexed at once."
            )
    try:
        async with asyncio.timeout(limit):
            codes = await asyncio.gather(*(_one(call, target) for target in targets))
    except TimeoutError:
        call.out.problem(f"--timeout: not done after {duration(limit)}")
        return TIMED_OUT
    return call.finish(max(codes, default=DONE))


async def _one(call: Invocation, target: Instance) -> int:
    try:
        started = await _start(call, target.key)
        if not call.flag("wait"):
            _print(call, started, "started")
            return DONE
        job = await ended(call, started.key, started.job)
    except AppError as error:
        call.failed(str(target.key), error)
        return DONE  # the call knows
    state = job_state(job, call.now)
    _print(call, Started(started.key, job), str(state))
    return DONE if state in WELL else FAILED


def _print(call: Invocation, started: Started, word: str) -> None:
    key, job = started.key, started.job
    level = LEVELS.get(JobState(word), "") if word in list(JobState) else ""
    cells = (str(key), job.id, Cell(word, level), duration(job.duration(call.now)), job.end_reason or "-")
    value: dict[str, Any] = as_object(job, instance_id=key.id, namespace=key.namespace, health=word)
    call.out.rows(COLUMNS, [(cells, value)])
    call.out.flush()


async def _start(call: Invocation, key: InstanceKey) -> Started:
    """Start a job of this instance as soon as that ends no other and the server takes it. Raises AppError."""
    known = await _at_rest(call, key)
    while True:
        try:
            outcome = await call.write(f"sync {key}", call.service.sync(key, call.flag("note", "")))
        except CoolingDown as error:
            await cool_down(call, key, error)
            known = await _at_rest(call, key)
            continue
        new = [job for job in call.state.jobs[key].value or () if job.id not in known]
        if not new:
            raise AppError(outcome.title, outcome.detail)
        if not outcome.certain:
            call.out.note(f"{outcome.title}: {outcome.detail}")
        return Started(key, new[0])


async def cool_down(call: Invocation, key: InstanceKey, error: CoolingDown) -> None:
    """Wait until the server takes the next job, and say so.

    Where it does not say when, that is so long after the start or the end of its last job (api-facts: Jobs).
    """
    left = error.retry_after
    if left is None:
        jobs = await jobs_of(call, key)
        times = [at for job in jobs[:1] for at in (job.started_s, job.ended_s) if at is not None]
        left = COOLDOWN - max(0.0, call.now - max(times)) if times else COOLDOWN
    left = max(1.0, left)
    call.out.note(f"{key} is cooling down after its last job: waiting {duration(left)}")
    await call.wait(asyncio.Event(), left)


async def _at_rest(call: Invocation, key: InstanceKey) -> frozenset[str]:
    """The ids of the jobs that are known, once none of them runs; said where that is waited for."""
    jobs = await jobs_of(call, key)
    newest = jobs[0] if jobs else None
    if newest and not call.flag("yes") and job_state(newest, call.now) in (JobState.RUNNING, JobState.QUEUED):
        call.out.note(f"{key}: its job {newest.id[:8]} runs and would be ended: waiting for its end (--yes does not)")
        await ended(call, key, newest)
        jobs = await jobs_of(call, key)
    return frozenset(job.id for job in jobs)
