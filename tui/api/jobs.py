"""Sync jobs and their logs."""

from __future__ import annotations

from collections.abc import AsyncIterator

from tui.api.api_errors import NOT_FOUND
from tui.api.base import Endpoints
from tui.api.paging import by_page
from tui.errors import NotFound
from tui.models import InstanceKey, Job, JobLog, Page, decode_one


class JobEndpoints(Endpoints):
    """The endpoints of this group (api-facts: Jobs, Job logs)."""

    async def list_jobs(self, key: InstanceKey, *, page: int = 1, per_page: int = 50) -> Page[Job]:
        """Jobs of an instance, in the server's order, which is unknown."""
        return await self._read_page(Job, self._instance(key, "jobs"), {"page": page, "per_page": per_page})

    def job_pages(self, key: InstanceKey, *, per_page: int = 50) -> AsyncIterator[Page[Job]]:
        """All jobs of an instance, page by page, none twice."""
        return by_page(lambda page: self.list_jobs(key, page=page, per_page=per_page), lambda job: job.id)

    async def get_job(self, key: InstanceKey, job_id: str) -> Job:
        """One job."""
        return decode_one(Job, (await self._get(self._instance(key, "jobs", job_id))).result)

    async def create_job(self, key: InstanceKey, description: str | None = None) -> Job:
        """Start a sync job. Never repeated: one call could start two jobs (api-facts: Jobs).

        Raises CoolingDown within 30 s of the last, OutcomeUnknown when no reply came.
        """
        body = {"description": description} if description else {}
        path = self._instance(key, "jobs")
        return await self._write_one(Job, "POST", path, body, read_back=f"the newest job of {key}")

    async def cancel_job(self, key: InstanceKey, job_id: str) -> Job:
        """Cancel a job that has not ended."""
        path = self._instance(key, "jobs", job_id)
        return await self._write_one(Job, "PATCH", path, {"action": "cancel"}, read_back=f"job {job_id} of {key}")

    async def job_logs(self, key: InstanceKey, job_id: str, *, page: int = 1, per_page: int = 100) -> Page[JobLog]:
        """One page of a job's log, in the server's order.

        Before a job has lines the endpoint can answer 404 with 7002, which is an empty page (api-facts: Job logs).
        """
        try:
            return await self._read_page(
                JobLog, self._instance(key, "jobs", job_id, "logs"), {"page": page, "per_page": per_page}
            )
        except NotFound as error:
            if error.code != NOT_FOUND:
                raise
            return Page((), page=page, per_page=per_page)
