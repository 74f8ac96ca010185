"""The console on the embedded emulator, driven by keys, with one clock for both: nothing here waits for real time."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from msgspec import structs
from textual import events
from textual.keys import REPLACED_KEYS, _character_to_key, _get_unicode_name_from_key
from textual.message_pump import MessagePump
from textual.pilot import Pilot

from tests.api.openapi import judge_request
from tests.filled import fill_as_before
from tests.mirror import Mirror
from tui.api.client import Client
from tui.config import CustomCommand
from tui.emulator import Emulator, EmulatorConfig, ManualClock
from tui.polling import Poller
from tui.secret import Secret
from tui.service import Service
from tui.service.audit import Audit
from tui.session.session import Session
from tui.state.kept_queries import KeptQueries
from tui.state.store import Identity, Store
from tui.system import crash
from tui.ui import textual_painting
from tui.ui.app import ConsoleApp
from tui.ui.main_screen import MainScreen
from tui.wiring import pages_of

START = 1_790_000_000.0  # 2026-09-21 14:13:20 UTC
TOKEN = "test-token-0123456789"
BASE_URL = "https://emulator.invalid/client/v4"
STEPS = 4
"""Steps of the event loop in a turn at least: what a worker has begun goes on meanwhile."""
AT_ONCE = 100
"""Steps after which a turn waits for something real, such as a file or a thread."""
PATIENCE = 1500
"""Turns of the event loop, some milliseconds each, until a condition that never holds fails a test."""


class FakeTime:
    """Epoch and monotonic clock in one, and waits that end when somebody advances it."""

    def __init__(self, start: float = START) -> None:
        self.clock = ManualClock(start)
        self._sleepers: list[tuple[float, asyncio.Event]] = []
        self.in_flight = 0
        """Requests that were sent and not answered yet."""
        self.objections: list[str] = []
        """What the contract has against requests that were sent."""

    def __call__(self) -> float:
        return self.clock()

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        """Until the event is set or the clock was advanced by so many seconds."""
        due = asyncio.Event()
        entry = (self.clock() + seconds, due)
        self._sleepers.append(entry)
        tasks = [asyncio.create_task(event.wait()), asyncio.create_task(due.wait())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._sleepers.remove(entry)
            for task in tasks:
                task.cancel()

    async def sleep(self, seconds: float) -> None:
        """Until the clock was advanced by so many seconds."""
        await self.wait(asyncio.Event(), seconds)

    def advance(self, seconds: float) -> None:
        """Let time go on; sleepers that are due wake up."""
        self.clock.advance(seconds)
        for deadline, due in self._sleepers:
            if deadline <= self.clock():
                due.set()


class Counted(httpx.AsyncBaseTransport):
    """The way to the emulator, which counts what is on it."""

    def __init__(self, emulator: Emulator, time: FakeTime) -> None:
        self._inner = httpx.ASGITransport(app=emulator.app)
        self._time = time

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._time.in_flight += 1
        try:
            await self._judge(request)
            return await self._inner.handle_async_request(request)
        finally:
            self._time.in_flight -= 1

    async def _judge(self, request: httpx.Request) -> None:
        """Keep what breaks the contract for the end: an exception here would only be one more error on the screen."""
        await request.aread()
        try:
            judge_request(request)
        except AssertionError as objection:
            self._time.objections.append(f"{request.method} {request.url.path}: {objection}")


class Console:
    """A running console and its emulator, as a test sees them."""

    def __init__(self, made: Stage, pilot: Pilot[None]) -> None:
        self.app = made.app
        self.pilot = pilot
        self.emulator = made.emulator
        self.time = made.time
        self.mirror = made.mirror

    @property
    def store(self) -> Store:
        return self.app.store

    @property
    def session(self) -> Session:
        """The open session."""
        screen = self.app.screen_stack[0]
        assert isinstance(screen, MainScreen)
        assert screen.session is not None
        return screen.session

    def text(self) -> str:
        """The whole screen as an operator reads it: what was painted.

        To ask the compositor instead would have it lay out what waits to be laid out, and then nobody paints it.
        """
        return self.mirror.text()

    async def turn(self, paint: bool = True) -> None:
        """Let every widget handle the messages it has, and paint what that changed.

        Textual's own way sends each widget a message and waits until it was handled, which took a third of the time of
        a test; its wait for an idle processor sleeps 20 ms a call.
        """
        for number in range(PATIENCE):
            await asyncio.sleep(0 if number < AT_ONCE else 0.001)
            if number >= STEPS and not (self.app.is_running and self._handling()):
                break
        await asyncio.sleep(0.001)
        if paint and self.app.is_running:
            self.app.screen._on_timer_update()
            for _ in range(PATIENCE):  # what is painted in pieces has the rest behind what waits
                if not (self.app.is_running and self.app.screen._compositor._dirty_regions):
                    break
                await asyncio.sleep(0)

    def _handling(self) -> bool:
        """Whether any widget, of any screen, has or handles a message: it does not wait for one."""
        nodes = (node for node in self.app._registry if node._task and not node._task.done())
        return any(not _waits(node) for node in (self.app, *nodes))

    async def press(self, *keys: str) -> None:
        """Press keys, one after the other, each when the one before has been dealt with and what it asked for is here.

        Textual's own way sleeps 40 ms a key, to see whether the processor is idle.
        """
        for key in keys:
            driver = self.app._driver
            assert driver is not None
            driver.send_message(_typed(key))
            await self._dealt_with()

    async def paste(self, text: str) -> None:
        """Paste a text, as a terminal brackets it: a path of a hundred letters is one event and not a hundred keys."""
        driver = self.app._driver
        assert driver is not None
        driver.send_message(events.Paste(text))
        await self._dealt_with()

    async def _dealt_with(self) -> None:
        quiet = 0
        for _ in range(PATIENCE):
            await self.turn()
            waits = self.app.keys.busy
            quiet = 0 if waits else quiet + 1
            if quiet >= (20 if self.time.in_flight else 3) or not self.app.is_running:
                return
        raise AssertionError(f"a key is never dealt with\n{self.text()}")

    async def until(self, condition: Callable[[], object], what: str = "") -> None:
        """Let the loop turn until a condition holds; fails with the screen when it never does."""
        for _ in range(PATIENCE):
            if condition():
                await self.turn()
                return
            await self.pilot.pause(0.005)
        raise AssertionError(f"never happened: {what}\n{self.text()}")

    async def sees(self, words: str) -> None:
        """Wait until the words stand on the screen."""
        await self.until(lambda: words in self.text(), f"{words!r} on the screen")

    async def pass_time(self, seconds: float, step: float = 1.0) -> None:
        """Let the clock go on in steps; after each, everything that is due happens before time goes on."""
        passed = 0.0
        while passed < seconds:
            self.time.advance(min(step, seconds - passed))
            passed += step
            await self.settle()
        screen = self.app.screen_stack[0]
        if isinstance(screen, MainScreen):
            screen.tick()
            screen.draw_bars()
        await self.turn()

    async def levelled(self) -> None:
        """At one moment everything about every row is known, whichever were read first, so that pictures are the same.

        Which rows are read before depends on which are on the screen, and that on what is known of them. The count of
        requests stands still from then on.
        """
        await self.pass_time(START + 6.0 - self.time(), 0.5)
        update = self.store.update

        def without_budget(**changes: Any) -> None:
            changes.pop("budget", None)
            update(**changes)

        update(samples={}, budget=structs.replace(self.store.state.budget, used=32))
        self.store.update = without_budget  # type: ignore[method-assign]
        read = self.session.service.read
        for one in self.store.state.fleet.value or ():
            await read.stats(one.key)
            await read.jobs(one.key)
        await self.pass_time(1.0, 0.5)

    async def read_now(self) -> None:
        """Counters of all rows as of this moment: how old each row is depends on nobody's pace."""
        await self.still()
        for one in self.store.state.fleet.value or ():
            await self.session.service.read.stats(one.key)
        screen = self.app.screen_stack[0]
        assert isinstance(screen, MainScreen)
        screen.tick()
        await self.still()

    async def in_windows(self, sizes: Sequence[tuple[int, int]]) -> AsyncIterator[tuple[int, int]]:
        """Each size of the window in turn, drawn and still: it takes a tenth of the time of a console of its own."""
        for size in sizes:
            await self.pilot.resize_terminal(*size)
            await self.still()
            yield size

    async def still(self) -> None:
        """Ready for a picture: nothing on its way, everything drawn."""
        await self.settle()
        screen = self.app.screen_stack[0]
        if isinstance(screen, MainScreen):
            screen.tick()
            screen.draw_bars()
        await self.turn()

    async def settle(self) -> None:
        """Until no request is on its way and no message waits."""
        still = 0
        while still < 3:
            await self.turn(paint=not self.time.in_flight)
            still = 0 if self.time.in_flight else still + 1

    async def painted(self) -> None:
        """Until what stands on the terminal is what the screen would paint now; fails when it never is."""
        faults: list[str] = []
        for _ in range(50):
            if not (faults := self.mirror.faults()):
                return
            await self.pilot.pause(0.01)
        raise AssertionError("not painted again, as it stands and as it should:\n" + "\n".join(faults))

    def received(self, method: str, part: str = "") -> list[str]:
        """Paths of the requests with this method that the server got, with their bodies."""
        return [f"{one.path} {one.body}" for one in self.emulator.received if one.method == method and part in one.path]


