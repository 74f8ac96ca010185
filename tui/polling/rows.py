"""Reads the rows of the table: a few requests at once, each as soon as it is due and there is a place for it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from tui.errors import AppError, NotFound, RateLimited, Unauthorized, Unreachable
from tui.models import InstanceKey
from tui.polling.loop import LONGEST, Intervals
from tui.polling.row_schedule import RowSchedule, Want
from tui.service import Service
from tui.state.store import Reading, State
from tui.waiting import Wait

HAND = 0.25
"""Seconds after a key in which rows are read one at a time: what comes for several would be dealt with before it."""
ALL_FAILED = 6
"""So many rows in a row that could not be read: it is not the rows."""


class RowReads:
    """Keeps counters and jobs of the rows fresh. What concerns one row stands in its reading.

    `succeeded` and `failed` are told how the reads stand: a failure of the link, or of every row, waits longer each
    time before the next read.
    """

    def __init__(
        self,
        service: Service,
        intervals: Intervals,
        gate: asyncio.Event,
        succeeded: Callable[[], None],
        failed: Callable[[AppError, float], None],
    ) -> None:
        self._service = service
        self._most = intervals.burst
        self._gate = gate
        self._succeeded = succeeded
        self._failed = failed
        self.schedule = RowSchedule(intervals)
        self._poked = asyncio.Event()
        self._reading: dict[asyncio.Task[None], Want] = {}
        self._failures = self._in_a_row = 0
        self._blocked_until = 0.0
        self._one_until = 0.0
        self._bug: BaseException | None = None

    def poll_now(self, *, abandon: bool = False) -> None:
        """Look at once for what is due. `abandon` is for loops with one read: a row's answer is always wanted."""
        self._blocked_until = 0.0
        self._poked.set()

    def make_room(self) -> None:
        """A key was pressed."""
        self._one_until = self._service.clock() + HAND

    async def forever(self, wait: Wait) -> None:
        """Read until cancelled; the reads in flight then end too."""
        self.schedule.refresh(self._service.state.fleet.value or ())  # what an earlier run kept is read again
        stop = self._service.store.subscribe(self._changed), self._service.store.watch(self._put)
        try:
            while True:
                self._poked.clear()
                await self._gate.wait()
                await wait(self._poked, self._start_due())
                if self._bug:
                    raise self._bug
        finally:
            for one in stop:
                one()
            for task in self._reading:
                task.cancel()
            await asyncio.gather(*self._reading, return_exceptions=True)

    def _start_due(self) -> float:
        """Begin the reads that are due, as far as there are places; seconds until more may be."""
        state, now = self._service.state, self._service.clock()
        if self._blocked_until > now:
            return self._blocked_until - now
        alone = self._failures or now < self._one_until <= now + HAND  # one is enough to see whether it goes again
        while len(self._reading) < (1 if alone else self._most):
            want = self.schedule.next(state, now, set(self._reading.values()))
            if want is None:
                return self.schedule.wait(state, now)
            task = asyncio.ensure_future(self._read(want))
            self._reading[task] = want
            task.add_done_callback(self._ended)
        return LONGEST  # the end of a read wakes us

    def _read(self, want: Want) -> Awaitable[None]:
        read = self._service.read
        return {"stats": read.stats, "jobs": read.jobs, "instance": read.instance}[want.what](want.key, want.priority)

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._reading[task]
        self._poked.set()
        if task.cancelled():
            return
        error = task.exception()
        if error is None or isinstance(error, NotFound):
            self._failures = self._in_a_row = 0
            self._succeeded()
        elif isinstance(error, AppError):
            self._in_a_row += 1
            link = isinstance(error, RateLimited | Unauthorized | Unreachable)
            if link or self._in_a_row >= min(ALL_FAILED, len(self._service.state.fleet.value or ())):
                self._back_off(error)
        else:
            self._bug = error

    def _back_off(self, error: AppError) -> None:
        if self._blocked_until > self._service.clock():
            return  # one of several that were in flight together
        self._failures += 1
        delay = max(min(LONGEST, 2.0 ** min(self._failures, 10)), error.retry_after or 0.0)
        self._blocked_until = self._service.clock() + delay
        self._failed(error, delay)

    # what others learned

    def _changed(self, old: State, new: State) -> None:
        if new.fleet.value is not old.fleet.value:
            self.schedule.listed(old.fleet.value or (), new.fleet.value or ())
            self._poked.set()

    def _put(self, table: str, key: InstanceKey, old: object, new: object) -> None:
        """One entry of the state was replaced, by whoever read or wrote it."""
        now = self._service.clock()
        before, after = (one.value if isinstance(one, Reading) else None for one in (old, new))
        if table == "stats" and new is not None:
            self.schedule.counted(key, before, after, now)
        elif table == "jobs" and new is not None:
            self.schedule.jobs_read(key, before, after, now)
            self._poked.set()
        elif table == "cooldowns" and new is not None:
            self.schedule.written(key, now)
            self._poked.set()
