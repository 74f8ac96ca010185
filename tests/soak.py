"""Soak: the console in a terminal for minutes or hours, against a server that misbehaves, with somebody at the keys.

    python -m tests.soak --minutes 30

It fails when memory grows, when tasks, file descriptors or widgets pile up, when the request budget is not kept, when
the console dies, or when it does not recover once the server is well again. `--seed` repeats a run's keys and faults.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.pty.driver import Pty

ROOT = Path(__file__).parents[1]
ACCOUNT = "0123456789abcdef0123456789abcdef"
TOKEN = "soak-token-0123456789"
SAMPLE = 0.5
"""Seconds between two looks at the process."""
COLLECT = 4
"""Looks until the garbage is collected: what only waits for that is no leak, and may be as much again."""
SPEED = 4
"""How fast the server's clock runs, and with it the window of its budget, which goes before our own count."""
BUDGET, WINDOW = 1200, 300.0 / SPEED
FLEETS_MINUTE = 60
"""Seconds after a start in which the counters of every row are read at once, from half of the budget at most."""
FAULTS: tuple[dict[str, Any], ...] = (
    {"kind": "latency", "seconds": 2.5, "share": 0.4},
    {"kind": "status", "status": 503, "code": 7017, "message": "unable_to_connect_to_ai_search", "share": 0.5},
    {"kind": "status", "status": 500, "code": 7001, "message": "Internal Error"},
    {"kind": "status", "status": 404, "code": 7002, "message": "ai_search_not_found", "share": 0.3},
    {"kind": "status", "status": 429, "code": 971, "message": "slow down", "retry_after": 3, "share": 0.2},
    {"kind": "html", "status": 502, "share": 0.5},
    {"kind": "truncate", "share": 0.4},
    {"kind": "reset", "share": 0.6},
    {"kind": "hang", "share": 0.05},
)
KEYS = (
    *"jjjkkGg12344[]]zzo",
    "<enter>",
    "<esc>",
    "<esc>",
    "R",
    "F",
    "<pgup>",
    "<pgdn>",
    "e",
    "w",
    "t",
    "?",
    "!",
    "@",
    "n",
)
ANYTHING = (
    *"jkgGbcdfhilmnoprstuvxyzBCDFHIJKMNOPRSTUVXYZ/?!@:*#&|^[]1234 .,-",
    "<esc>",
    "<tab>",
    "<bs>",
    "<f2>",
    "<del>",
)
"""Keys at random: all but those that end the console, or lend the terminal to another program."""
BURST = 0.1
"""How often a burst of them comes instead of a person's key."""
SYNC = "S<tab><enter>"
SIZES = ((120, 40), (80, 24), (160, 50), (100, 30))


@dataclass(frozen=True, slots=True)
class Sample:
    """The console at one moment: seconds since its start, MB resident, descriptors, tasks, requests, widgets.

    Not all widgets: those of the first frames are left out with all else that is made for good.
    """

    at: float
    memory: float
    files: int
    tasks: int
    requests: int
    widgets: int
    screens: int = 1
    """The main one and what is open over it."""


@dataclass
class Verdict:
    """What came out: the figures, and what is wrong with them."""

    figures: dict[str, float] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def hold(self, name: str, value: float, limit: float) -> None:
        """Take down a figure; one over its limit is wrong."""
        self.figures[name] = round(value, 2)
        if value > limit:
            self.wrong.append(f"{name}: {value:.2f}, at most {limit:.2f}")


# the console's side: a process of its own that takes samples of itself


def console(samples: Path) -> int:
    """Run the console; append a sample a line to `samples`."""
    import httpx
    from textual.dom import DOMNode

    from tui import cli
    from tui.ui.app import ConsoleApp

    sent = 0
    send, mount, began = httpx.AsyncClient.send, ConsoleApp.on_mount, time.monotonic()

    async def counted(client: httpx.AsyncClient, *given: Any, **named: Any) -> httpx.Response:
        nonlocal sent
        sent += 1
        return await send(client, *given, **named)

    async def look(app: ConsoleApp) -> None:
        looked = known = 0
        with samples.open("a", buffering=1) as out:
            while True:
                if looked % COLLECT == 0:
                    gc.collect()
                    known = sum(isinstance(one, DOMNode) for one in gc.get_objects())
                looked += 1
                tasks = len(asyncio.all_tasks())
                of_app = tasks, sent, known, len(app.screen_stack)
                out.write(json.dumps([time.monotonic() - began, *memory_and_files(), *of_app]) + "\n")
                await asyncio.sleep(SAMPLE)

    def mounted(app: ConsoleApp) -> None:
        mount(app)
        app.looking = asyncio.create_task(look(app))  # type: ignore[attr-defined]

    httpx.AsyncClient.send = counted  # type: ignore[method-assign]
    ConsoleApp.on_mount = mounted  # type: ignore[method-assign]
    return cli.main([])


