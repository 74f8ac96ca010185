"""A clock that stands still until it is told to move."""

from __future__ import annotations


class ManualClock:
    """A callable clock in epoch seconds, for tests and screenshots."""

    def __init__(self, start: float = 1_787_300_000.0) -> None:
        """Start at `start` epoch seconds (default: 2026-08-21 08:13:20 UTC)."""
        self.now = float(start)

    def __call__(self) -> float:
        """Return the present epoch second."""
        return self.now

    def advance(self, seconds: float) -> float:
        """Move forward by `seconds` (never backward) and return the new time."""
        if seconds < 0:
            raise ValueError("a clock does not run backward")
        self.now += seconds
        return self.now
