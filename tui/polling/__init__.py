"""What is fetched when: cadence, visibility, sweep; quiet when nobody looks."""

from __future__ import annotations

from tui.polling.loop import Intervals, Loop
from tui.polling.poller import Poller

__all__ = ["Intervals", "Loop", "Poller"]
