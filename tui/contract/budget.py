"""The request budget and the request log, as values: what a client tells about its own traffic."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum

from msgspec import Struct


class Priority(IntEnum):
    """The three classes of the request budget: a lower number goes first."""

    USER = 0
    VISIBLE = 1
    BACKGROUND = 2


class Budget(Struct, frozen=True):
    """The request budget as last known: requests used of `limit` per `window` seconds, and a block until `blocked_s`.

    `blocked_s` is the number of seconds until the server takes requests again; 0 when it takes them now.
    """

    used: int = 0
    limit: int = 1200
    window: float = 300.0
    blocked_s: float = 0.0


class Exchange(Struct, frozen=True):
    """One request as the request log shows it. Never holds a token. `started` is in epoch seconds."""

    started: float
    method: str
    path: str
    query: str = ""
    body: str = ""
    status: int | None = None
    millis: float = 0.0
    ray: str | None = None
    retries: int = 0
    failure: str = ""


Progress = Callable[[int, int], None]
"""Called with bytes sent and bytes in all."""
