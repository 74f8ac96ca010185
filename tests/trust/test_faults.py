"""Every fault, every kind of read: what is known stays with its age, the badge is true, no busy loop, it recovers.

The reads run without a screen, on a clock of their own; what the screen makes of them is in test_faults_screen.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.filled import fill_as_before
from tests.harness import TOKEN, FakeTime, session_of
from tests.trust.faults import FAULTS, LIES, Wire, floods
from tui.actions import cooldown
from tui.emulator import Emulator, EmulatorConfig
from tui.logtail import LogTail
from tui.models import InstanceKey
from tui.polling import Poller
from tui.service import Service
from tui.state.store import Connection, Link, Reading, State, Store

pytestmark = pytest.mark.exhaustive

DOCS = InstanceKey("default", "docs-search")
MINUTE = 60.0
LOG_BADGES = {"OFFLINE", "THROTTLED"}
GONE = ("404",)
"""What says that a job is not there any more: its log ends, with the lines it had."""


@pytest.fixture(scope="module")
def world() -> Iterator[tuple[Emulator, FakeTime]]:
    """One emulator and one clock for all: a test begins where the last one ended."""
    time = FakeTime()
    emulator = Emulator(EmulatorConfig(token=TOKEN, clock=time.clock, rate_limit=0), fill_as_before)
    yield emulator, time
    emulator.close()


class Reads:
    """The poller at work for a screen with one instance selected and some rows to be seen."""

    def __init__(self, service: Service, poller: Poller, time: FakeTime) -> None:
        self.service, self.poller, self.time = service, poller, time
        self.bugs: list[Exception] = []
        self.links: list[Link] = []

    @property
    def state(self) -> State:
        return self.service.state

    @property
    def tail(self) -> LogTail:
        assert self.poller.log.tail
        return self.poller.log.tail

    def readings(self) -> dict[str, Reading]:
        state = self.state
        return {"fleet": state.fleet, "stats": state.stats[DOCS], "jobs": state.selected_jobs}

    def old(self) -> list[str]:
        return [name for name, reading in self.readings().items() if reading.error]

    def known(self) -> tuple:
        """What the panes show, apart from its age."""
        return (*(reading.value for reading in self.readings().values()), len(self.tail.lines))

    async def pass_time(self, seconds: float, step: float = 3.0) -> None:
        for _ in range(round(seconds / step)):
            self.time.advance(step)
            await self.settle()

    async def settle(self) -> None:
        """Until no request is on its way and nobody is about to send one."""
        still = 0
        while still < 30:
            await asyncio.sleep(0.0005 if self.time.in_flight else 0)
            still = 0 if self.time.in_flight else still + 1


@asynccontextmanager
async def reads(world: tuple[Emulator, FakeTime], tmp_path: Path) -> AsyncIterator[Reads]:
    emulator, time = world
    store = Store()
    session = session_of(emulator, time, store, tmp_path / "audit.jsonl")
    made = Reads(session.service, session.poller, time)
    try:
        await session.service.read.fleet()
        session.service.select(DOCS)
        session.poller.start(made.bugs.append)
        session.poller.set_visible(tuple(one.key for one in (store.state.fleet.value or ())[:12]))
        await made.pass_time(15, 1)
        assert not made.old()
        assert store.state.connection.link is Link.LIVE
        assert made.tail.lines
        store.subscribe(lambda old, new: made.links.append(new.connection.link))
        yield made
        assert not made.bugs
    finally:
        await session.aclose()


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    return Wire(monkeypatch)


@pytest.mark.parametrize("name", FAULTS)
async def test_a_fault_takes_nothing_away_and_passes(
    name: str, world: tuple[Emulator, FakeTime], tmp_path: Path, wire: Wire
) -> None:
    fault, badge = FAULTS[name]
    async with reads(world, tmp_path) as seen:
        known, sent, at = seen.known(), wire.sent, seen.state.fleet.at
        wire.fault = fault
        await seen.pass_time(2 * MINUTE)
        assert seen.known() == known, "what was known is kept"
        assert seen.state.fleet.at == at, "and is not said to be fresh"
        assert seen.state.connection.link is Link(badge)
        assert seen.state.connection.error
        assert seen.links[seen.links.index(Link(badge)) :].count(Link.LIVE) == 0, "the badge does not flicker"
        if name != "100 MB":
            assert seen.old() == ["fleet", "stats", "jobs"]
            assert seen.tail.badge.word in ({"ENDED"} if name in GONE else LOG_BADGES)
        first = wire.sent - sent
        await seen.pass_time(MINUTE)
        assert first < 150, "a storm of requests"
        assert wire.sent - sent - first < 50, "it does not slow down"
        wire.fault = None
        await seen.pass_time(1.6 * MINUTE)
        assert not seen.old()
        assert seen.state.connection == Connection(Link.LIVE)
        assert seen.tail.badge.word not in LOG_BADGES


async def test_a_body_of_100_mb_is_not_read_to_its_end(
    world: tuple[Emulator, FakeTime], tmp_path: Path, wire: Wire
) -> None:
    async with reads(world, tmp_path) as seen:
        floods.clear()
        wire.fault = FAULTS["100 MB"][0]
        seen.poller.refresh()
        await seen.pass_time(6)
        assert seen.state.fleet.error
    assert floods
    assert max(one.sent for one in floods) < 40_000_000


@pytest.mark.parametrize("name", LIES)
async def test_odd_replies_are_taken_as_far_as_they_go_and_pass(
    name: str, world: tuple[Emulator, FakeTime], tmp_path: Path, wire: Wire
) -> None:
    async with reads(world, tmp_path) as seen:
        sent = wire.sent
        wire.fault = LIES[name]
        await seen.pass_time(2 * MINUTE)
        assert wire.sent - sent < 200, "a storm of requests"
        assert not seen.bugs
        wire.fault = None
        await seen.pass_time(2 * MINUTE)
        seen.service.select(DOCS)
        await seen.pass_time(MINUTE / 2)
        assert not seen.old()
        assert len(seen.state.fleet.value or ()) > 10
        assert seen.state.connection.link is Link.LIVE


@pytest.mark.parametrize(
    ("path", "old", "failing"),
    [("/instances", ["fleet"], True), ("/stats", ["stats"], True), ("/jobs", ["jobs"], False), ("/logs", [], False)],
)
async def test_one_kind_of_read_that_fails_is_one_panes_trouble(
    path: str, old: list[str], failing: bool, world: tuple[Emulator, FakeTime], tmp_path: Path, wire: Wire
) -> None:
    async with reads(world, tmp_path) as seen:
        before, lines = seen.readings(), len(seen.tail.lines)
        wire.fault, wire.only = FAULTS["500"][0], f"{path}$"
        await seen.pass_time(2 * MINUTE)
        assert seen.old() == old
        assert all(seen.readings()[name].value == before[name].value for name in old)
        assert len(seen.tail.lines) == lines
        assert (seen.state.connection.link is Link.FAILING) == failing
        wire.fault = None
        await seen.pass_time(1.6 * MINUTE)
        assert not seen.old()


@pytest.mark.parametrize("jump", [-86_400.0, 86_400.0])
async def test_a_clock_that_jumps_stops_nothing(
    jump: float, world: tuple[Emulator, FakeTime], tmp_path: Path, wire: Wire
) -> None:
    async with reads(world, tmp_path) as seen:

        def jumped() -> float:
            return seen.time() + jump

        seen.service.clock = seen.service.read._clock = jumped
        sent = wire.sent
        await seen.pass_time(2 * MINUTE)
        assert 20 < wire.sent - sent < 150, "neither stopped nor in a hurry"
        assert seen.state.connection.link is Link.LIVE
        assert not seen.old()
        oldest = min(reading.at or 0 for reading in seen.state.stats.values())
        assert jumped() - oldest < 2 * MINUTE + 20


def test_a_clock_set_back_does_not_lengthen_a_cool_down() -> None:
    state = State(selected=DOCS, cooldowns={DOCS: 1_000_030.0})
    assert cooldown(state, 1_000_000.0) == 30.0
    assert cooldown(state, 1_000_000.0 - 86_400) == 0.0
    assert cooldown(state, 1_000_031.0) == 0.0
