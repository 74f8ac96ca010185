"""From process start: version, first paint, the list of 200 instances; beside bare imports, wrangler and the SDK."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from tests.bench.console_pty import AISEARCH, Host, console, environment, hosting
from tests.bench.results import Result

SDK = """
from cloudflare import Cloudflare
from os import environ
client = Cloudflare(api_token=environ["CLOUDFLARE_API_TOKEN"], base_url=environ["CLOUDFLARE_BASE_URL"])
account = environ["CLOUDFLARE_ACCOUNT_ID"]
for one in client.aisearch.namespaces.instances.list("default", account_id=account, per_page=100):
    print(one.id, one.status, one.source, one.last_activity)
"""
INSTANCES = 200


def measure(quick: bool, wrangler: Path | None) -> Iterator[Result]:
    """All of it. The contenders take turns, so that a busy moment of the machine meets them all."""
    rounds = 5 if quick else 11
    yield from _version(rounds)
    with hosting(instances=INSTANCES) as host:
        contenders: dict[str, Callable[[], float]] = {
            "imports": lambda: elapsed([sys.executable, "-c", "import textual.app, httpx"]),
            "paint": lambda: _seen(host, "Instances"),
            "list": lambda: _seen(host, f"{INSTANCES} of {INSTANCES}"),
            "sdk": lambda: elapsed([sys.executable, "-c", SDK], host.url, f"plain-{INSTANCES - 1:05}"),
        }
        if wrangler:
            contenders["wrangler"] = lambda: elapsed([*_node(wrangler), "ai-search", "list"], host.url, "plain-")
        times = _take_turns(contenders, rounds)
    floor = times["imports"]
    yield Result("bare imports of textual.app and httpx", floor, "ms", None)
    note = f"{times['paint'] / floor:.2f} x bare imports, may be 1.7"
    yield Result("first paint, from process start", times["paint"], "ms", 1.7 * floor, note)
    note = f"{times['list'] / times['sdk']:.2f} x the SDK, may be 1.0"
    yield Result("200 instances on screen, against the SDK", times["list"], "ms", times["sdk"], note)
    if "wrangler" in times:
        note = f"{times['list'] / times['wrangler']:.2f} x wrangler printing a page, may be 0.5"
        yield Result("200 instances on screen, against wrangler", times["list"], "ms", times["wrangler"] / 2, note)
    else:
        yield Result(
            "200 instances on screen, against wrangler", times["list"], "ms", None, "skipped: no --wrangler PATH"
        )


def _version(rounds: int) -> Iterator[Result]:
    times = _take_turns(
        {
            "pass": lambda: elapsed([sys.executable, "-c", "pass"]),
            "version": lambda: elapsed([AISEARCH, "--version"]),
        },
        2 * rounds,
    )
    limit = 2 * times["pass"] + 60
    yield Result("aisearch --version", times["version"], "ms", limit, f"python -c pass: {times['pass']:.0f} ms")
    command = [sys.executable, "-X", "importtime", "-m", "tui", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=_clean())
    yield Result("modules of textual that --version imports", done.stderr.count("textual"), "", 0)


def _take_turns(contenders: dict[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """The median of each, after one turn that is not counted."""
    for run in contenders.values():
        run()
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, run in contenders.items():
            taken[name].append(run())
    return {name: median(times) for name, times in taken.items()}


def elapsed(command: list[str], url: str = "http://127.0.0.1:9/client/v4", expected: str = "") -> float:
    """Milliseconds of a command from start to end, which must print `expected`."""
    env = {**_clean(url), "CLOUDFLARE_API_BASE_URL": url, "WRANGLER_SEND_METRICS": "false"}
    began = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=True)
    took = (time.perf_counter() - began) * 1e3
    if expected not in done.stdout:
        raise RuntimeError(f"{command[0]} did not print {expected}: {done.stdout[-200:]}{done.stderr[-200:]}")
    return took


def _seen(host: Host, words: str) -> float:
    """Milliseconds from the start of the console to the bytes that showed these words."""
    with console(host, 120, 40) as terminal:
        return terminal.wait(words, 30)


def _clean(url: str = "http://127.0.0.1:9/client/v4") -> dict[str, str]:
    merged = {**os.environ, **environment(url)}
    return {name: value for name, value in merged.items() if value is not None}


def _node(wrangler: Path) -> list[str]:
    """wrangler, run by the node that is installed beside it, else by the first in PATH."""
    script = wrangler.resolve()
    beside = script.parents[2] / "node" / "bin" / "node"
    return [str(beside) if beside.exists() else "node", str(script)]
