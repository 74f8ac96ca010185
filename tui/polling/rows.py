"""Counters of the table's rows: those on the screen when they are due, else one off the screen, the stalest."""

from __future__ import annotations

import asyncio

from tui.contract import Priority
from tui.errors import AppError, NotFound, RateLimited, Unauthorized, Unreachable
from tui.models import InstanceKey
from tui.polling.loop import Cadence
from tui.service import Service
from tui.store import Reading


class RowReads:
    """Chooses whose counters are read next. `on_screen` is what the table shows now."""

    def __init__(self, service: Service, cadence: Cadence) -> None:
        self._service = service
        self._cadence = cadence
        self.on_screen: tuple[InstanceKey, ...] = ()

    async def read(self) -> bool:
        """Read the rows on the screen that are due, a few at once; else one row off the screen. False: none is left.

        What concerns one row stands in its reading; raises AppError only for what concerns the link, or all of them.
        """
        due = self._due()
        priority = Priority.VISIBLE if due else Priority.BACKGROUND
        keys = due[: self._cadence.burst] or self._stalest()
        reads = (self._service.read.stats(key, priority) for key in keys)
        results = await asyncio.gather(*reads, return_exceptions=True)
        for result in results:
            if isinstance(result, RateLimited | Unauthorized | Unreachable):
                raise result
            if isinstance(result, BaseException) and not isinstance(result, AppError):
                raise result
        errors = [result for result in results if isinstance(result, AppError) and not isinstance(result, NotFound)]
        if errors and len(errors) == len(results):
            raise errors[0]
        return bool(keys)

    def pace(self) -> float:
        """Seconds until the next row is due."""
        if self._due():
            return 0.0
        waits = [self._cadence.visible - self._age(key) for key in self.on_screen]
        return max(0.5, min([self._cadence.sweep, *waits]))

    def _age(self, key: InstanceKey) -> float:
        """Seconds since the counters of a row were last asked for, with success or not; for ever if in the future.

        The clock was set back then: without this nothing would be read until it has caught up.
        """
        tried = self._service.state.stats.get(key, Reading()).tried
        age = -1.0 if tried is None else self._service.clock() - tried
        return age if age >= 0 else float("inf")

    def _due(self) -> tuple[InstanceKey, ...]:
        return tuple(key for key in self.on_screen if self._age(key) >= self._cadence.visible)

    def _stalest(self) -> tuple[InstanceKey, ...]:
        seen = set(self.on_screen)
        rest = [one.key for one in self._service.state.fleet.value or () if one.key not in seen]
        return (max(rest, key=self._age),) if rest else ()
