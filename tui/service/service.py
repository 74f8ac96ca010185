"""The use cases of every day: select, sync, pause, resume, cancel."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial

from msgspec import structs
from msgspec.structs import replace

from tui.contract import Api, OpenPages, Priority, ReadsPages
from tui.errors import AppError, CoolingDown, UsageError
from tui.models import InstanceKey, Job, JobState, job_state
from tui.service.audit import Audit
from tui.service.config.configs import Configs
from tui.service.items.items import ItemService
from tui.service.namespaces import NamespaceService
from tui.service.outcome import Outcome
from tui.service.refresher import Refresher
from tui.service.same_object import read_same, write_same
from tui.service.search import Searching
from tui.service.sync_many import SyncMany
from tui.service.tokens import TokenService
from tui.service.writer import Writer
from tui.state.kept_queries import KeptQueries
from tui.state.store import Notice, Reading, State, Store
from tui.waiting import Wait, wait_for

COOLDOWN = 30.0
"""Seconds after a sync during which the server refuses another (api-errors: 7020)."""
KEPT_STARTED = 1_000
"""Jobs started here that are remembered, to tell of their end."""
CLOCK_SKEW = 60.0
"""Seconds by which the server's clock may be behind ours, where its replies do not say."""
RESOLUTION = 1.5
"""Seconds that its time in a reply, and that of a job, may be cut."""


