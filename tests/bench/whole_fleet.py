"""How soon the whole fleet is known, on virtual time: the real poller on a server in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

from msgspec.structs import replace

from tests.bench.results import Result
from tests.unit.build import NOW, done, instance, iso, job, key
from tests.unit.fake_api import FakeApi, Server
from tests.unit.virtual_time import VirtualLoop, clock
from tui.models import Stats
from tui.polling import Poller
from tui.service import Service
from tui.service.audit import Audit
from tui.state.store import Store

VISIBLE = 20
LATENCIES = (0.1, 0.25)
BUSY = Stats(queued=9, running=1, completed=5, error=0)


def measure(quick: bool) -> Iterator[Result]:
    """Counters of 200 and of 5,000, the list of 5,000, and a job that starts and ends in a row in sight."""
    for latency in LATENCIES:
        note = f"{latency * 1000:.0f} ms a request"
        known = run(lambda: _known(200, 200, latency))  # noqa: B023
        yield Result(f"counters of 200 rows known, {note}", known, "s", 15)
        many = run(lambda: _known(5000, 550, latency))  # noqa: B023
        yield Result(f"counters of 550 of 5,000 rows known, {note}", many, "s", 60)
        listed = run(lambda: _listed(latency))  # noqa: B023
        yield Result(f"list of 5,000 complete after its first row, {note}", listed, "s", 4)
        for count in (200,) if quick else (20, 200):
            starts, ends = run(lambda: _job(count, latency))  # noqa: B023
            yield Result(f"job starts in a row in sight, {count} rows, {note}", starts, "s", 30)
            yield Result(f"job ends in a row in sight, {count} rows, {note}", ends, "s", 12)


def run(work: Callable[[], object]) -> object:
    """The result of a coroutine on virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(work())  # type: ignore[arg-type]


@asynccontextmanager
async def polling(count: int, latency: float) -> AsyncIterator[tuple[Server, Store, Poller]]:
    """A console that has just been started."""
    rows = [instance(f"plain-{number:05}") for number in range(count)]
    server = Server(instances=rows, jobs={rows[0].key: [done("2"), done("1")]}, latency=latency)
    service = Service(FakeApi(server), Store(), clock, Audit(Path("unused"), clock))
    poller = Poller(service, monotonic=clock)
    poller.start()
    poller.set_visible(tuple(row.key for row in rows[:VISIBLE]))
    try:
        yield server, service.store, poller
    finally:
        await poller.stop()


async def _until(met: Callable[[], object], most: float) -> float:
    began = clock()
    while not met():
        if clock() - began > most:
            return most * 2
        await asyncio.sleep(0.05)
    return clock() - began


async def _known(count: int, wanted: int, latency: float) -> float:
    async with polling(count, latency) as (_, store, _poller):
        return await _until(lambda: len(store.state.stats) >= wanted, 600)


async def _listed(latency: float) -> float:
    async with polling(5000, latency) as (_, store, _poller):
        await _until(lambda: store.state.fleet.value, 60)
        return await _until(lambda: store.state.fleet.at is not None, 60)


async def _job(count: int, latency: float) -> tuple[float, float]:
    """Seconds until a job that has started, and one that has ended, is known: the worst of several moments."""
    starts, ends = [], []
    for moment in (61.0, 70.0, 79.0, 88.0):
        async with polling(count, latency) as (server, store, _poller):
            await asyncio.sleep(moment)
            place, watched = 7, key("plain-00007")
            server.instances[place] = replace(server.instances[place], status="indexing", last_activity=iso(clock()))
            server.jobs[watched], server.stats[watched] = [job("new", clock())], BUSY
            jobs = lambda: store.state.jobs[watched].value if watched in store.state.jobs else ()  # noqa: B023, E731
            starts.append(await _until(lambda: (jobs() or (done(),))[0].id == "new", 120))  # noqa: B023
            await asyncio.sleep(moment - 50)
            server.jobs[watched] = [job("new", NOW, clock(), "completed")]
            ends.append(await _until(lambda: (jobs() or ())[0].ended_at, 120))  # noqa: B023
    return max(starts), max(ends)
