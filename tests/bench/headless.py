"""Commands without a screen against wrangler and the official SDK: time and peak memory, in one run.

Two tasks: 200 instances listed, and a log of 1,000,000 lines written to a file. The contenders take turns at the first,
so that a busy moment of the machine meets them all; wrangler cannot read logs, and the SDK is given the largest page.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import NamedTuple

from tests.bench.console_pty import AISEARCH, environment, hosting
from tests.bench.generated import LONG, long_length
from tests.bench.results import Result, table, write
from tests.bench.starting import SDK, _node

INSTANCES, LINES = 200, 1_000_000
WRANGLER = Path("/opt/wr/node_modules/.bin/wrangler")
LOG = LONG[1]
SDK_LOG = f"""
from cloudflare import Cloudflare
from os import environ
client = Cloudflare(api_token=environ["CLOUDFLARE_API_TOKEN"], base_url=environ["CLOUDFLARE_BASE_URL"])
account = environ["CLOUDFLARE_ACCOUNT_ID"]
jobs = client.aisearch.namespaces.instances.jobs
job = next(iter(jobs.list("{LOG}", account_id=account, name="default"))).id
page, lines = 1, []
while True:
    got = list(jobs.logs(job, account_id=account, name="default", id="{LOG}", page=page, per_page=500))
    if not got:
        break
    lines.append(got)
    page += 1
for got in reversed(lines):
    for line in reversed(got):
        print(line.message)
"""
TO_WRANGLER, TO_SDK, MOST_MEMORY = 0.35, 0.7, 80.0


class Spent(NamedTuple):
    """Seconds from start to end, and peak memory in MB."""

    seconds: float
    memory: float


def spent(command: list[str], url: str, lines: int = 0, expected: str = "") -> Spent:
    """Run a command with its output in a file, which must have so many lines, or `expected` in it."""
    merged = {**os.environ, **environment(url), "CLOUDFLARE_API_BASE_URL": url, "WRANGLER_SEND_METRICS": "false"}
    env = {name: value for name, value in merged.items() if value is not None}
    with tempfile.TemporaryFile() as out:
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.PIPE, env=env)
        assert process.stderr
        told = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        took = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        process.stderr.close()
        out.seek(0)
        found = out.read()
    if process.returncode or (lines and found.count(b"\n") != lines) or expected.encode() not in found:
        raise RuntimeError(f"{command[:3]}: {process.returncode}, {len(found.splitlines())} lines, {told[-300:]!r}")
    return Spent(took, usage.ru_maxrss / 1024)


def listed(rounds: int, wrangler: Path | None) -> Iterator[Result]:
    """200 instances: the list, without a request for each of them, as the others do it."""
    last = f"plain-{INSTANCES - 1:05}"
    with hosting(instances=INSTANCES) as host:
        commands = {
            "aisearch": ([AISEARCH, "ls", "--no-stats"], last),
            "sdk": ([sys.executable, "-W", "ignore", "-c", SDK], last),
        }
        if wrangler:
            commands["wrangler"] = ([*_node(wrangler), "ai-search", "list"], "plain-")
        taken: dict[str, list[Spent]] = {name: [] for name in commands}
        for turn in range(rounds + 1):
            for name, (command, expected) in commands.items():
                one = spent(command, host.url, expected=expected)
                taken[name] += [one] if turn else []
    times = {name: median(one.seconds for one in found) * 1e3 for name, found in taken.items()}
    yield from _against("ls of 200 instances", times, "ms")
    yield Result("ls of 200 instances: peak memory", max(one.memory for one in taken["aisearch"]), "MB", MOST_MEMORY)


def _against(what: str, times: dict[str, float], unit: str) -> Iterator[Result]:
    ours = times["aisearch"]
    for name, part in (("wrangler", TO_WRANGLER), ("sdk", TO_SDK)):
        if name in times:
            note = f"{ours / times[name]:.2f} x {times[name]:.4g} {unit}, may be {part}"
            yield Result(f"{what}, against {name}", ours, unit, part * times[name], note)
        else:
            yield Result(f"{what}, against {name}", ours, unit, None, "skipped: it is not installed here")


def logged(lines: int) -> Iterator[Result]:
    """A log of a million lines, every line once and in order, into a file."""
    with hosting(instances=2, long=lines) as host:
        length = long_length(LOG, lines)
        ours = spent([AISEARCH, "logs", LOG], host.url, lines=length)
        sdk = spent([sys.executable, "-W", "ignore", "-c", SDK_LOG], host.url, lines=length)
    yield from list(_against(f"logs of {lines:,} lines", {"aisearch": ours.seconds, "sdk": sdk.seconds}, "s"))[1:]
    yield Result(f"logs of {lines:,} lines: peak memory", ours.memory, "MB", MOST_MEMORY, f"the SDK: {sdk.memory:.0f}")


def run(arguments: list[str]) -> int:
    """Entry point; 1 when a limit is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench headless", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="how often the list is read (default: %(default)s)")
    parser.add_argument("--lines", type=int, default=LINES, help="lines of the log (default: %(default)s)")
    parser.add_argument("--wrangler", type=Path, default=WRANGLER, metavar="PATH", help="the wrangler to compare with")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the figures there too")
    options = parser.parse_args(arguments)
    wrangler = options.wrangler if options.wrangler.exists() else None
    results = [*listed(options.rounds, wrangler), *logged(options.lines)]
    print(table(results))
    if options.json:
        write(results, options.json)
    return int(not all(one.ok for one in results))
