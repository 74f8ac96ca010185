"""Whose log is tailed: the selected job's, then the instance's next job; and the timer that drives the tail."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tui.explain import slugs
from tui.logtail import Clock, FullLog, LogSource, LogTail
from tui.models import InstanceKey, Job, Stats
from tui.polling.log_source import live_source, patient_source
from tui.service import Service
from tui.state.health import activity
from tui.state.store import Link, Reading, State
from tui.text import one_line
from tui.waiting import Debounce, Wait

SETTLE = 0.15
"""Seconds that a selection must rest before its log is read: moving through a list costs no requests."""
IDLE = 3600.0
NEWS = 5.0
"""Seconds by which the newest line must be later than the one that the state knows, to be put there."""


def _halted(state: State) -> bool:
    """Whether nothing may be asked: polling is paused, or the token was refused."""
    return state.paused or state.connection.link is Link.REFUSED


def _counters_moved(state: State, key: InstanceKey) -> float | None:
    """When the counters of an instance moved last, as far as they tell."""
    instance = state.instance_of(key)
    stats: Stats | None = state.stats.get(key, Reading()).value
    seen = (state.moved.get(key), activity(instance, stats) if instance else None)
    return max((at for at in seen if at is not None), default=None)


class LogFollower:
    """Owns the one tail. `changed` is called when another tail, or none, is to be shown."""

    def __init__(self, service: Service, wait: Wait, monotonic: Callable[[], float]) -> None:
        self._service = service
        self._wait = wait
        self._monotonic = monotonic
        self._poked = asyncio.Event()
        self._target: tuple[InstanceKey, str] | None = None
        self._released: tuple[InstanceKey, str] | None = None
        self._resting = Debounce(wait, SETTLE)
        self._upcoming: tuple[LogSource, str] | None = None
        self._polling: asyncio.Future[float] | None = None
        self.tail: LogTail | None = None
        self.changed: Callable[[LogTail | None], None] = lambda tail: None
        self.ended: Callable[[], None] = lambda: None
        """Called when the log knows that the newest job has ended, and the list of jobs does not."""

    async def forever(self) -> None:
        """Tail whatever is selected until cancelled."""
        stop = self._service.store.subscribe(self._selection_changed)
        self._aim()
        try:
            while True:
                self._poked.clear()
                await self._wait(self._poked, await self._step())
        finally:
            stop()
            self._resting.cancel()

    async def _step(self) -> float:
        """One poll of the tail; seconds until the next. A poll that nobody waits for any more is given up."""
        tail, upcoming = self.tail, self._upcoming
        if tail is None:
            return IDLE
        if upcoming:
            tail.poll_now()  # the rest of the log that ends goes first
        self._polling = asyncio.ensure_future(tail.step())
        try:
            delay = await self._polling
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task and task.cancelling():
                raise
            return 0.0
        finally:
            self._polling = None
        self._tell_of_life(tail)
        if upcoming is None or upcoming is not self._upcoming:
            return delay
        self._upcoming = None
        tail.follow_job(*upcoming)
        return 0.0

    def _tell_of_life(self, tail: LogTail) -> None:
        """Let the state know of the newest line, and of an end of the job that the log knows before the list does."""
        state, key = self._service.state, self._service.state.selected
        newest = next(iter(state.selected_jobs.value or ()), None)
        if key is None or newest is None or tail is not self.tail or tail.source.job_id != newest.id:
            return
        at = tail.last_line
        if at is not None and at - state.lines.get(key, 0.0) >= NEWS:
            self._service.store.put("lines", key, at)
        if tail.job and tail.job.ended_at and not newest.ended_at:
            self.ended()

    def refresh(self) -> None:
        """Read the log now."""
        if self.tail:
            self.tail.poll_now()

    def _selection_changed(self, old: State, new: State) -> None:
        if (new.paused, new.connection.link) != (old.paused, old.connection.link):
            self._pause(new)
        if (old.selected, old.job_id) == (new.selected, new.job_id):
            self._hear_of_end(new)
            self._hear_of_work(old, new)
            return
        if old.holding and new.held is None and old.selected and old.job_id:
            self._released = (old.selected, old.job_id)  # the reader wants to go on to the next job
        self._resting.call(self._aim)

    def _hear_of_end(self, state: State) -> None:
        """The job list knows of an end before the tail does: let it look at once."""
        tail, job = self.tail, state.job
        if tail and job and tail.source.job_id == job.id and job.ended_at and not (tail.job and tail.job.ended_at):
            tail.job = job

    def _hear_of_work(self, old: State, new: State) -> None:
        """The counters have moved: so has a log that was quiet, which is not due for seconds."""
        key = new.selected
        if self.tail is None or key is None or new.stats is old.stats:
            return
        self.tail.counters_moved = _counters_moved(new, key)
        before, after = (state.stats.get(key, Reading()).value for state in (old, new))
        if before and after and before != after:
            self.tail.look()

    def _pause(self, state: State) -> None:
        if self.tail:
            self.tail.pause(_halted(state))

    def _aim(self) -> None:
        """Show the tail of the selected job: the old one goes on when the job is the instance's next."""
        state = self._service.state
        target = (state.selected, state.job_id) if state.selected and state.job_id else None
        if target == self._target:
            return
        before, self._target = self._target, target
        if target is None:
            self._show(None)
        elif self._goes_on(before, target) and self.tail:
            self._upcoming = (self._source(*target), self._title(state.job))
            self._poked.set()
        else:
            self._show(self._new_tail(self._source(*target)))
        self._released = None

    def _goes_on(self, before: tuple[InstanceKey, str] | None, target: tuple[InstanceKey, str]) -> bool:
        """Whether the reader follows the end of the same instance and the new job is its newest.

        That is the job right after the one before, or any newer one after a log that was held.
        """
        jobs = self._service.state.selected_jobs.value or ()
        newest = jobs[0].id if jobs else None
        previous = jobs[1].id if len(jobs) > 1 else None
        return bool(
            self.tail
            and self.tail.following
            and before is not None
            and before in ((target[0], previous), self._released)
            and before[0] == target[0]
            and target[1] == newest
        )

    def _title(self, job: Job | None) -> str:
        by = f", by {one_line(job.source)}" if job and job.source else ""
        return f"next job {job.id[:8] if job else ''}{by}"

    def _new_tail(self, source: LogSource) -> LogTail:
        tail = LogTail(source, clock=Clock(self._monotonic, self._service.clock), slugs=slugs())
        tail.wake = self._poked.set
        if key := self._service.state.selected:
            tail.counters_moved = _counters_moved(self._service.state, key)
        return tail

    def _show(self, tail: LogTail | None) -> None:
        self.tail, self._upcoming = tail, None
        if self._polling:
            self._polling.cancel()
        if tail and _halted(self._service.state):
            tail.pause(True)
        self.changed(tail)
        self._poked.set()

    def _source(self, key: InstanceKey, job_id: str) -> LogSource:
        return live_source(self._service.api, key, job_id)

    def whole(self, key: InstanceKey, job_id: str, waiting: Callable[[float], None]) -> FullLog:
        """All of a job's log, to be read once through; `waiting` hears the seconds of each wait for budget."""
        source = patient_source(self._service.api, key, job_id, self._wait, waiting)
        return FullLog(source, slugs())
