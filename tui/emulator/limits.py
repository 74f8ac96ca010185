"""The request limit of a token and the headers that tell it (api-facts: Authentication)."""

from __future__ import annotations

import math
from collections.abc import Callable

from tui.emulator.errors import ApiError


class RateLimit:
    """So many requests in a window; over it every request is refused for one whole window."""

    def __init__(self, limit: int, window: float, clock: Callable[[], float]) -> None:
        """Allow `limit` requests (0: any number) in `window` seconds of `clock`."""
        self.limit = limit
        self.window = window
        self._clock = clock
        self._opened = -math.inf
        self._used = 0
        self._shut_until = -math.inf

    def spend(self) -> None:
        """Count one request; raises 429 with Retry-After when there are none left."""
        now = self._clock()
        if not self.limit:
            return
        if now < self._shut_until:
            raise self._refusal(now)
        if now >= self._opened + self.window:
            self._opened, self._used = now, 0
        self._used += 1
        if self._used > self.limit:
            self._shut_until = now + self.window
            raise self._refusal(now)

    def headers(self) -> dict[str, str]:
        """Return Ratelimit and Ratelimit-Policy as they stand."""
        if not self.limit:
            return {}
        now = self._clock()
        shut = now < self._shut_until
        left = 0 if shut else max(0, self.limit - self._used)
        until = self._shut_until if shut else max(self._opened, now - self.window) + self.window
        return {
            "Ratelimit": f'"default";r={left};t={max(0, math.ceil(until - now))}',
            "Ratelimit-Policy": f'"default";q={self.limit};w={math.ceil(self.window)}',
        }

    def _refusal(self, now: float) -> ApiError:
        wait = {"Retry-After": str(max(1, math.ceil(self._shut_until - now)))}
        return ApiError(429, 971, "Please wait and consider throttling your request speed", wait)
