"""Time limits of a request, and time itself as something that is handed in."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable

from msgspec import Struct, field


class TimeLimits(Struct, frozen=True):
    """Seconds. `whole` bounds a call from first byte to last, where `read` bounds each silence within it.

    `silence`: after so long without a reply on a connection that was kept, a read is sent again on a new one.

    Slow calls (models at work, uploads) get three times `read` and `whole`.
    """

    connect: float = 5.0
    read: float = 20.0
    write: float = 20.0
    pool: float = 20.0
    whole: float = 60.0
    slow_factor: float = 3.0
    silence: float = 2.5


class Timing(Struct, frozen=True):
    """Monotonic seconds, epoch seconds, a sleep, and the chance behind jitter."""

    clock: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    rng: random.Random = field(default_factory=random.Random)
