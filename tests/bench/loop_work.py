"""How long one piece of work keeps the event loop from a key: 5,000 instances, a log that is followed, keys pressed.

Run as a module it is the console whose loop writes what each longer piece cost it into the file of `PIECES`.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.console_pty import environment, hosting
from tests.bench.keys import PRESSES, bare_latencies, latencies
from tests.bench.results import Result
from tests.pty.driver import Pty

LIMIT, BARE = 5.0, 4.1
"""Milliseconds of processor time, where a key of a bare DataTable takes so many; in proportion on slower machines."""
WRITTEN_FROM = 1.0
SETTLED = 4.0
"""Seconds after the first list in which all of the screen is made, which no key can be pressed in."""


def measure(quick: bool) -> Iterator[Result]:
    """While the counters of the fleet come in, and while keys move through the rows."""
    bare = median(bare_latencies(4))
    with tempfile.TemporaryDirectory() as folder:
        yield from _measured(Path(folder) / "pieces", 8 if quick else 24, bare)


def _measured(pieces: Path, rounds: int, bare: float) -> Iterator[Result]:
    changes = {"PIECES": str(pieces), "PYTHONPATH": str(Path(__file__).parents[2])}
    with (
        hosting(instances=5000, live=2000) as host,
        Pty([sys.executable, "-m", __name__], 120, 40, environ={**environment(host.url), **changes}) as terminal,
    ):
        terminal.wait("5,000 of 5,000", 60)
        terminal.wait(r"page-\d{7}", 60)
        terminal.idle(SETTLED)
        host.wish(rate=20)
        began = time.perf_counter()
        terminal.idle(10.0)
        pressed = time.perf_counter()
        latencies(terminal, PRESSES, rounds, 46)
        ended = time.perf_counter()
    for words, start, end in (("counters come in", began, pressed), ("keys pressed", pressed, ended)):
        costs = sorted(cost for at, cost in _written(pieces) if start <= at < end) or [0.0]
        limit = LIMIT * max(1.0, bare / BARE)
        over = sum(cost > LIMIT for cost in costs)
        note = f"{over} pieces over {LIMIT:g} ms in {end - start:.0f} s; a bare DataTable {bare:.1f} ms"
        yield Result(f"longest work in the loop, 5,000 instances, {words}", costs[-1], "ms", limit, note)


def _written(pieces: Path) -> Iterator[tuple[float, float]]:
    """When each piece ended (perf_counter) and its milliseconds."""
    for line in pieces.read_text().splitlines():
        at, cost = line.split()
        yield float(at), float(cost)


def timed(pieces: Path) -> None:
    """Have every piece of the main thread's loop measured from now on."""
    handle: Any = asyncio.Handle
    run, main, written = handle._run, threading.get_ident(), pieces.open("w", buffering=1)

    def measured(self: asyncio.Handle) -> None:
        before = time.thread_time()
        run(self)
        cost = (time.thread_time() - before) * 1e3
        if cost >= WRITTEN_FROM and threading.get_ident() == main:
            written.write(f"{time.perf_counter()} {cost:.2f}\n")

    handle._run = measured


if __name__ == "__main__":
    from tui.cli import main

    timed(Path(os.environ["PIECES"]))
    sys.argv = ["aisearch"]
    sys.exit(main())
