"""The server's time, so that a wrong clock of this machine changes no age and no state."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tui.api.headers import http_date

STEP = 2.0
"""Seconds that two clocks may differ by: a Date header has whole seconds, and a reply takes its time."""


class ServerClock:
    """Epoch seconds as the server counts them: this machine's clock plus what the replies' Date headers say it lacks.

    The first reply is believed. Later ones change the offset when two in a row agree on another, as after a clock was
    set: one reply of a proxy with a clock of its own changes nothing.
    """

    def __init__(self, wall: Callable[[], float]) -> None:
        """`wall` is this machine's clock, in epoch seconds."""
        self._wall = wall
        self._learned = False
        self._candidate: float | None = None
        self.offset = 0.0
        """Seconds that the server is ahead of this machine; negative where it is behind, 0 within two seconds."""

    def __call__(self) -> float:
        """Epoch seconds of the server."""
        return self._wall() + self.offset

    def learn(self, headers: Mapping[str, str]) -> None:
        """Compare with the Date of a reply that has just arrived; one out of a cache (`Age`) says nothing."""
        at = None if headers.get("age", "0").strip() not in ("", "0") else http_date(headers.get("date", ""))
        if at is None:
            return
        found = at + 0.5 - self._wall()
        if abs(found) <= STEP:
            found = 0.0
        if abs(found - self.offset) <= STEP:
            self._candidate, self._learned = None, True
            return
        if not self._learned or (self._candidate is not None and abs(found - self._candidate) <= STEP):
            self.offset, self._candidate, self._learned = found, None, True
        else:
            self._candidate = found