class Service:
    """What the screen may ask for. Raises AppError; everything it learns is in the store."""

    def __init__(
        self,
        api: Api,
        store: Store,
        clock: Callable[[], float],
        audit: Audit,
        wait: Wait = wait_for,
        queries: KeptQueries | None = None,
        open_pages: OpenPages | None = None,
    ) -> None:
        """`queries` are those that were sent before; without them they are kept in memory only.

        `open_pages` leads to public websites; without it there is no way to them.
        """
        self.api = api
        self.queries = queries or KeptQueries()
        self._open_pages = open_pages
        self.store = store
        self.read = Refresher(api, store, clock)
        self.searching = Searching(api, clock, self._members)
        self.clock = clock
        self.wait = wait
        self._writer = Writer(api, store, clock, audit)
        self.namespaces = NamespaceService(api, store, self.read, self._writer)
        self.tokens = TokenService(api, self._writer)
        self.sync_many = SyncMany(store, self.read, self.sync, clock)
        self.configs = Configs(api, store, clock, self._writer, self.read, audit.path.parent)
        self.items = ItemService(api, store, clock, self._writer)

    @property
    def state(self) -> State:
        """The current state."""
        return self.store.state

    def open_pages(self) -> AbstractAsyncContextManager[ReadsPages]:
        """The way to public websites. Raises UsageError where there is none."""
        if self._open_pages is None:
            raise UsageError("No way to websites", "Pages of websites cannot be read here.", "Use a file.")
        return self._open_pages()

    def _members(self, namespace: str) -> tuple[str, ...]:
        listed = self.state.fleet.value or ()
        return tuple(sorted(one.id for one in listed if one.key.namespace == namespace and not one.key.nameless))

    # looking

    def select(self, key: InstanceKey | None) -> None:
        """Select an instance and its newest known job."""
        if key == self.state.selected:
            return
        jobs = self.state.jobs.get(key, Reading()).value if key else None
        self.store.update(selected=key, job_id=jobs[0].id if jobs else None)

    def mark(self, keys: tuple[InstanceKey, ...]) -> None:
        """These instances are marked, in the order of the table; none clears the marks."""
        if keys != self.state.marks:
            self.store.update(marks=keys)

    def select_job(self, job_id: str) -> None:
        """Select a job of the selected instance; the id of another instance's job changes nothing."""
        if any(job.id == job_id for job in self.state.selected_jobs.value or ()):
            self.store.update(job_id=job_id)

    def hold(self, held: bool) -> None:
        """The reader of the log has left its end, or is there again: while held, the next job is not followed."""
        jobs = self.state.selected_jobs.value or ()
        newest = bool(jobs) and jobs[0].id == self.state.job_id
        self.store.update(held=self.state.job_id if held and newest else None)

    def follow_next(self) -> None:
        """Go on from a log that was held to the job that has started since."""
        if job := self.state.next_job:
            self.store.update(held=None, job_id=job.id)

    def narrow(self, namespace: str | None) -> None:
        """Show one namespace only, or all with None."""
        self.store.update(namespace=namespace)

    def notice(self, where: str, error: AppError) -> None:
        """Keep an error in the list of errors so far."""
        self.store.notice(Notice(self.clock(), where, error))

    def dismiss(self) -> None:
        """Forget the errors and the outcomes so far."""
        self.store.update(notices=(), achieved=())

    # changing

    async def sync(self, key: InstanceKey, description: str = "") -> Outcome:
        """Start a sync job. Raises CoolingDown (and remembers until when) within 30 s of the last one."""

        async def start() -> Outcome:
            try:
                job = await self.api.using(Priority.USER).create_job(key, description or None)
            except CoolingDown as error:
                self._cool_down(key, error.retry_after or COOLDOWN)
                raise
            self._cool_down(key, COOLDOWN)
            self._show_job(key, job)
            self.store.update(started=(*self.state.started, (key, job.id))[-KEPT_STARTED:])
            return Outcome(f"Sync of {key.id} started", f"job {job.id}")

        listed, sent = self.state.jobs.get(key, Reading()).value, self.clock()
        look = partial(self._find_new_job, key, listed, sent, description)
        return await self._writer.write("sync", str(key), start, look)

    async def cancel(self, key: InstanceKey, job_id: str) -> Outcome:
        """Cancel a job that has not ended."""

        async def cancel() -> Outcome:
            api = self.api.using(Priority.USER)
            job = await write_same(api, job_id, api.cancel_job(key, job_id))
            self._cool_down(key, COOLDOWN)  # the cool-down counts from a job's end too (api-facts: Jobs)
            self._show_job(key, job)
            return Outcome(f"Job {job_id[:8]} of {key.id} cancelled")

        return await self._writer.write("cancel", f"{key} job {job_id}", cancel, lambda: self._look_at_job(key, job_id))

    async def pause(self, key: InstanceKey, paused: bool) -> Outcome:
        """Pause or resume the scheduled indexing of an instance."""
        done = f"Indexing of {key.id} {'paused' if paused else 'resumed'}"

        async def change() -> Outcome:
            api = self.api.using(Priority.USER)
            changed = await write_same(api, key, api.update_instance(key, {"paused": paused}))
            self._show_paused(key, changed.paused)
            return Outcome(done)

        async def look() -> Outcome:
            await self.read.document(key, Priority.USER)
            document = self.state.documents[key].value
            now = document.instance.paused if document else None
            self._show_paused(key, now)
            title = done if now is paused else f"{key.id} was not changed"
            return Outcome(title, "Read back after a lost reply.", done=now is paused)

        return await self._writer.write("pause" if paused else "resume", str(key), change, look)

    def clock_set_back(self, seconds: float) -> None:
        """The clock was set back by so much, or forward with a negative figure: what ends, ends when it would have."""
        self.store.put_many("cooldowns", {key: until - seconds for key, until in self.state.cooldowns.items()})

    def _cool_down(self, key: InstanceKey, seconds: float) -> None:
        self.store.put("cooldowns", key, self.clock() + seconds)

    def _show_paused(self, key: InstanceKey, paused: bool | None) -> None:
        known = self.state.fleet.value or ()
        merged = tuple(structs.replace(one, paused=paused) if one.key == key else one for one in known)
        self.store.update(fleet=replace(self.state.fleet, value=merged))

    def _show_job(self, key: InstanceKey, job: Job) -> None:
        """Put a job that the server answered with into the list at once, and select it."""
        reading = self.state.jobs.get(key, Reading())
        others = tuple(old for old in reading.value or () if old.id != job.id)
        known = len(others) != len(reading.value or ())
        jobs = tuple(job if old.id == job.id else old for old in reading.value or ()) if known else (job, *others)
        self.store.put("jobs", key, replace(reading, value=jobs))
        if key == self.state.selected and (known or not self.state.holding):
            self.store.update(job_id=job.id)

    async def _find_new_job(
        self, key: InstanceKey, listed: tuple[Job, ...] | None, sent: float, description: str
    ) -> Outcome:
        """Look for the job of a lost reply: one that was not `listed` before and began after the request was `sent`.

        It is ours for certain only when it is the one such job and has our description: the request may never have
        arrived, and somebody else may have started one meanwhile.
        """
        await self.read.jobs(key, Priority.USER)
        known = {job.id for job in listed or ()}
        new = [
            job
            for job in self.state.jobs[key].value or ()
            if job.source != "schedule"
            and job.id not in known
            and (job.started_s is None or job.started_s >= self._earliest(sent))
        ]
        if new:
            self._cool_down(key, COOLDOWN)
            if description and [job.description for job in new] == [description]:
                return Outcome(f"Sync of {key.id} did start", f"job {new[0].id}, found after a lost reply")
            return Outcome(
                f"It is unknown who started the sync of {key.id}",
                f"The reply was lost. Job {new[0].id} began since: it is ours, or somebody else's.",
                done=None,
            )
        return Outcome(f"No new job of {key.id}", "The reply was lost, and no job is listed: try again.", done=False)

    def _earliest(self, sent: float) -> float:
        """When a job that a request `sent` then has started can have begun, by the server's clock."""
        ahead = next((one.ahead for one in reversed(self.api.exchanges) if one.ahead is not None), None)
        return sent - CLOCK_SKEW if ahead is None else sent + ahead - RESOLUTION

    async def _look_at_job(self, key: InstanceKey, job_id: str) -> Outcome:
        api = self.api.using(Priority.USER)
        job = await read_same(api, job_id, lambda: api.get_job(key, job_id))
        self._show_job(key, job)
        state = job_state(job, self.clock())
        if state is JobState.CANCELLED:
            return Outcome(f"Job {job_id[:8]} was cancelled", "Read back after a lost reply.")
        return Outcome(f"Job {job_id[:8]} is {state}", "The reply to the cancel was lost: try again.", done=False)
