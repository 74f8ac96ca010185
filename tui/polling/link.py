"""How the link stands: told from what every loop met last, so that the badge never says LIVE over failing reads."""

from __future__ import annotations

import asyncio

from tui.contract import Heard
from tui.errors import AppError, NotFound, RateLimited, Unauthorized, Unreachable
from tui.service import Service
from tui.state.store import Connection, Link

FLEET = "fleet"
SILENT = 2.0
"""Seconds without a word from the server, while it is asked something, after which the link is not live any more."""
_LINKS = {Unauthorized: Link.REFUSED, RateLimited: Link.THROTTLED, Unreachable: Link.OFFLINE}


class LinkWatch:
    """Keeps `State.connection` true. `gate` is closed on a refused token: asking again only burns the budget.

    A reply that is no good (5xx, forbidden, unreadable) concerns the link when the list of instances gets it, or two
    kinds of reads do; one pane's own trouble stands in that pane.
    """

    def __init__(self, service: Service, gate: asyncio.Event) -> None:
        self._service = service
        self._gate = gate
        self._failing: set[str] = set()
        self._silent = False

    def listen(self, heard: Heard) -> None:
        """Say LIVE only while the server answers: a dead connection shows in nothing else for many seconds."""
        store, was_silent = self._service.store, self._silent
        self._silent = heard.silence > SILENT or (was_silent and heard.ago > SILENT)
        if self._silent and store.state.connection.link is Link.LIVE:
            store.update(connection=Connection(Link.CONNECTING))
        elif was_silent and not self._silent and store.state.connection.link is Link.CONNECTING:
            store.update(connection=Connection(Link.LIVE))

    def skipped(self, name: str) -> None:
        """There was nothing to read."""
        self._failing.discard(name)

    def succeeded(self, name: str) -> None:
        """A read of this kind went well."""
        self._failing.discard(name)
        if self._service.state.paused or not self._gate.is_set():
            return
        self._service.store.update(budget=self._service.api.budget)
        if not self._is_failing():
            self._service.store.update(connection=Connection(Link.LIVE))

    def failed(self, name: str, error: AppError, delay: float) -> None:
        """A read of this kind failed; the next is in `delay` seconds."""
        store = self._service.store
        store.update(budget=self._service.api.budget)
        link = next((link for kind, link in _LINKS.items() if isinstance(error, kind)), None)
        if link is None and (name == FLEET or not isinstance(error, NotFound)):
            self._failing.add(name)
            link = Link.FAILING if self._is_failing() else None
        if link is Link.REFUSED:
            self._gate.clear()
        if link and not store.state.paused:
            store.update(connection=Connection(link, error, self._service.clock() + delay))

    def _is_failing(self) -> bool:
        return FLEET in self._failing or len(self._failing) > 1
