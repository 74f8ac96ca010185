"""An API client without a wire: lists in memory, scripted failures, and a record of what was asked."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self, TypeVar

from msgspec import structs

from tests.unit.build import iso
from tests.unit.virtual_time import clock
from tui.contract import Api, Budget, Exchange, Heard, Priority
from tui.errors import AppError, NotFound
from tui.models import Instance, InstanceDocument, InstanceKey, Item, Job, JobLog, Namespace, Page, Stats

T = TypeVar("T")
WRITES = ("create_job", "cancel_job", "update_instance")


class Call(NamedTuple):
    """One request: when (epoch seconds), what, for whom, and how urgent."""

    at: float
    name: str
    key: InstanceKey | None
    priority: Priority
    page: int | None = None


@dataclass
class Server:
    """What the fake answers from. `latency` is in seconds; `down` fails every call.

    `failures` are raised by the next calls of a name, one each, before anything happens; `lost` after it happened;
    `unsent` stops a call before it leaves, as an empty budget does.
    """

    instances: list[Instance] = field(default_factory=list)
    namespaces: list[Namespace] = field(default_factory=list)
    stats: dict[InstanceKey, Stats] = field(default_factory=dict)
    jobs: dict[InstanceKey, list[Job]] = field(default_factory=dict)
    items: dict[InstanceKey, list[Item]] = field(default_factory=dict)
    logs: dict[str, list[JobLog]] = field(default_factory=dict)
    unsent: dict[str, AppError] = field(default_factory=dict)
    failures: dict[str, list[AppError]] = field(default_factory=dict)
    lost: dict[str, AppError] = field(default_factory=dict)
    down: AppError | None = None
    latency: float = 0.05
    clock_offset: float = 0.0
    heard: Heard = field(default_factory=Heard)
    totals: bool = True
    flat_is_gone: bool = False
    listed: list[str | None] = field(default_factory=list)
    ignores_page: bool = False
    max_per_page: int = 1000
    calls: list[Call] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)
    in_flight: list[str] = field(default_factory=list)
    most_in_flight: dict[str, int] = field(default_factory=dict)
    budget: Budget = field(default_factory=Budget)

    def names(self, *names: str) -> list[str]:
        """Names of the calls so far, or of those asked for."""
        return [call.name for call in self.calls if not names or call.name in names]

    def asked(self, name: str) -> list[Call]:
        return [call for call in self.calls if call.name == name]

    def page(self, entries: Sequence[T], page: int, per_page: int) -> Page[T]:
        size = min(per_page, self.max_per_page)
        first = 0 if self.ignores_page else (page - 1) * size
        return Page(tuple(entries[first : first + size]), page, size, len(entries) if self.totals else None)


class FakeApi(Api):
    """Fulfils the protocol for what the service and the pollers use; the rest answers nothing."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.priority = Priority.VISIBLE

    def using(self, priority: Priority) -> Self:
        other = copy.copy(self)
        other.priority = priority
        return other

    @property
    def budget(self) -> Budget:
        return self.server.budget

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        return tuple(self.server.exchanges)

    def now(self) -> float:
        return clock()

    @property
    def clock_offset(self) -> float:
        return self.server.clock_offset

    @property
    def heard(self) -> Heard:
        return self.server.heard

    async def _answer(self, name: str, key: InstanceKey | None = None, page: int | None = None) -> None:
        """Record the call and let time pass. Raises what the script says."""
        server = self.server
        if name in server.unsent:
            raise server.unsent[name]
        server.calls.append(Call(clock(), name, key, self.priority, page))
        server.in_flight.append(name)
        server.most_in_flight[name] = max(server.most_in_flight.get(name, 0), server.in_flight.count(name))
        try:
            await asyncio.sleep(server.latency)
        finally:
            server.in_flight.remove(name)
        method = "POST" if name in WRITES else "GET"
        server.exchanges.append(Exchange(clock(), method, name, ray=f"ray-{len(server.calls)}"))
        if server.down:
            raise server.down
        if server.failures.get(name):
            raise server.failures[name].pop(0)

    def _lose_reply(self, name: str) -> None:
        if error := self.server.lost.pop(name, None):
            raise error

    async def list_instances(
        self, namespace: str | None = None, *, page: int = 1, per_page: int = 100, search: str | None = None
    ) -> Page[Instance]:
        await self._answer("list_instances", page=page)
        self.server.listed.append(namespace)
        if namespace is None and self.server.flat_is_gone:
            raise NotFound("No such route", http=404)
        listed = [one for one in self.server.instances if namespace in (None, one.key.namespace)]
        return self.server.page(listed, page, per_page)

    async def list_namespaces(
        self, *, page: int = 1, per_page: int = 100, search: str | None = None
    ) -> Page[Namespace]:
        await self._answer("list_namespaces", page=page)
        return self.server.page(self.server.namespaces, page, per_page)

    def _instance(self, key: InstanceKey) -> Instance:
        for one in self.server.instances:
            if one.key == key:
                return one
        raise NotFound("No such instance", code=7002, http=404)

    async def get_instance(self, key: InstanceKey) -> InstanceDocument:
        await self._answer("get_instance", key)
        return InstanceDocument(self._instance(key), {"id": key.id}, {"id": key.id})

    async def update_instance(self, key: InstanceKey, changes: Mapping[str, Any]) -> Instance:
        await self._answer("update_instance", key)
        changed = structs.replace(self._instance(key), **changes)
        self.server.instances = [changed if one.key == key else one for one in self.server.instances]
        self._lose_reply("update_instance")
        return changed

    async def stats(self, key: InstanceKey) -> Stats:
        await self._answer("stats", key)
        self._instance(key)
        return self.server.stats.get(key, Stats(queued=0, running=0, completed=1, error=0))

    async def list_jobs(self, key: InstanceKey, *, page: int = 1, per_page: int = 50) -> Page[Job]:
        await self._answer("list_jobs", key, page)
        self._instance(key)
        return self.server.page(self.server.jobs.get(key, []), page, per_page)

    async def list_items(
        self,
        key: InstanceKey,
        *,
        page: int = 1,
        per_page: int = 50,
        search: str | None = None,
        status: str | None = None,
        source: str | None = None,
    ) -> Page[Item]:
        await self._answer("list_items", key, page)
        asked = [
            item
            for item in self.server.items.get(key, [])
            if status in (None, item.status) and source in (None, item.source_id)
        ]
        return self.server.page(asked, page, per_page)

    async def get_job(self, key: InstanceKey, job_id: str) -> Job:
        await self._answer("get_job", key)
        return next(job for job in self.server.jobs[key] if job.id == job_id)

    async def create_job(self, key: InstanceKey, description: str | None = None) -> Job:
        await self._answer("create_job", key)
        jobs = self.server.jobs.setdefault(key, [])
        job = Job(id=f"new-{len(jobs)}", source="user", started_at=iso(clock()), description=description)
        jobs.insert(0, job)
        self._lose_reply("create_job")
        return job

    async def cancel_job(self, key: InstanceKey, job_id: str) -> Job:
        await self._answer("cancel_job", key)
        jobs = self.server.jobs[key]
        at = next(at for at, job in enumerate(jobs) if job.id == job_id)
        jobs[at] = structs.replace(jobs[at], ended_at=iso(clock()), end_reason="cancelled")
        self._lose_reply("cancel_job")
        return jobs[at]

    async def job_logs(self, key: InstanceKey, job_id: str, *, page: int = 1, per_page: int = 100) -> Page[JobLog]:
        await self._answer("job_logs", key, page)
        return self.server.page(self.server.logs.get(job_id, []), page, per_page)
