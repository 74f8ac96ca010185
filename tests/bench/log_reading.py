"""The log: opened at the end of a million lines, followed, and what it costs in bytes, on a slow line and in memory."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from statistics import median

from tests.bench.console_pty import Host, SlowLink, console, following, hosting, newest, pump_until
from tests.bench.generated import LONG, line_text, long_length
from tests.bench.results import Result
from tests.pty.driver import Pty

LINES = 1_000_000
SSH = {"SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"}


def opened(quick: bool) -> Iterator[Result]:
    """The four kinds of server: which order, and whether totals are given."""
    with hosting(instances=20, long=LINES) as host, console(host, 120, 40) as terminal:
        terminal.wait(f"Detail  default/{LONG[0]}", 30)  # it is on top, and its log comes by itself
        for name in LONG:
            if f"Detail  default/{name}" not in terminal.text():
                terminal.send("j")
            yield from _opening(host, terminal, name)


def _opening(host: Host, terminal: Pty, name: str) -> Iterator[Result]:
    shown = pump_until(terminal, lambda: newest(terminal) == long_length(name, LINES), 30)
    terminal.settle(0.5, 5)
    asked = [one for one in host.asked("/logs") if f"/{name}/" in one[2] and one[0] <= shown]
    own = (shown - asked[0][0] - sum(took for _, took, _ in asked)) * 1e3
    cheap = "newest" in name or "total" in name
    _, order, totals = name.split("-")
    words = f"{order} first, {'with' if totals == 'total' else 'without'} totals"
    yield Result(f"1,000,000 lines opened ({words})", len(asked), "requests", 3 if cheap else 30)
    yield Result("    our own time, first request to last line shown", own, "ms", 300)


def followed(quick: bool) -> Iterator[Result]:
    """200 lines a second, and what a busy log costs in requests."""
    seconds = 6.0 if quick else 20.0
    with hosting(live=2000) as host, following(host, 120, 40, zoomed=True) as terminal:
        start = host.wish(rate=200)
        terminal.idle(2.0)  # the cadence is that of a busy log from here on
        terminal.mark()
        first = newest(terminal)
        seen = _watch(terminal, seconds)
        cpu = terminal.since().cpu / terminal.since().seconds * 100
        polls = host.asked("/logs", since=start["since"] + 2.0)
        host.wish(rate=0)
        delays = _delays(seen, first, start)
    gap = max(later[0] - sooner[0] for sooner, later in pairwise(polls))
    note = f"median {median(delays):.2f} s, longest poll {gap:.2f} s, {len(delays):,} lines"
    yield Result("200 lines/s: line written to line shown, worst", max(delays), "s", gap + 0.1, note)
    yield Result("200 lines/s: CPU", cpu, "% core", 30)
    pace = (polls[-1][0] - polls[0][0]) / (len(polls) - 1)
    yield Result("requests that a busy log adds in 5 minutes", 300 / pace, "", 300)


def _watch(terminal: Pty, seconds: float) -> list[tuple[float, int]]:
    """Moments (monotonic) at which a newer line came on the screen, and its number."""
    seen = [(time.monotonic(), newest(terminal))]
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if terminal.pump(0.05) and (last := newest(terminal)) > seen[-1][1]:
            seen.append((time.monotonic() - (time.perf_counter() - terminal.last_read), last))
    return seen[1:]


def _delays(seen: list[tuple[float, int]], first: int, start: dict[str, float]) -> list[float]:
    """Seconds from the moment that each line was written until it, or a newer one, was on the screen."""
    delays = []
    for at, last in seen:
        written = (start["since"] + (number - start["length"]) / start["rate"] for number in range(first + 1, last + 1))
        delays += [at - moment for moment in written]
        first = last
    return delays


def bytes_sent(quick: bool) -> Iterator[Result]:
    """Bytes to the terminal: nothing happens, a line, a batch of lines, a page up, the ends of the log."""
    yield _idle(15 if quick else 60)
    times = 5 if quick else 12
    with hosting(live=2000) as host, following(host, 80, 24, zoomed=True) as terminal:
        costs = _appended(host, terminal, 1, times)
        yield Result("bytes of an appended line, 80x24, zoomed", median(costs), "B", 300, f"worst {max(costs):,}")
        worst, note = _paged(terminal)
        yield Result("bytes of page up / home / end, 80x24, worst", worst, "B", 7000, note)
    with hosting(live=2000) as host, following(host, 120, 40, zoomed=False) as terminal:
        costs = _appended(host, terminal, 20, times)
        yield Result("bytes of a batch of 20 lines, 120x40", median(costs), "B", 6000, f"worst {max(costs):,}")


def _idle(seconds: float) -> Result:
    with hosting(instances=20) as host, console(host, 120, 40) as terminal:
        terminal.wait("20 of 20", 30)
        terminal.settle(3.0, 20)
        terminal.mark()
        terminal.idle(seconds)
        stretch = terminal.since()
        cpu = f"CPU {stretch.cpu / stretch.seconds:.1%} of a core"
    return Result(f"bytes in {seconds:g} s in which nothing changes", stretch.bytes, "B", 0, cpu)


def _appended(host: Host, terminal: Pty, lines: int, times: int) -> list[int]:
    """Bytes of each of so many batches, one a second or so: the tail stays awake."""
    costs = []
    for number in range(times + 1):
        before = len(terminal.output)
        last = int(host.wish(append=lines)["length"])
        pump_until(terminal, lambda last=last: newest(terminal) == last, 15)  # type: ignore[misc]
        terminal.settle(0.3, 3)
        if number:  # the first one wakes the tail, and the badge changes
            costs.append(len(terminal.output) - before)
    return costs


def _paged(terminal: Pty) -> tuple[int, str]:
    costs = {}
    for key in ("<pgup>", "<pgup>", "<home>", "<end>"):
        before = terminal.text()
        terminal.mark()
        terminal.send(key)
        pump_until(terminal, lambda before=before: terminal.text() != before, 5)  # type: ignore[misc]
        terminal.settle(0.5, 5)
        name = key.strip("<>")
        costs[name] = max(costs.get(name, 0), terminal.since().bytes)
    return max(costs.values()), ", ".join(f"{name} {cost:,}" for name, cost in costs.items())


def slow_link(quick: bool) -> Iterator[Result]:
    """100 lines in 5 seconds over a line of 8,000 bytes a second, as over ssh."""
    for columns, rows, zoomed in ((80, 24, True), (120, 40, False)):
        with hosting(live=2000) as host, console(host, columns, rows, kind=SlowLink, **SSH) as terminal:
            terminal.wait("live", 60)
            terminal.send("4z" if zoomed else "4")
            pump_until(terminal, lambda: newest(terminal) == 2000, 60)
            terminal.settle(1.5, 30)
            host.wish(append=1)  # wakes the tail: a log that is quiet for long is looked at every 10 s only
            pump_until(terminal, lambda: newest(terminal) == 2001, 60)
            began = time.perf_counter()
            host.wish(rate=20, limit=100)
            shown = pump_until(terminal, lambda: newest(terminal) == 2101, 120) - began
        how = "log zoomed" if zoomed else "three panes"
        yield Result(f"100 lines over 5 s at 8 kB/s, {columns}x{rows}, {how}", shown, "s", 8)


def memory(quick: bool) -> Iterator[Result]:
    """5,000 instances, and the whole log scrolled from its start to its end."""
    lines = 100_000 if quick else LINES
    with hosting(instances=5000, live=lines) as host, console(host, 120, 60) as terminal:
        terminal.wait("5,000 of 5,000", 60)
        terminal.send("4z")
        pump_until(terminal, lambda: newest(terminal) == lines, 60)
        terminal.send("<home>")
        pump_until(terminal, lambda: line_text(1) in terminal.text(), 60)
        terminal.settle(0.5, 5)
        began = time.perf_counter()
        _scroll_to(terminal, lines, 1800)
        seconds = time.perf_counter() - began
        resident, peak = (size * 1.048576 for size in terminal.memory())
    note = f"now {resident:.0f} MB; {lines:,} lines in {seconds:.0f} s"
    yield Result("memory: 5,000 instances, the log scrolled through, peak", peak, "MB", 110, note)


def _scroll_to(terminal: Pty, lines: int, timeout: float) -> None:
    """Press page down as quickly as the screen follows until the last line is there.

    A key at the edge of what is loaded moves nothing: as a reader would, it is pressed again.
    """
    end = time.perf_counter() + timeout
    while (last := newest(terminal)) < lines:
        if time.perf_counter() > end:
            raise TimeoutError(f"still at line {last:,}")
        terminal.send("<pgdn>" * 4)
        with suppress(TimeoutError):
            pump_until(terminal, lambda last=last: newest(terminal) > last, 1)  # type: ignore[misc]
        terminal.pump(0.01)
