"""What the table's rows need: counters of those on the screen, their jobs by the way, one row off the screen."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable

from tui.contract import Priority
from tui.errors import AppError, NotFound, RateLimited, Unauthorized, Unreachable
from tui.models import InstanceKey, Job
from tui.polling.loop import Intervals
from tui.service import Service
from tui.state.progress import next_sync
from tui.state.store import Reading

TROUBLED = 3.0
"""How many times as often a row with errors or work comes round in the sweep."""
JOBS_PACE = 1.0
"""Seconds between two looks at jobs of a few rows: a screen that has just been filled is soon still."""
RETRY_JOBS = 600.0
"""Seconds between two looks at the jobs of a row whose next sync should have come."""


class RowReads:
    """Chooses whose counters or jobs are read next. `on_screen` is what the table shows now."""

    def __init__(self, service: Service, cadence: Intervals) -> None:
        self._service = service
        self._cadence = cadence
        self.on_screen: tuple[InstanceKey, ...] = ()

    async def read(self) -> bool:
        """Read what is due of the rows on the screen, a few at once; else one row off it. False: none is left.

        What concerns one row stands in its reading; raises AppError only for what concerns the link, or all of them.
        """
        reads = list(self._next())
        results = await asyncio.gather(*reads, return_exceptions=True)
        for result in results:
            if isinstance(result, RateLimited | Unauthorized | Unreachable):
                raise result
            if isinstance(result, BaseException) and not isinstance(result, AppError):
                raise result
        errors = [result for result in results if isinstance(result, AppError) and not isinstance(result, NotFound)]
        if errors and len(errors) == len(results):
            raise errors[0]
        return bool(reads)

    def _next(self) -> Iterable[Awaitable[None]]:
        read, most = self._service.read, self._cadence.burst
        if due := self._due():
            return [read.stats(key, Priority.VISIBLE) for key in due[:most]]
        if waiting := self._due_jobs():
            return [read.jobs(key, Priority.BACKGROUND) for key in waiting[:most]]
        return [read.stats(key, Priority.BACKGROUND) for key in self._stalest()]

    def pace(self) -> float:
        """Seconds until the next row is due."""
        if self._due():
            return 0.0
        if self._due_jobs():
            return JOBS_PACE
        waits = [self._cadence.visible - self._age("stats", key) for key in self.on_screen]
        return max(0.5, min([self._cadence.sweep, *waits]))

    def _age(self, table: str, key: InstanceKey) -> float:
        """Seconds since counters or jobs were last asked for, with success or not; for ever if in the future.

        The clock was set back then: without this nothing would be read until it has caught up.
        """
        tried = getattr(self._service.state, table).get(key, Reading()).tried
        age = -1.0 if tried is None else self._service.clock() - tried
        return age if age >= 0 else float("inf")

    def _due(self) -> tuple[InstanceKey, ...]:
        return tuple(key for key in self.on_screen if self._age("stats", key) >= self._cadence.visible)

    def _due_jobs(self) -> list[InstanceKey]:
        """Rows whose newest job tells nothing of now: never read, left while it ran, or its successor is due.

        A job that was left while it ran would read as stalled for ever, wherever its row is.
        """
        left = {key for key, reading in self._service.state.jobs.items() if _runs(reading)}
        keys = dict.fromkeys((*self.on_screen, *left))
        return [key for key in keys if self._needs_jobs(key)]

    def _needs_jobs(self, key: InstanceKey) -> bool:
        state, age = self._service.state, self._age("jobs", key)
        instance, reading = state.instance_of(key), state.jobs.get(key)
        if instance is None or not instance.has_jobs or key == state.selected:
            return False
        if reading is None or _runs(reading):
            return age >= self._cadence.visible
        due = next_sync(instance, reading.value[0] if reading.value else None)
        return age >= RETRY_JOBS and due is not None and due <= self._service.clock()

    def _stalest(self) -> tuple[InstanceKey, ...]:
        """The row off the screen that waits longest, troubled ones the sooner."""
        seen = set(self.on_screen)
        rest = [
            one.key for one in self._service.state.fleet.value or () if one.key not in seen and not one.key.nameless
        ]
        return (max(rest, key=self._urgency),) if rest else ()

    def _urgency(self, key: InstanceKey) -> float:
        stats = self._service.state.stats.get(key, Reading()).value
        return self._age("stats", key) * (TROUBLED if stats and (stats.error or stats.pending) else 1.0)


def _runs(reading: Reading[tuple[Job, ...]]) -> bool:
    """Whether the newest job had not ended when it was read."""
    newest = next(iter(reading.value or ()), None)
    return newest is not None and not newest.ended_at
