"""Requests of an idle screen in five minutes, on virtual time: the real poller on a server in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

from tests.bench.results import Result
from tests.unit.build import done, instance, key
from tests.unit.fake_api import FakeApi, Server
from tests.unit.virtual_time import VirtualLoop, clock
from tui.polling import Poller
from tui.service import Service
from tui.service.audit import Audit
from tui.state.store import Store

FIVE_MINUTES = 300.0
VISIBLE = 20


def measure(quick: bool) -> Iterator[Result]:
    """20 instances visible and one selected; with the terminal's focus, then without."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        focused, unfocused = runner.run(_idle())
    yield Result("requests in 5 minutes, 20 instances visible, focused", focused, "", 150)
    yield Result("requests in 5 minutes, 20 instances visible, unfocused", unfocused, "", 59)


async def _idle() -> tuple[int, int]:
    keys = tuple(key(f"plain-{number}") for number in range(VISIBLE))
    server = Server(instances=[instance(one.id) for one in keys], jobs={keys[0]: [done("2"), done("1")]})
    service = Service(FakeApi(server), Store(), clock, Audit(Path("unused"), clock))
    poller = Poller(service, monotonic=clock)
    poller.start()
    await asyncio.sleep(1)
    poller.set_visible(keys)
    service.select(keys[0])
    poller.selected()
    counts = []
    for calm in (False, True):
        poller.slow_down(calm)
        await asyncio.sleep(60)
        before = len(server.calls)
        await asyncio.sleep(FIVE_MINUTES)
        counts.append(len(server.calls) - before)
    await poller.stop()
    return counts[0], counts[1]
