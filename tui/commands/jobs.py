"""`aisearch jobs`: the sync jobs of an instance, newest first."""

from __future__ import annotations

from tui.commands.one import jobs_of
from tui.commands.output import Cell, Heading
from tui.commands.refs import instance
from tui.commands.session import Invocation
from tui.commands.values import as_object
from tui.contract import Priority
from tui.models import InstanceKey, Job, JobState
from tui.models.job import newest_first
from tui.service.refresher import JOBS
from tui.state.health import job_doing
from tui.state.instance_rows import newest_state
from tui.text import duration

COLUMNS = (
    Heading("job"),
    Heading("state"),
    Heading("started"),
    Heading("took", right=True),
    Heading("by"),
    Heading("reason", shrinks=1),
    Heading("note", shrinks=2),
)
LEVELS = {
    JobState.FAILED: "error",
    JobState.STALLED: "error",
    JobState.CANCELLED: "warning",
    JobState.SUPERSEDED: "warning",
    JobState.DONE: "ok",
}


async def run(call: Invocation) -> int:
    """List them, at most --limit; 0 lists all."""
    found = await instance(call, call.flag("ref"))
    limit = int(call.flag("limit"))
    jobs = await (jobs_of(call, found.key) if 0 < limit <= JOBS else _all(call, found.key))
    shown = jobs[:limit] if limit else jobs
    states = {job.id: job_doing(job, call.now, None) for job in shown}
    if shown and (newest := newest_state(call.state, found.key, call.now)):
        states[jobs[0].id] = newest
    call.out.rows(
        COLUMNS, ((cells(job, states[job.id], call.now), as_object(job, health=str(states[job.id]))) for job in shown)
    )
    if len(shown) < len(jobs):
        call.out.note(f"{len(shown):,} jobs of {found.key} shown; --limit 0 lists all")
    return call.finish()


async def _all(call: Invocation, key: InstanceKey) -> tuple[Job, ...]:
    pages = call.service.api.using(Priority.USER).job_pages(key)
    return newest_first(tuple([job async for page in pages for job in page.items]))


def cells(job: Job, state: JobState, now: float) -> tuple[str | Cell, ...]:
    """One job as a row."""
    return (
        job.id,
        Cell(str(state), LEVELS.get(state, "")),
        job.started_at or "-",
        duration(job.duration(now)),
        job.source or "-",
        job.end_reason or "-",
        job.description or "",
    )
