"""A machine that slept, and a program that was stopped, are noticed; a slow one and a clock set back are not."""

from __future__ import annotations

import asyncio

import pytest

from tests.unit.test_polling import polling
from tests.unit.virtual_time import simulated
from tui.contract import Heard
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


@simulated
async def test_a_key_after_a_sleep_is_the_moment_at_which_it_is_noticed() -> None:
    """The bar does not wait for the next second: it stops saying LIVE with the key."""
    async with polling() as rig:
        await asyncio.sleep(30.3)
        dropped: list[float] = []
        rig.service.api.drop_connections = lambda: dropped.append(1.0)  # type: ignore[method-assign]
        rig.poller.look()
        assert rig.state.connection.link is Link.LIVE
        assert not dropped
        rig.slept = 3600.0
        rig.poller.look()
        assert dropped
        assert rig.state.connection.link is Link.CONNECTING
        await asyncio.sleep(1)
        assert rig.state.connection.link is Link.LIVE


@simulated
async def test_a_server_that_is_silent_is_not_live_until_it_is_heard_again() -> None:
    async with polling() as rig:
        await asyncio.sleep(30)
        rig.server.heard = Heard(ago=600.0)
        await asyncio.sleep(1.5)
        assert rig.state.connection.link is Link.LIVE, "nothing is asked, so nothing must be heard"
        rig.server.latency, rig.server.heard = 60.0, Heard(ago=1.0, waiting=30.0)
        await asyncio.sleep(1.5)
        assert rig.state.connection.link is Link.LIVE, "other replies come"
        rig.server.heard = Heard(ago=2.5, waiting=2.5)
        await asyncio.sleep(1.5)
        assert rig.state.connection.link is Link.CONNECTING
        rig.server.heard = Heard(ago=9.0)  # it was given up, and nothing waits
        await asyncio.sleep(1.5)
        assert rig.state.connection.link is Link.CONNECTING
        rig.server.heard = Heard(ago=0.5)
        await asyncio.sleep(1.5)
        assert rig.state.connection.link is Link.LIVE
