"""A machine that slept, and a program that was stopped, are noticed; a slow one and a clock set back are not."""

from __future__ import annotations

import asyncio

import pytest

from tests.unit.test_polling import polling
from tests.unit.virtual_time import simulated
from tui.polling.sleep_watch import SleepWatch
from tui.state.store import Link


@pytest.mark.parametrize(
    ("wall", "monotonic", "loop", "noticed"),
    [
        (1.0, 1.0, 1.0, False),
        (3600.0, 1.0, 1.0, True),  # a laptop's lid
        (3600.0, 3600.0, 3600.0, True),  # SIGSTOP and SIGCONT
        (-3600.0, 1.0, 1.0, False),  # a clock set back
        (4.0, 4.0, 4.0, False),  # a busy machine
        (300.0, 300.0, 1.0, False),  # a test that lets time go on
    ],
)
def test_three_clocks_tell(wall: float, monotonic: float, loop: float, noticed: bool) -> None:
    now = [100.0, 100.0, 100.0]
    watch = SleepWatch(lambda: now[0], lambda: now[1], lambda: now[2])
    assert not watch.stood_still(0.0)
    now[:] = [now[0] + wall, now[1] + monotonic, now[2] + loop]
    assert watch.stood_still(1.0) is noticed
    assert watch.set_back == max(0.0, monotonic - wall)
    assert not watch.stood_still(0.0)


@simulated
async def test_after_a_sleep_the_link_is_not_live_until_something_was_read_on_a_new_connection() -> None:
    async with polling() as rig:
        await asyncio.sleep(30)
        dropped: list[float] = []
        rig.service.api.drop_connections = lambda: dropped.append(1.0)  # type: ignore[method-assign]
        rig.server.latency = 2.0
        before = len(rig.server.calls)
        rig.poller._woke()
        assert rig.state.connection.link is Link.CONNECTING
        await asyncio.sleep(1)
        assert dropped
        assert rig.state.connection.link is Link.CONNECTING
        assert len(rig.server.calls) > before
        await asyncio.sleep(3)
        assert rig.state.connection.link is Link.LIVE
