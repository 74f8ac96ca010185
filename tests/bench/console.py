"""What the console promises, measured end to end: the real command in a pseudo terminal against a loopback server.

Every row has its limit; the exit code is 1 when one is missed. Figures of one run belong together: a busy machine makes
all of them slower, the ratios to what is measured beside them stay. `--quick` measures less often and for less long.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench import instance_table, kept, keys, log_reading, loop_work, request_budget, starting, whole_fleet
from tests.bench.results import Result, missed, table, write

Measure = Callable[[bool], Iterator[Result]]


def groups(wrangler: Path | None) -> dict[str, Measure]:
    """What can be measured, by name."""
    return {
        "starting": lambda quick: starting.measure(quick, wrangler),
        "keys": keys.measure,
        "loop": loop_work.measure,
        "tables": instance_table.measure,
        "opening": log_reading.opened,
        "following": log_reading.followed,
        "bytes": log_reading.bytes_sent,
        "slow-link": log_reading.slow_link,
        "requests": request_budget.measure,
        "fleet": whole_fleet.measure,
        "kept": kept.measure,
        "memory": log_reading.memory,
    }


def run(arguments: list[str]) -> int:
    """Entry point; 1 when a limit is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench console", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="about two minutes instead of ten")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON too")
    parser.add_argument("--wrangler", type=Path, metavar="PATH", help="the wrangler to compare with")
    parser.add_argument("--only", metavar="NAMES", help=f"of {', '.join(groups(None))}")
    options = parser.parse_args(arguments)
    chosen = groups(options.wrangler)
    if options.only:
        chosen = {name: chosen[name] for name in options.only.split(",")}
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", file=sys.stderr)
    results = [one for name, measure in chosen.items() for one in _measured(name, measure, options.quick)]
    print(table(results))
    if options.json:
        write(results, options.json)
    return int(not all(one.ok for one in results))


def _measured(name: str, measure: Measure, quick: bool) -> list[Result]:
    """The rows of one group; one that cannot be measured is a row that misses its limit."""
    began, rows = time.perf_counter(), []
    try:
        rows += measure(quick)
    except Exception as error:
        rows.append(missed(name, error))
    print(f"{name}: {time.perf_counter() - began:.0f} s", file=sys.stderr)
    return rows
