"""From a key to the first changed cell: 5,000 instances with a log that is followed, beside a bare DataTable."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from statistics import median

from tests.bench.console_pty import console, environment, hosting, percentile
from tests.bench.results import Result
from tests.pty.driver import Pty

PRESSES = "jjjjjkkkkk"
BETWEEN = 0.09
"""Seconds between two keys: quicker than a selection comes to rest, so that the log of the first row stays."""


def measure(quick: bool) -> Iterator[Result]:
    """Down and up through the first rows, while 20 lines a second arrive."""
    rounds = 8 if quick else 24
    bare = bare_latencies(rounds)
    with hosting(instances=5000, live=2000) as host, console(host, 120, 40) as terminal:
        terminal.wait("5,000 of 5,000", 60)
        terminal.wait(r"page-\d{7}", 60)
        terminal.settle(1.0, 5)
        host.wish(rate=20)
        terminal.idle(3.0)
        ours = latencies(terminal, PRESSES, rounds, 46)
    for words, limit, one, floor in (
        ("median", 1.5 * median(bare), median(ours), median(bare)),
        ("p95", 3 * percentile(bare, 0.95), percentile(ours, 0.95), percentile(bare, 0.95)),
    ):
        note = f"bare DataTable {floor:.1f} ms: {one / floor:.2f} x"
        yield Result(f"key to first changed cell, 5,000 instances, {words}", one, "ms", limit, note)


def bare_latencies(rounds: int) -> list[float]:
    """Milliseconds from each key to the first change in a DataTable and nothing else: how quick this machine is."""
    with Pty([sys.executable, "-m", "tests.bench.bare_table"], 120, 40, environ=environment()) as terminal:
        terminal.wait("plain-00020", 60)
        terminal.settle(1.0, 20)
        return latencies(terminal, PRESSES.replace("j", "↓").replace("k", "↑"), rounds, 120)


def latencies(terminal: Pty, presses: str, rounds: int, columns: int) -> list[float]:
    """Milliseconds from each key to the first change in the first `columns` columns, below the first lines."""
    arrows = {"↓": "<down>", "↑": "<up>"}
    taken = []
    for key in presses * rounds:
        began = time.perf_counter()
        taken.append(_press(terminal, arrows.get(key, key), columns))
        while (left := began + BETWEEN - time.perf_counter()) > 0:
            terminal.pump(left)
    return taken


def _press(terminal: Pty, key: str, columns: int) -> float:
    before = _cells(terminal, columns)
    began = time.perf_counter()
    terminal.send(key)
    while _cells(terminal, columns) == before:
        if time.perf_counter() - began > 5:
            raise TimeoutError(f"{key} changed nothing\n{terminal.text()}")
        terminal.pump(1.0)
    return (terminal.last_read - began) * 1e3


def _cells(terminal: Pty, columns: int) -> list[tuple[str, str, bool]]:
    """What moves with the cursor: the first cells of the rows and their colours."""
    buffer = terminal.screen.buffer
    rows = range(2, terminal.screen.lines - 1)
    return [(cell.data, cell.bg, cell.reverse) for y in rows for cell in (buffer[y][x] for x in range(0, columns, 6))]
