"""The request log: the last calls, bounded, without any secret."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from urllib.parse import urlencode

from tui.api.request import Call
from tui.contract import Exchange
from tui.secret import Secret

KEPT = 500


class Record:
    """One call while it runs. It counts as cancelled until it ended some other way."""

    def __init__(self, call: Call, started: float) -> None:
        self.call = call
        self.started = started
        self.status: int | None = None
        self.ray: str | None = None
        self.millis = 0.0
        self.ahead: float | None = None
        self.retries = 0
        self.failure = "cancelled"


class RequestLog:
    """Keeps the last calls as `Exchange`s; text that equals the token is masked wherever it turns up."""

    def __init__(self, secret: Secret, wall: Callable[[], float]) -> None:
        self._secret = secret
        self._wall = wall
        self._kept: deque[Exchange] = deque(maxlen=KEPT)

    def start(self, call: Call) -> Record:
        """A record of a call that begins now."""
        return Record(call, self._wall())

    def finish(self, record: Record) -> None:
        """Keep the record of a call that ended."""
        call, mask = record.call, self._secret.masked_in
        self._kept.append(
            Exchange(
                started=record.started,
                method=call.method,
                path=mask(call.path),
                query=mask(urlencode(call.parameters, errors="replace")),
                body=mask(call.shown_body()),
                status=record.status,
                millis=record.millis,
                ray=record.ray,
                retries=record.retries,
                failure=mask(record.failure),
                ahead=record.ahead,
            )
        )

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """The calls, newest last."""
        return tuple(self._kept)
