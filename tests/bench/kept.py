"""The list that the last run kept, on the screen of the next: from process start, before any reply has come."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from statistics import median

from tests.bench.console_pty import console, hosting
from tests.bench.results import Result
from tests.bench.starting import elapsed

KEPT_AFTER = 25.0
"""Seconds after which a run has kept what it read; see `tui.session.keeper`."""


def measure(quick: bool) -> Iterator[Result]:
    """200 and 5,000 instances, each beside the bare imports of the same run."""
    rounds = 3 if quick else 7
    for instances in (200, 5000):
        with hosting(instances=instances) as host:
            with console(host, 120, 40) as terminal:
                terminal.wait(f"{instances:,} of {instances:,}", 60)
                end = time.perf_counter() + KEPT_AFTER
                while (left := end - time.perf_counter()) > 0:
                    terminal.pump(left)
            floors, shown = [], []
            for _ in range(rounds):
                floors.append(elapsed([sys.executable, "-c", "import textual.app, httpx"]))
                with console(host, 120, 40) as terminal:
                    shown.append(terminal.wait("plain-00010", 30))
            floor, time_taken = median(floors), median(shown)
            note = f"{time_taken / floor:.2f} x bare imports, may be 1.35"
            yield Result(
                f"kept list of {instances:,} on screen, from process start", time_taken, "ms", 1.35 * floor, note
            )
