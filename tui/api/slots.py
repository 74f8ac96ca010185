"""Places on the connections: how many requests run at once by class, and who is next. No HTTP in here."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager

from tui.contract import Priority

CONNECTIONS = 9
LANES = {Priority.USER: CONNECTIONS, Priority.VISIBLE: 6, Priority.BACKGROUND: 2}
"""Requests at once by class: the others together always leave a connection to the user."""


class Lanes:
    """As many places as connections. One that becomes free goes to the most urgent class that waits, in its order.

    So a user action waits for a reply at most, never behind a queue of others, and nobody waits inside the pool.
    """

    def __init__(self, places: int = CONNECTIONS, most: Mapping[Priority, int] = LANES) -> None:
        self._free = places
        self._left = dict(most)
        self._waiting: dict[Priority, deque[asyncio.Future[None]]] = {priority: deque() for priority in sorted(most)}

    @asynccontextmanager
    async def place(self, priority: Priority) -> AsyncGenerator[None]:
        """Wait for a place and hold it. A wait that is cancelled leaves no trace."""
        if self._has_room(priority):
            self._occupy(priority)
        else:
            await self._turn(priority)
        try:
            yield
        finally:
            self._vacate(priority)

    async def _turn(self, priority: Priority) -> None:
        mine = asyncio.get_running_loop().create_future()
        self._waiting[priority].append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            if not mine.cancelled():  # the place was given in the very moment of the cancellation
                self._vacate(priority)
            raise

    def _has_room(self, priority: Priority) -> bool:
        return self._free > 0 and self._left[priority] > 0

    def _occupy(self, priority: Priority) -> None:
        self._free -= 1
        self._left[priority] -= 1

    def _vacate(self, priority: Priority) -> None:
        self._free += 1
        self._left[priority] += 1
        for urgent, waiting in self._waiting.items():
            while waiting and self._has_room(urgent):
                first = waiting.popleft()
                if not first.done():  # else it was cancelled, perhaps in this very turn of the loop
                    self._occupy(urgent)
                    first.set_result(None)