def memory_and_files() -> tuple[float, int]:
    """MB resident and open descriptors of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6, len(list(Path("/proc/self/fd").iterdir()))


# the outside: server, chaos, keys


@contextmanager
def server(chaos: Path):
    """The emulator with faults from a file; its base URL."""
    given = ["--port", "0", "--token", TOKEN, "--account", ACCOUNT, "--speed", str(SPEED), "--chaos", str(chaos)]
    command = [sys.executable, "-m", "tests.emulator.served", *given]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT
    ) as process:  # it complains of the replies that it cuts on demand
        assert process.stdout
        try:
            yield process.stdout.readline().split()[1]
        finally:
            process.terminate()


def soak(minutes: float, seed: int = 1, folder: Path | None = None) -> Verdict:
    """Run it all and judge."""
    if folder is None:
        with tempfile.TemporaryDirectory() as made:
            return soak(minutes, seed, Path(made))
    chaos, samples, state = folder / "chaos.json", folder / "samples.jsonl", folder / "state"
    chaos.write_text("{}")
    verdict = Verdict()
    with server(chaos) as url:
        environ = {"CLOUDFLARE_BASE_URL": url, "CLOUDFLARE_ACCOUNT_ID": ACCOUNT, "CLOUDFLARE_API_TOKEN": TOKEN}
        command = [sys.executable, "-m", "tests.soak", "--console", str(samples)]
        environ |= {"XDG_STATE_HOME": str(state), **dict.fromkeys(("VISUAL", "EDITOR", "PAGER"), "true")}
        with Pty(command, 120, 40, environ=environ, cwd=ROOT) as terminal:  # a real editor would keep all other keys
            terminal.wait("docs-search", 30)
            play(terminal, chaos, minutes * 60, random.Random(seed))
            chaos.write_text("{}")
            leave(terminal, verdict)
    verdict.wrong += [f"a bug: {path.read_text()}" for path in state.rglob("crash-*.txt")]
    judge([Sample(*json.loads(line)) for line in samples.read_text().splitlines()], verdict)
    return verdict


def play(terminal: Pty, chaos: Path, seconds: float, dice: random.Random) -> None:
    """Press keys at a person's pace while faults come and go."""
    end, next_fault = time.monotonic() + seconds, 0.0
    while (now := time.monotonic()) < end:
        if now >= next_fault:
            rules = dice.sample(FAULTS, dice.randint(0, 2))
            chaos.write_text(json.dumps({"seed": dice.randrange(1000), "faults": rules}))
            next_fault = now + dice.uniform(3, 12)
            terminal.resize(*dice.choice(SIZES))
        if dice.random() < BURST:
            terminal.send("".join(dice.choices(ANYTHING, k=dice.randint(2, 8))) + "<esc>")
        terminal.send(SYNC if dice.random() < 0.02 else dice.choice(KEYS))
        terminal.idle(dice.uniform(0.1, 0.6))
        if not terminal.alive():
            return


def leave(terminal: Pty, verdict: Verdict) -> None:
    """The server is well again: the console recovers, and quits when told to."""
    terminal.resize(120, 40)
    terminal.send("<esc><esc><esc><esc><esc>R")
    try:
        terminal.wait(r"\A.*LIVE", 75)
    except TimeoutError as error:
        verdict.wrong.append(f"it did not recover: {error}")
    terminal.mark()
    terminal.send("<C-c>")
    terminal.idle(0.5)
    terminal.send("<C-c>")
    if not terminal.gone(20) or terminal.status:
        verdict.wrong.append(f"it did not leave in good order: {terminal.status}\n{terminal.text()}")


def undisturbed(samples: Sequence[Sample]) -> Sequence[Sample]:
    """Those with nothing open over the main screen; all where there are none."""
    return [one for one in samples if one.screens == 1] or samples


def judge(samples: Sequence[Sample], verdict: Verdict) -> None:
    """Compare the time after warming up with its own beginning."""
    warm = samples[len(samples) * 2 // 5 :]
    if len(warm) < 8:
        verdict.wrong.append(f"only {len(warm)} samples")
        return
    minutes = (warm[-1].at - warm[0].at) / 60
    slope = statistics.linear_regression([one.at / 60 for one in warm], [one.memory for one in warm]).slope
    verdict.hold("MB a minute", slope, 0.4 + 5 / minutes)
    verdict.hold("MB at most", max(one.memory for one in samples), 160)
    quarter = len(warm) // 4
    first, last = warm[:quarter], warm[-quarter:]
    files = [statistics.median(one.files for one in part) for part in (first, last)]
    verdict.hold("files more at the end", files[1] - files[0], 8)
    # The fewest: a dialog may be open, or a tab be looked at for the first time, but what was closed may not stay.
    tasks = [min(one.tasks for one in undisturbed(part)) for part in (first, last)]
    verdict.hold("tasks more at the end", tasks[1] - tasks[0], 25)
    widgets = [min(one.widgets for one in part) for part in (first, last)]
    verdict.hold("widgets more at the end", widgets[1] - widgets[0], 60)
    verdict.hold("files at most", max(one.files for one in samples), 60)
    verdict.hold("tasks at most", max(one.tasks for one in samples), 200)  # one a widget, and a form has many
    busiest = max(
        late.requests - early.requests for early in samples for late in samples if 0 <= late.at - early.at <= WINDOW
    )
    verdict.hold("requests in 5 minutes of the server", busiest, BUDGET)
    start = samples[0].at + FLEETS_MINUTE
    verdict.hold("requests of the first minute", max(one.requests for one in samples if one.at <= start), BUDGET / 2)
    later = [one for one in samples if one.at > start]
    if len(later) > 1:
        rate = (later[-1].requests - later[0].requests) / (later[-1].at - later[0].at) * 60
        verdict.hold("requests a minute, after the first", rate, BUDGET / 5)


def main() -> int:
    """Say what came out; 1 when something is wrong."""
    parser = argparse.ArgumentParser(description="The console for minutes or hours under faults.")
    parser.add_argument("--minutes", type=float, default=2.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--console", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.console:
        return console(given.console)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that server and console end with it
    verdict = soak(given.minutes, given.seed)
    for name, value in verdict.figures.items():
        print(f"{name:<28}{value:>10,}")
    print("\n".join(verdict.wrong) or "well")
    return bool(verdict.wrong)


if __name__ == "__main__":
    sys.exit(main())
