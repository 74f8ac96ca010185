"""Whether the machine, or this program, stood still: connections may have died meanwhile, and nobody was told."""

from __future__ import annotations

from collections.abc import Callable

LONG = 10.0
"""Seconds of standing still after which a connection is not trusted any more."""


class SleepWatch:
    """Compares three clocks, all in seconds, between two looks.

    `wall` goes on while a laptop sleeps, `monotonic` does not; `loop`, the event loop's, goes on while the program is
    stopped and nothing that is due runs.
    """

    def __init__(self, wall: Callable[[], float], monotonic: Callable[[], float], loop: Callable[[], float]) -> None:
        self._clocks = wall, monotonic, loop
        self.set_back = 0.0
        """Seconds by which the wall clock was found set back at the last look."""
        self._last = self._read()

    def _read(self) -> tuple[float, float, float]:
        wall, monotonic, loop = self._clocks
        return wall(), monotonic(), loop()

    def stood_still(self, waited: float) -> bool:
        """Whether it stood still since the last look, after which `waited` seconds were to pass."""
        before, self._last = self._last, self._read()
        wall, monotonic, loop = (now - was for now, was in zip(self._last, before, strict=True))
        self.set_back = monotonic - wall if monotonic - wall > LONG else 0.0
        return wall - monotonic > LONG or loop - waited > LONG
