"""One loop a kind of data: never two requests of a kind in flight, slower and slower while it fails."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from msgspec import Struct

from tui.errors import AppError
from tui.waiting import Wait

Read = Callable[[], Coroutine[Any, Any, bool | None]]
"""One read; False when there was nothing to read, which says nothing of the link. Raises AppError."""
LONGEST = 60.0
"""Seconds between two attempts at most, unless the server asks for more."""


class Intervals(Struct, frozen=True):
    """Seconds between two reads of each kind; an idle screen stays within an eighth of the request budget.

    `jobs`, `stats` and `document` are for the selected instance (`active` while it has a job that runs, `queued` while
    one waits), `visible` for each quiet row on the screen, `hot` and `hot_jobs` for the counters and jobs of one that
    works, `sweep` between two rows off the screen once all are known. `slow` stretches all when nobody looks. `burst`
    is how many rows are read at once.
    """

    fleet: float = 25.0
    namespaces: float = 300.0
    jobs: float = 10.0
    stats: float = 20.0
    document: float = 300.0
    active: float = 5.0
    queued: float = 1.5
    visible: float = 95.0
    hot: float = 9.3
    hot_jobs: float = 11.0
    sweep: float = 30.0
    slow: float = 5.0
    settle: float = 0.15
    burst: int = 6


class Loop:
    """Runs one kind of read again and again: drops a tick while one runs, backs off when it fails."""

    def __init__(self, run: Read, every: Callable[[], float], failed: Callable[[AppError, float], None]) -> None:
        self._run = run
        self._every = every
        self._failed = failed
        self._poked = asyncio.Event()
        self._current: asyncio.Task[bool | None] | None = None
        self._failures = 0

    def poll_now(self, *, abandon: bool = False) -> None:
        """Read now; a read in flight is finished first, or cancelled with `abandon` (its answer has no reader)."""
        self._poked.set()
        if abandon and self._current:
            self._current.cancel()

    async def turn(self) -> float:
        """Read once; seconds until the next read."""
        self._poked.clear()
        self._current = asyncio.ensure_future(self._run())
        try:
            await self._current
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task and task.cancelling():  # the loop itself is to end, not just this read
                raise
            return 0.0
        except AppError as error:
            return self._back_off(error)
        finally:
            self._current = None
        self._failures = 0
        return self._every()

    def _back_off(self, error: AppError) -> float:
        self._failures += 1
        doubled = 2.0 ** min(self._failures, 10)  # a float overflows after a day of failures
        delay = max(min(LONGEST, doubled), error.retry_after or 0.0)
        self._failed(error, delay)
        return delay

    async def forever(self, wait: Wait) -> None:
        """Read until cancelled."""
        while True:
            await wait(self._poked, await self.turn())
