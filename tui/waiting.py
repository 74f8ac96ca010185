"""Waiting that tests can take over: one injected function, and a debounce on top of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine

Wait = Callable[[asyncio.Event, float], Awaitable[None]]
"""Returns when the event is set or after so many seconds, whichever is first."""


async def wait_for(event: asyncio.Event, seconds: float) -> None:
    """Real time: the event or the seconds."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return


async def at_most(seconds: float, work: Coroutine[None, None, None], wait: Wait = wait_for) -> None:
    """Wait for the end of `work`, and raise what it raises; after so many seconds it is cancelled and left alone."""
    task, done = asyncio.ensure_future(work), asyncio.Event()
    task.add_done_callback(lambda _: done.set())
    try:
        await wait(done, seconds)
    finally:
        if not task.done():
            task.cancel()
    if task.done():
        task.result()


class Debounce:
    """Runs the last of several calls, once nothing has been asked for during `seconds`."""

    def __init__(self, wait: Wait, seconds: float) -> None:
        self._wait = wait
        self._seconds = seconds
        self._task: asyncio.Task[None] | None = None

    def call(self, action: Callable[[], None], seconds: float | None = None) -> None:
        """Run `action` later, instead of what was asked for before; after so many `seconds` where they are given."""
        self.cancel()
        self._task = asyncio.ensure_future(self._later(action, self._seconds if seconds is None else seconds))

    def cancel(self) -> None:
        """Run nothing."""
        if self._task:
            self._task.cancel()
            self._task = None

    async def _later(self, action: Callable[[], None], seconds: float) -> None:
        await self._wait(asyncio.Event(), seconds)
        self._task = None
        action()
