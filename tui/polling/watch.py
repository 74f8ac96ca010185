"""What is looked at once a second and at every key: the budget, the clocks, a sleep, and a server that is silent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tui.explain.lookup import CLOCK_MATTERS, wrong_clock
from tui.polling.link import LinkWatch
from tui.polling.sleep_watch import SleepWatch
from tui.service import Service

WATCH = 1.0
"""Seconds between two looks."""


class Watch:
    """Keeps the budget of the state true, and notices what no reply tells."""

    def __init__(
        self, service: Service, link: LinkWatch, monotonic: Callable[[], float], woke: Callable[[], None]
    ) -> None:
        """`woke` is called after a sleep; to be made while the event loop runs."""
        self._service = service
        self._link = link
        self._woke = woke
        self._named = False
        self._offset = service.api.clock_offset
        loop = asyncio.get_running_loop()
        self._sleep = SleepWatch(lambda: service.api.now() - service.api.clock_offset, monotonic, loop.time)

    def look(self) -> None:
        """Bring all of it up to now."""
        api = self._service.api
        self._service.store.update(budget=api.budget)
        if abs(api.clock_offset) > CLOCK_MATTERS and not self._named:
            self._named = True
            self._service.notice("clock", wrong_clock(api.clock_offset))
        stood_still = self._sleep.stood_still(WATCH)
        learned, self._offset = api.clock_offset - self._offset, api.clock_offset
        if moved := self._sleep.set_back - learned:
            self._service.clock_set_back(moved)
        if stood_still:
            self._woke()
        else:
            self._link.listen(api.heard)
