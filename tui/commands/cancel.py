"""`aisearch cancel`: cancels a job that has not ended."""

from __future__ import annotations

from tui.commands.exit_codes import DONE, FAILED
from tui.commands.jobs import COLUMNS, cells
from tui.commands.one import jobs_of, the_job
from tui.commands.refs import instance
from tui.commands.session import Invocation, told
from tui.commands.values import as_object
from tui.errors import AppError
from tui.models import JobState, job_state


async def run(call: Invocation) -> int:
    """Cancel the job that is named, else the one that runs; 1 when there is none that runs."""
    found = await instance(call, call.flag("ref"))
    jobs = await jobs_of(call, found.key)
    name = call.flag("job")
    job = the_job(jobs, name, found.key) if name else next(iter(jobs), None)
    if job is None or not job_state(job, call.now).active:
        which = f"Its job {job.id} has ended." if job else "It never had a job."
        raise AppError(f"{found.key} has no running job", which)
    outcome = await call.write(f"cancel {found.key} job {job.id}", call.service.cancel(found.key, job.id))
    now = next((one for one in call.state.jobs[found.key].value or () if one.id == job.id), job)
    state = job_state(now, call.now)
    call.out.rows(COLUMNS, [(cells(now, state, call.now), as_object(now, health=str(state)))])
    call.out.note(told(outcome))
    return call.finish(DONE if state is JobState.CANCELLED else FAILED)