def _waits(node: MessagePump) -> bool:
    """Whether a node waits for a message."""
    ready = node._message_queue.ready_event
    return bool(ready._waiters) and not ready.is_set()  # type: ignore[attr-defined]


def _typed(key: str) -> events.Key:
    """The event of a key that is given by its name or as a character."""
    name = key if len(key) > 1 or key.isalnum() else _character_to_key(key)
    try:
        character = unicodedata.lookup(_get_unicode_name_from_key(REPLACED_KEYS.get(name, name)))
    except KeyError:
        character = key if len(key) == 1 else None
    return events.Key(name, character)


def session_of(
    emulator: Emulator,
    time: FakeTime,
    store: Store,
    audit: Path,
    *,
    read_only: bool = False,
    token: str = TOKEN,
    fast: float = 0.0,
) -> Session:
    """A session against the emulator in this process, all clocks and waits injected.

    This machine's own clock is so many seconds `fast`.
    """
    api = Client(
        account=emulator.account,
        token=Secret(token),
        base_url=BASE_URL,
        transport=Counted(emulator, time),
        clock=time,
        wall=lambda: time() + fast,
        sleep=time.sleep,
    )
    store.update(identity=Identity("prod", emulator.account, "Acme", "test", BASE_URL, read_only=read_only))
    queries = KeptQueries(audit.parent / "queries", store.state.identity, lambda data: token.encode() in data)
    queries.load()
    pages = partial(pages_of, emulator)
    service = Service(api, store, api.now, Audit(audit, time), time.wait, queries, pages)
    poller = Poller(service, wait=time.wait, monotonic=time)

    async def close() -> None:
        await poller.stop()
        await api.aclose()

    return Session(service, poller, close, time.wait)


