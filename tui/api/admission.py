"""The gate in front of every request: the budget first, then a place on a connection."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

from tui.api.governor import Governor
from tui.api.slots import Lanes
from tui.contract import Priority
from tui.errors import RateLimited

PATIENCE = {Priority.USER: 10.0}
"""Seconds that a call waits for the budget before it fails and says how long; 5 for the other classes."""


class Admission:
    """Lets requests through, one by one."""

    def __init__(self, governor: Governor, sleep: Callable[[float], Awaitable[object]]) -> None:
        self._governor = governor
        self._sleep = sleep
        self._lanes = Lanes()

    @asynccontextmanager
    async def admitted(self, priority: Priority) -> AsyncGenerator[int]:
        """A request of the budget, taken with a place to send it from. No place is held while the budget is waited for.

        Gives the request's number. Raises RateLimited with the time when the budget is far off.
        """
        while True:
            await self._budget(priority)
            async with self._lanes.place(priority):
                if self._governor.delay(priority) > 0:  # spent by others while this one waited for its place
                    continue
                number = self._governor.take(priority)
                try:
                    yield number
                finally:
                    self._governor.settle(number)
                return

    async def _budget(self, priority: Priority) -> None:
        """Wait for the budget, shortly. Raises RateLimited with the time when it is far off."""
        while (wait := self._governor.delay(priority)) > 0:
            if wait > PATIENCE.get(priority, 5.0):
                raise RateLimited(
                    "Request budget used up",
                    f"The next request of this kind may go in {wait:.0f} s. Nothing was sent.",
                    "Wait for the countdown in the status bar; other tools share this token's budget.",
                    retry_after=wait,
                )
            await self._sleep(wait)
