"""Sync jobs: start, list, read, cancel, log."""

from __future__ import annotations

from tui.emulator.errors import ApiError
from tui.emulator.schema import JobChange, JobCreate, parse
from tui.emulator.web import Call, Operation, Reply, instance_operation, listed, result

MOST_JOBS, MOST_LINES = 50, 500
"""The largest pages of jobs and of their logs (api-facts: Lists and paging)."""


def create(call: Call) -> Reply:
    """Start a sync; the body is optional. 429/7020 in the cool-down."""
    instance = call.instance()
    body = parse(JobCreate, {} if call.body is None else call.body)
    description = body.description if isinstance(body.description, str) else None
    job = call.world.jobs.request(instance, description, call.now)
    return result(call.world.jobs.view(job))


def list_jobs(call: Call) -> Reply:
    """List the jobs of an instance, newest first."""
    page = call.page(MOST_JOBS)
    found, total = call.world.jobs.page(call.instance(), page.offset, page.size)
    return listed(call, [call.world.jobs.view(job) for job in found], page, total)


def get(call: Call) -> Reply:
    """Return one job."""
    return result(call.world.jobs.view(call.world.jobs.get(call.instance(), call.params["job_id"])))


def change(call: Call) -> Reply:
    """Cancel a job, the one change there is (api-facts: Jobs)."""
    instance = call.instance()
    parse(JobChange, call.body)
    job = call.world.jobs.get(instance, call.params["job_id"])
    call.world.jobs.cancel(job, call.now)
    return result(call.world.jobs.view(call.world.jobs.get(instance, job.id)))


def logs(call: Call) -> Reply:
    """Return one page of a job's log in the configured order."""
    page = call.page(MOST_LINES)
    job = call.world.jobs.get(call.instance(), call.params["job_id"])
    entries, total = call.world.jobs.log_page(job, page.offset, page.size)
    if not total and call.config.early_logs == "missing":
        raise ApiError.named("ai_search_not_found")
    return listed(call, entries, page, total)


ROUTES: list[Operation] = [
    *instance_operation("create_job", "POST", "/jobs", create),
    *instance_operation("list_jobs", "GET", "/jobs", list_jobs),
    *instance_operation("get_job", "GET", "/jobs/{job_id}", get),
    *instance_operation("cancel_job", "PATCH", "/jobs/{job_id}", change),
    *instance_operation("get_job_logs", "GET", "/jobs/{job_id}/logs", logs),
]
