"""What is asked of instances and their sync jobs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any, Protocol

from tui.models import Instance, InstanceDocument, InstanceKey, Job, JobLog, Page, Stats


class InstanceApi(Protocol):
    """Instances of one account."""

    async def list_instances(
        self, namespace: str | None = None, *, page: int = 1, per_page: int = 100, search: str | None = None
    ) -> Page[Instance]:
        """Instances of one namespace, or of all of them with None (the flat path). `search`: id contains."""
        ...

    async def get_instance(self, key: InstanceKey) -> InstanceDocument:
        """One instance in full."""
        ...

    async def create_instance(self, namespace: str, body: Mapping[str, Any]) -> Instance:
        """Create an instance; `body` as the API takes it."""
        ...

    async def update_instance(self, key: InstanceKey, changes: Mapping[str, Any]) -> Instance:
        """PUT top-level fields; omitted ones stay (api-facts: Instances)."""
        ...

    async def change_instance(self, key: InstanceKey, wanted: Mapping[str, Any]) -> Instance:
        """Read it afresh and PUT what differs from `wanted`, changed objects whole; no PUT when nothing differs."""
        ...

    def instance_pages(
        self, namespace: str | None = None, *, per_page: int = 100, search: str | None = None
    ) -> AsyncIterator[Page[Instance]]:
        """All instances, page by page, none twice however the list shifts."""
        ...

    async def delete_instance(self, key: InstanceKey) -> None:
        """Delete an instance and its index."""
        ...

    async def move_instance(self, key: InstanceKey, new_namespace: str) -> None:
        """Move an instance to another namespace."""
        ...

    async def purge_cache(self, key: InstanceKey) -> None:
        """Drop the instance's cached answers."""
        ...

    async def stats(self, key: InstanceKey) -> Stats:
        """The counters of an instance."""
        ...


class JobApi(Protocol):
    """Sync jobs and their logs."""

    async def list_jobs(self, key: InstanceKey, *, page: int = 1, per_page: int = 50) -> Page[Job]:
        """Jobs of an instance, in the server's order, which is unknown."""
        ...

    def job_pages(self, key: InstanceKey, *, per_page: int = 50) -> AsyncIterator[Page[Job]]:
        """All jobs of an instance, page by page, none twice."""
        ...

    async def get_job(self, key: InstanceKey, job_id: str) -> Job:
        """One job."""
        ...

    async def create_job(self, key: InstanceKey, description: str | None = None) -> Job:
        """Start a sync job. Raises CoolingDown within 30 s of the last, OutcomeUnknown when no reply came."""
        ...

    async def cancel_job(self, key: InstanceKey, job_id: str) -> Job:
        """Cancel a job that has not ended."""
        ...

    async def job_logs(self, key: InstanceKey, job_id: str, *, page: int = 1, per_page: int = 100) -> Page[JobLog]:
        """One page of a job's log, in the server's order. A job without lines yet gives an empty page."""
        ...
