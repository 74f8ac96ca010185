"""Reading the account into the store: the fleet, counters, jobs, documents, namespaces."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import TypeVar

from msgspec import structs
from msgspec.structs import replace

from tui.contract import Api, Priority
from tui.errors import AppError, NotFound
from tui.models import Instance, InstanceKey, Job, Namespace, Page, Stats
from tui.models.instance import DEFAULT_NAMESPACE
from tui.models.job import newest_first
from tui.service.same_object import read_instance
from tui.state.store import Reading, Sample, State, Store, read_at

PAGE = 100
"""Entries asked for in one page of a list: the server's maximum is unknown (api-facts: Lists and paging)."""
JOBS = 50
DEFAULT_PAGE = 20
"""Entries of a page unless asked for more: a shorter one is the whole list (api-facts: Lists and paging)."""
KEPT_SAMPLES = 240
ECHO = 60.0
"""Seconds for which a list may still have what was deleted (api-facts: Instances)."""
MAX_PAGES = 1000
FEW_PAGES = 3
"""A list of so many pages is there at once: to show its first page alone would only draw the screen twice."""
ROUNDS = 3
"""How often a list is read that gets shorter each time."""

AT_ONCE = 6
"""Pages of a list that are read at a time."""

T = TypeVar("T")
Partly = Callable[[tuple[T, ...], int], None]
"""Told of the entries that have come and how many there are."""