@dataclass
class Stage:
    """A console that is not running yet, its emulator, and the clock of both."""

    app: ConsoleApp
    emulator: Emulator
    time: FakeTime
    mirror: Mirror


def stage(
    tmp_path: Path,
    *,
    config: EmulatorConfig | None = None,
    read_only: bool = False,
    theme: str = "aisearch-dark",
    ascii_only: bool = False,
    accepted: str | None = None,
    keymap: Mapping[str, str] | None = None,
    commands: Sequence[CustomCommand] = (),
    fast: float = 0.0,
) -> Stage:
    """A console against an emulator with the demo's world; a `config` keeps its own settings but takes the clock.

    The emulator takes the token that the console has, unless another one is `accepted`. This machine's own clock is so
    many seconds `fast`.
    """
    time = FakeTime()
    emulator = Emulator(replace(config or EmulatorConfig(), token=accepted or TOKEN, clock=time.clock), fill_as_before)
    store = Store()

    async def open_session(token: Secret | None, demo: bool) -> Session:
        audit = tmp_path / "audit.jsonl"
        given = token.reveal() if token else TOKEN
        return session_of(emulator, time, store, audit, read_only=read_only, token=given, fast=fast)

    def own_clock() -> float:
        return time() + fast

    def write_report(error: Exception) -> str:
        return f"A report is in {crash.write_report(error, (), tmp_path / 'reports')}"

    app = ConsoleApp(
        store,
        open_session,
        theme=theme,
        ascii_only=ascii_only,
        keymap=keymap,
        clock=own_clock,
        write_report=write_report,
        commands=commands,
    )
    _share_parsed_styles(app)
    return Stage(app, emulator, time, Mirror(app))


_parsed: dict[str, Any] = {}


def _share_parsed_styles(app: ConsoleApp) -> None:
    """Parse each style sheet once for all consoles of a theme."""
    styles = app.stylesheet
    styles._parse_cache = _parsed.setdefault(app.theme + str(app.ansi_color), styles._parse_cache)


@contextmanager
def _seldom_painted() -> Iterator[None]:
    """Screens that come now are painted once a second, and by each turn: what is painted between nobody looks at."""
    period = textual_painting.UPDATE_PERIOD
    vars(textual_painting)["UPDATE_PERIOD"] = 1.0
    try:
        yield
    finally:
        vars(textual_painting)["UPDATE_PERIOD"] = period


async def loaded(made: Stage, pilot: Pilot[None]) -> Console:
    """The console once its list and the counters of its rows are there."""
    driven = Console(made, pilot)
    await driven.until(lambda: driven.store.state.fleet.at, "the list of instances")
    rows = driven.store.state.fleet.value or ()
    for _ in range(20):
        await driven.pass_time(0.2, 0.2)
        if len(driven.store.state.stats) >= min(len(rows), 17):
            break
    return driven


@asynccontextmanager
async def console(
    tmp_path: Path,
    size: tuple[int, int] = (120, 40),
    *,
    wait: bool = True,
    judged: bool = True,
    bugs: bool = False,
    **choices: Any,
) -> AsyncIterator[Console]:
    """Run a console of `size` until the block ends; `choices` are those of `stage`.

    At the end all that it painted must be what is on its screen, and all requests that it sent must keep the contract,
    unless they are not `judged`. No bug may have been met that the console went on after, unless `bugs` are expected.
    """
    made = stage(tmp_path, **choices)
    try:
        with _seldom_painted():
            async with made.app.run_test(size=size, notifications=True) as pilot:
                seen = await loaded(made, pilot) if wait else Console(made, pilot)
                yield seen
                if made.app.is_running:
                    await seen.painted()
    finally:
        made.emulator.close()
    assert not (judged and made.time.objections), made.time.objections
    if made.app.bugs.contained and not bugs:
        raise made.app.bugs.contained[0]
