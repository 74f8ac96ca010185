"""Connections of the served emulator: how many there may be, and how long a client may take.

uvicorn closes a connection that is idle after a reply, but waits for ever for a request whose head never comes or never
ends. Each such client would hold a file descriptor until there are none. Bodies and replies: see bounds.py.
"""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

MOST_CONNECTIONS = 600
"""More are closed at once; 500 clients at a time are served."""
REQUEST_SECONDS = 10.0
"""For the request line and the headers, from the first byte or the connection on."""


class Connection(H11Protocol):
    """One connection, closed when there are too many or when its request does not come in time."""

    _patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection, or close it when there are `MOST_CONNECTIONS` already."""
        super().connection_made(transport)
        if len(self.connections) > MOST_CONNECTIONS:
            transport.abort()
        else:
            self._watch()

    def data_received(self, data: bytes) -> None:
        """Read on, and start or stop the wait for the rest of a request's head."""
        super().data_received(data)
        if not self._waiting():
            self._forget()
        elif self._patience is None:
            self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._forget()
        super().connection_lost(exc)

    def _waiting(self) -> bool:
        return self.cycle is None or bool(self.cycle.response_complete)

    def _watch(self) -> None:
        self._patience = self.loop.call_later(REQUEST_SECONDS, self._give_up)

    def _forget(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _give_up(self) -> None:
        self._patience = None
        if self._waiting():
            self.transport.abort()