class Refresher:
    """Reads with one class of the request budget and keeps old values when a read fails."""

    def __init__(self, api: Api, store: Store, clock: Callable[[], float]) -> None:
        self._api = api
        self._store = store
        self._clock = clock
        self._last_page: dict[InstanceKey, int] = {}
        self._gone: dict[InstanceKey, tuple[float, str | None]] = {}
        self._flat_is_gone = False
        self._older: dict[InstanceKey, tuple[Job, ...]] = {}

    @property
    def _state(self) -> State:
        return self._store.state

    async def fleet(self, priority: Priority = Priority.VISIBLE) -> None:
        """List the instances of the namespace in view, or of all of them. Raises AppError; the old list stays.

        The flat path is the one way to see every namespace at once (api-facts: Routes); where it has gone (404), the
        namespaces are listed one by one. What is known of other namespaces stays as it was.
        """
        api, namespace = self._api.using(priority), self._state.namespace
        before = self._state.fleet.value

        def partly(found: tuple[Instance, ...], total: int) -> None:
            if before is None:  # rows show at once; later, a half-read list must not make rows vanish
                self._store.update(fleet=Reading(self._without_gone(found)), listing=(len(found), total))

        try:
            if namespace is not None:
                others = tuple(one for one in before or () if one.key.namespace != namespace)
                found = (*await self._listed(api, namespace, partly), *others)
            else:
                found = await self._everywhere(api, partly)
        except AppError as error:
            self._store.update(fleet=self._state.fleet.failure(error, self._clock()), listing=None)
            raise
        listed = self._without_gone(found)
        fleet = read_at(_reused(listed, self._state.fleet.value or ()), self._clock())
        self._store.update(fleet=fleet, listing=None)
        self._forget_gone()

    async def _listed(self, api: Api, namespace: str | None, partly: Partly[Instance]) -> tuple[Instance, ...]:
        """Every instance of one namespace, or of all by the flat path."""
        known = self._state.fleet.value or ()
        return await _all_pages(
            lambda page: api.list_instances(namespace, page=page, per_page=PAGE),
            lambda instance: instance.key,
            tuple(one for one in known if namespace in (None, one.key.namespace)),
            partly,
        )

    async def _everywhere(self, api: Api, partly: Partly[Instance]) -> tuple[Instance, ...]:
        """Every instance of the account."""
        if not self._flat_is_gone:
            try:
                return await self._listed(api, None, partly)
            except NotFound as gone:
                lost = gone
        else:
            lost = None
        found: list[Instance] = []
        try:
            names = [space.name for space in await self._all_namespaces(api)]
        except AppError:
            if lost is not None:
                raise lost from None
            raise
        for name in names:
            found += await self._listed(api, name, lambda rows, total: None)
            partly(tuple(found), len(found))
        self._flat_is_gone = True
        return tuple(found)

    async def _all_namespaces(self, api: Api) -> tuple[Namespace, ...]:
        """Every namespace, `default` too, which the list leaves out (api-facts: Namespaces)."""
        found = await _all_pages(
            lambda page: api.list_namespaces(page=page, per_page=PAGE),
            lambda namespace: namespace.name,
            tuple(one for one in self._state.namespaces.value or () if one.name != DEFAULT_NAMESPACE),
        )
        has_default = any(namespace.name == DEFAULT_NAMESPACE for namespace in found)
        return found if has_default else (Namespace(name=DEFAULT_NAMESPACE), *found)

    def gone(self, key: InstanceKey) -> None:
        """We took an instance away: it leaves the list, and a list that still has it is an old one for a while."""
        fleet = self._state.fleet
        born = next((one.created_at for one in fleet.value or () if one.key == key), None)
        self._gone[key] = self._clock() + ECHO, born
        if fleet.value is not None:
            self._store.update(fleet=replace(fleet, value=self._without_gone(fleet.value)))

    def made(self, key: InstanceKey) -> None:
        """We made an instance, perhaps where one was deleted a moment ago: lists are right to have it."""
        self._gone.pop(key, None)

    def _without_gone(self, found: tuple[Instance, ...]) -> tuple[Instance, ...]:
        now = self._clock()  # one that was set back would hide a row for as long
        self._gone = {key: one for key, one in self._gone.items() if 0 < one[0] - now <= ECHO}
        return tuple(one for one in found if not self._is_gone(one)) if self._gone else found

    def _is_gone(self, instance: Instance) -> bool:
        """Whether it is the one that we took away; one of the same name that was made later is another."""
        _, born = self._gone.get(instance.key, (0.0, None))
        return instance.key in self._gone and (born is None or instance.created_at in (None, born))

    def _forget_gone(self) -> None:
        """Drop what is known of instances that are not listed any more."""
        keys = {instance.key for instance in self._state.fleet.value or ()}
        self._older = {key: jobs for key, jobs in self._older.items() if key in keys}
        for table in ("stats", "jobs", "job_counts", "documents", "samples", "cooldowns", "moved", "lines"):
            self._store.put_many(table, {key: None for key in getattr(self._state, table) if key not in keys})

    async def namespaces(self, priority: Priority = Priority.VISIBLE) -> None:
        """List the namespaces."""
        try:
            found = await self._all_namespaces(self._api.using(priority))
        except AppError as error:
            self._store.update(namespaces=self._state.namespaces.failure(error, self._clock()))
            raise
        self._store.update(namespaces=read_at(found, self._clock()))

    async def stats(self, key: InstanceKey, priority: Priority = Priority.VISIBLE) -> None:
        """Read the counters of one instance. Raises AppError; the old counters stay."""
        value = await self._into("stats", key, self._api.using(priority).stats(key))
        if not value.degraded:
            self._sample(key, value)

    def _sample(self, key: InstanceKey, stats: Stats) -> None:
        sample = Sample(self._clock(), stats.completed or 0, stats.error or 0, stats.pending or 0)
        before = self._state.samples.get(key, ())[-1:]
        if not before or structs.replace(before[0], at=sample.at) != sample:
            # The first look does not see a move: what the server says of the last one counts, where it says so.
            told = None if before else stats.last_activity_s
            self._store.put("moved", key, sample.at if told is None else min(told, sample.at))
        self._store.put("samples", key, (*self._state.samples.get(key, ()), sample)[-KEPT_SAMPLES:])

    async def document(self, key: InstanceKey, priority: Priority = Priority.VISIBLE) -> None:
        """Read one instance in full, for the configuration and the raw reply."""
        await self._into("documents", key, read_instance(self._api.using(priority), key))

    async def instance(self, key: InstanceKey, priority: Priority = Priority.VISIBLE) -> None:
        """Read one instance and put it into the list: its status there may be older than its newest job's end."""
        document = await self._into("documents", key, read_instance(self._api.using(priority), key))
        fleet, fresh = self._state.fleet, document.instance
        if any(one.key == key and one != fresh for one in fleet.value or ()):
            listed = tuple(fresh if one.key == key else one for one in fleet.value or ())
            self._store.update(fleet=replace(fleet, value=listed))

    async def jobs(self, key: InstanceKey, priority: Priority = Priority.VISIBLE) -> None:
        """Read the newest jobs of an instance; a new job is followed when the newest one was selected.

        While its log is held, the new one only becomes the state's `next_job`.
        """
        before = self._state.jobs.get(key, Reading()).value
        value = await self._into("jobs", key, self._newest_jobs(self._api.using(priority), key))
        if key != self._state.selected:
            return
        ids = [job.id for job in value]
        was_newest = not before or self._state.job_id == before[0].id
        if self._state.job_id not in ids or (was_newest and not self._state.holding):
            self._store.update(job_id=ids[0] if ids else None)

    async def _newest_jobs(self, api: Api, key: InstanceKey) -> tuple[Job, ...]:
        """Jobs of the page with the newest, and of its neighbour: the order is unknown (api-facts: Jobs)."""
        page = await api.list_jobs(key, page=1, per_page=JOBS)
        jobs = page.items
        self._store.put("job_counts", key, page.total)
        if _oldest_first(jobs):
            if page.total is None:
                jobs = await self._walk_to_newest(api, key, page)
            elif page.total > len(jobs):
                last = -(-page.total // len(jobs))
                tail = await api.list_jobs(key, page=last, per_page=JOBS)
                before = await api.list_jobs(key, page=last - 1, per_page=JOBS) if last > 2 else page
                jobs = (*before.items, *tail.items)
        return newest_first(tuple({job.id: job for job in (*self._older.get(key, ()), *jobs)}.values()))

    async def older_jobs(self, key: InstanceKey) -> None:
        """Read the page of jobs before the oldest one that is known. Nothing happens where all are known.

        Raises AppError. Where the list has no total nobody knows whether there are more: one page is asked for.
        """
        known = self._state.jobs.get(key, Reading()).value or ()
        total = self._state.job_counts.get(key)
        if not known or (total is not None and len(known) >= total):
            return
        api = self._api.using(Priority.USER)
        first = await api.list_jobs(key, page=1, per_page=JOBS)
        size, turned = max(1, len(first.items)), _oldest_first(first.items)
        if turned and first.total is None:
            return  # from the end backwards there is no page number
        number = max(1, -(-((first.total or 0) - len(known)) // size)) if turned else len(known) // size + 1
        page = first if number == 1 else await api.list_jobs(key, page=number, per_page=JOBS)
        older = {job.id: job for job in (*self._older.get(key, ()), *page.items, *known)}
        self._older[key] = tuple(older.values())
        self._store.put("job_counts", key, first.total)
        reading = self._state.jobs[key]
        self._store.put("jobs", key, replace(reading, value=newest_first(self._older[key])))

    async def _walk_to_newest(self, api: Api, key: InstanceKey, first: Page[Job]) -> tuple[Job, ...]:
        """The last jobs of a list, oldest first, without a total: page by page, from where it ended the last time."""
        number, page, jobs = self._last_page.pop(key, 2), first, first.items
        while len(page.items) >= max(DEFAULT_PAGE, len(first.items)) and number < MAX_PAGES:
            page = await api.list_jobs(key, page=number, per_page=JOBS)
            if not page.items or page.items[-1].id == jobs[-1].id:
                break
            jobs = (*jobs[-JOBS:], *page.items)
            self._last_page[key] = number
            number += 1
        return jobs

    async def _into(self, table: str, key: InstanceKey, call: Awaitable[T]) -> T:
        """Await `call` and put its value, or its failure, into the reading of `key`."""
        try:
            value = await call
        except AppError as error:
            reading: Reading[T] = getattr(self._state, table).get(key, Reading())
            self._store.put(table, key, reading.failure(error, self._clock()))
            raise
        self._store.put(table, key, read_at(value, self._clock()))
        return value

    async def exists(self, key: InstanceKey) -> bool:
        """Whether the instance is there now."""
        try:
            await self.document(key, Priority.USER)
        except NotFound:
            return False
        return True


async def _all_pages(
    fetch: Callable[[int], Awaitable[Page[T]]],
    identity: Callable[[T], Hashable],
    before: tuple[T, ...],
    partly: Partly[T] | None = None,
) -> tuple[T, ...]:
    """Every entry of a paged list, in order, each `identity` once.

    With a total the other pages are read at once, a few at a time, and `partly` is told what has come; without one,
    page after page. A list that got shorter meanwhile is read again: an entry that moved up into a page already read is
    missing.
    Without a total that shows only by an entry that was there `before`: it is gone when it is missed again.
    """
    missed: set[Hashable] = set()
    for turn in range(ROUNDS):
        first = await fetch(1)
        if partly and not turn and (first.total is None or first.total > FEW_PAGES * len(first.items)):
            partly(first.items, first.total or len(first.items))
        found = {identity(entry): entry for entry in first.items}
        if first.total is None or not first.items:
            await _read_on(fetch, identity, found, 2)
            lost = {identity(entry) for entry in before} - found.keys()
            if lost <= missed or len(found) == len(first.items):
                break
            missed = lost
            continue
        known = min(MAX_PAGES, -(-first.total // len(first.items)))
        pages = await _pages_at_once(fetch, first, known, None if turn else partly)
        found.update((identity(entry), entry) for page in pages for entry in page.items)
        totals = [page.total for page in pages if page.total is not None]
        if max(totals, default=0) > first.total:  # what was made at the front has pushed others to the end
            await _read_on(fetch, identity, found, known + 1)
        if min(totals, default=first.total) >= first.total:
            break
    return tuple(found.values())


async def _pages_at_once(
    fetch: Callable[[int], Awaitable[Page[T]]], first: Page[T], last: int, partly: Partly[T] | None
) -> list[Page[T]]:
    """The pages from 2 to `last`, `AT_ONCE` at a time; `partly` is told what has come, now and then."""
    numbers, came = iter(range(2, last + 1)), {1: first}

    async def take() -> None:
        for number in numbers:
            came[number] = await fetch(number)
            if partly and last > FEW_PAGES and len(came) % AT_ONCE == 0:
                entries = tuple(entry for one in sorted(came) for entry in came[one].items)
                partly(entries, first.total or len(entries))

    tasks = [asyncio.ensure_future(take()) for _ in range(min(AT_ONCE, last - 1))]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
    return [came[number] for number in range(2, last + 1)]


async def _read_on(
    fetch: Callable[[int], Awaitable[Page[T]]],
    identity: Callable[[T], Hashable],
    found: dict[Hashable, T],
    number: int,
) -> None:
    """Add page after page to what was `found`, from `number`, until one is empty or brings nothing new.

    So a server that ignores `page` cannot make this endless.
    """
    while found and number < MAX_PAGES:
        page, before = await fetch(number), len(found)
        found.update((identity(entry), entry) for entry in page.items)
        if len(found) == before:
            return
        number += 1


def _oldest_first(jobs: tuple[Job, ...]) -> bool:
    """Whether a page of jobs begins with the oldest (api-facts: Jobs)."""
    starts = [job.started_s for job in jobs if job.started_s is not None]
    return len(starts) > 1 and starts[0] < starts[-1]


def _reused(new: tuple[Instance, ...], old: tuple[Instance, ...]) -> tuple[Instance, ...]:
    """The new instances, each replaced by its equal old object: unchanged rows are then recognised by identity."""
    known = {instance.key: instance for instance in old}
    kept = (known.get(instance.key, instance) for instance in new)
    return tuple(same if same == instance else instance for same, instance in zip(kept, new, strict=True))
