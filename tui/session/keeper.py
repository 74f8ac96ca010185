"""Keeps what is known of the account on disk while the session runs, so that the next start shows it at once."""

from __future__ import annotations

import asyncio

from tui.state.kept_fleet import KeptFleet
from tui.state.store import State, Store
from tui.waiting import Wait, wait_for

EVERY = 20.0
"""Seconds between two looks at whether there is something new to keep: so much is lost by `kill -9` at most."""


class Keeper:
    """Writes the file of the account now and then, off the event loop, and once more at the end."""

    def __init__(self, kept: KeptFleet, store: Store, wait: Wait = wait_for) -> None:
        self._kept = kept
        self._store = store
        self._wait = wait
        self._written = _known(store.state)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, on the running event loop."""
        self._task = asyncio.create_task(self._forever(), name="keep fleet")

    async def stop(self) -> None:
        """Write what is new, and end."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self.save()

    async def save(self) -> None:
        """Write what is known now, if it is another than what was written last, and was read from the API."""
        state = self._store.state
        if _known(state) == self._written or state.fleet.value is None or state.fleet.at is None:
            return
        self._written = _known(state)
        pieces = []
        for piece in self._kept.pieces(state):
            pieces.append(piece)
            await asyncio.sleep(0)  # a key goes first
        await asyncio.to_thread(self._kept.write, state, pieces)

    async def _forever(self) -> None:
        while True:
            await self._wait(asyncio.Event(), EVERY)
            await self.save()


def _known(state: State) -> tuple[int, int, int]:
    """Which list, counters and jobs these are: they are replaced, never changed in place."""
    return id(state.fleet), id(state.stats), id(state.jobs)
