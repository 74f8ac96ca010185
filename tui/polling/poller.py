"""The poller: which loops there are, how often each runs, and what the screen tells it."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from tui.errors import AppError
from tui.models import InstanceKey, JobState, job_state
from tui.polling.link import FLEET, LinkWatch
from tui.polling.log_follower import LogFollower
from tui.polling.loop import Intervals, Loop, Read
from tui.polling.rows import RowReads
from tui.polling.watch import WATCH, Watch
from tui.service import Service
from tui.service.refresher import PAGE
from tui.state.store import Connection, Link, Reading, State
from tui.waiting import Debounce, Wait, wait_for

QUICK_LOOKS = 20
"""How often in a row a job that waits to start is looked at quickly."""


def _nothing() -> None:
    """Nobody listens."""


class Poller:
    """Keeps the store fresh for what the screen shows: fleet, namespaces, the selected instance, visible rows."""

    def __init__(
        self,
        service: Service,
        cadence: Intervals | None = None,
        *,
        wait: Wait = wait_for,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._service = service
        self._read = service.read
        self._cadence = cadence or Intervals()
        self._wait = wait
        self._monotonic = monotonic
        self._calm = False
        self._quick_looks = 0
        self._afresh = False
        self._tasks: list[asyncio.Task[None]] = []
        self._resting: dict[tuple[str, ...], Debounce] = {}
        self.log = LogFollower(service, wait, monotonic)
        self.log.ended = lambda: self.loops["jobs"].poll_now()
        self._unsubscribe: Callable[[], None] = _nothing
        self._open = asyncio.Event()
        self._open.set()
        self._link = LinkWatch(service, self._open)
        self._watch: Watch | None = None
        self.rows = RowReads(
            service, self._cadence, self._open, lambda: self._link.succeeded("rows"), partial(self._link.failed, "rows")
        )
        every = self._cadence
        self.loops: dict[str, Loop | RowReads] = {
            "rows": self.rows,
            FLEET: self._loop(FLEET, self._read.fleet, self._fleet_pace),
            "namespaces": self._loop("namespaces", self._read.namespaces, lambda: every.namespaces),
            "jobs": self._loop("jobs", self._jobs, self._jobs_pace),
            "stats": self._loop("stats", self._stats, lambda: every.active if self.active else every.stats),
            "document": self._loop("document", self._document, lambda: every.document),
        }

    def _loop(self, name: str, run: Read, every: Callable[[], float]) -> Loop:
        async def gated() -> None:
            await self._open.wait()
            found = await run()
            self._link.skipped(name) if found is False else self._link.succeeded(name)

        def failed(error: AppError, delay: float) -> None:
            self._link.failed(name, error, delay)

        return Loop(gated, lambda: every() * (self._cadence.slow if self._calm else 1.0), failed)

    # life

    def start(self, failed: Callable[[Exception], None] | None = None) -> None:
        """Begin to poll, on the running event loop. `failed` is told of a bug that ended a loop, which begins anew."""
        self._unsubscribe = self._service.store.subscribe(self._narrowed)
        for name, loop in self.loops.items():
            self._keep_running(name, partial(loop.forever, self._wait), failed)
        self._keep_running("log", self.log.forever, failed)
        self._watch = Watch(self._service, self._link, self._monotonic, self._woke)
        self._keep_running("watch", self._watch_forever, failed)

    def _keep_running(
        self, name: str, forever: Callable[[], Coroutine[Any, Any, None]], failed: Callable[[Exception], None] | None
    ) -> None:
        def ended(task: asyncio.Task[None]) -> None:
            if task not in self._tasks:
                return  # stopped
            self._tasks.remove(task)
            error = None if task.cancelled() else task.exception()
            if failed and isinstance(error, Exception):
                failed(error)
                self._keep_running(name, forever, failed)

        task = asyncio.create_task(forever(), name=f"poll {name}")
        self._tasks.append(task)
        task.add_done_callback(ended)

    def _narrowed(self, old: State, new: State) -> None:
        """Another namespace is in view: its own list is asked for, at once."""
        if old.namespace != new.namespace:
            self.loops[FLEET].poll_now()

    async def _watch_forever(self) -> None:
        while True:
            await self._wait(asyncio.Event(), WATCH)
            self.look()

    def look(self) -> None:
        """Look now whether the machine slept, or nothing is heard: once a second, and at every key."""
        if self._watch:
            self._watch.look()

    def _woke(self) -> None:
        """Nothing is known of the link after a sleep: connections are made anew, and everything in sight is read."""
        if self._service.state.paused or not self._open.is_set():
            return
        self._service.store.update(connection=Connection(Link.CONNECTING))
        self._service.api.drop_connections()
        self.rows.schedule.seen_again()
        for loop in self.loops.values():
            loop.poll_now()
        self.log.refresh()

    async def stop(self) -> None:
        """End every loop; requests in flight are cancelled."""
        self._unsubscribe()
        self._unsubscribe = _nothing
        for resting in self._resting.values():
            resting.cancel()
        tasks = self._tasks[:]
        self._tasks.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # what the screen tells

    def set_visible(self, visible: tuple[InstanceKey, ...]) -> None:
        """These rows are on the screen now."""
        visible = tuple(key for key in visible if not key.nameless)
        if visible != self.rows.schedule.on_screen:
            self.rows.schedule.on_screen = visible
            self._poll_soon("rows", abandon=False)

    def selected(self) -> None:
        """Another instance is selected: read it as soon as the cursor rests."""
        self._poll_soon("jobs", "stats", "document", abandon=True)

    def _poll_soon(self, *names: str, abandon: bool) -> None:
        """Poke once the screen has come to rest: moving through a list reads nothing."""

        def poll_now() -> None:
            for name in names:
                self.loops[name].poll_now(abandon=abandon)

        if self._tasks:
            self._resting.setdefault(names, Debounce(self._wait, self._cadence.settle)).call(poll_now)

    def refresh(self) -> None:
        """Read everything on the screen now, then the counters of every row."""
        self.rows.schedule.refresh(self._service.state.fleet.value or ())
        self.rows.poll_now()
        self.loops[FLEET].poll_now()
        self.loops["namespaces"].poll_now()
        self.refresh_instance()
        self.log.refresh()

    def refresh_instance(self) -> None:
        """Read the selected instance now: jobs, counters and configuration, as after a write."""
        self._afresh = True
        for name in ("jobs", "stats", "document"):
            self.loops[name].poll_now()

    def slow_down(self, calm: bool) -> None:
        """Poll slower while the terminal is unfocused or nobody has touched a key for long; catch up afterwards."""
        woken, self._calm = self._calm and not calm, calm
        self.rows.schedule.calm = calm
        if not woken:
            return
        self.refresh_instance()
        self.loops["rows"].poll_now()
        left = self._fleet_pace() - (self._service.clock() - (self._service.state.fleet.tried or 0.0))
        if self._tasks:  # its loop waits for as long as it was calm
            resting = self._resting.setdefault((FLEET,), Debounce(self._wait, 0.0))
            resting.call(self.loops[FLEET].poll_now, max(0.0, left))

    def pause(self, paused: bool) -> None:
        """Stop all polling, or go on."""
        link = Link.PAUSED if paused else Link.CONNECTING
        self._service.store.update(paused=paused, connection=Connection(link))
        if paused:
            self._open.clear()
        else:
            self._open.set()
            self.refresh()

    @property
    def active(self) -> bool:
        """Whether the selected instance has a job that has not ended."""
        jobs = self._service.state.selected_jobs.value or ()
        return any(job_state(job, self._service.clock()).active for job in jobs[:1])

    # the reads

    async def _jobs(self) -> bool:
        instance = self._service.state.instance
        if instance is None or instance.key.nameless:
            return False
        await self._read.jobs(instance.key)
        return True

    async def _stats(self) -> bool:
        instance = self._service.state.instance
        if instance is None or instance.key.nameless:
            return False
        await self._read.stats(instance.key)
        return True

    async def _document(self) -> bool:
        """One that is known and young enough is not read again for a cursor that comes by."""
        state = self._service.state
        if state.instance is None or state.instance.key.nameless:
            return False
        known = state.documents.get(state.instance.key, Reading())
        young = known.at is not None and 0 <= self._service.clock() - known.at < self._cadence.document
        if young and not known.error and not self._afresh:
            return False
        self._afresh = False
        await self._read.document(state.instance.key)
        return True

    def _jobs_pace(self) -> float:
        """A job that waits starts any moment, or never; one that runs shows its life in the log."""
        newest = next(iter(self._service.state.selected_jobs.value or ()), None)
        waits = newest is not None and job_state(newest, self._service.clock()) is JobState.QUEUED
        self._quick_looks = self._quick_looks + 1 if waits else 0
        if 0 < self._quick_looks <= QUICK_LOOKS:
            return self._cadence.queued
        return self._cadence.active if self.active else self._cadence.jobs

    def _fleet_pace(self) -> float:
        """Long lists cost many pages: they are read again less often."""
        pages = math.ceil(len(self._service.state.fleet.value or ()) / PAGE)
        return self._cadence.fleet * max(1.0, pages / 2)
