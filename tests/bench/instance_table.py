"""The instance table in this process: how long the event loop stands still when all rows are replaced."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable, Iterator
from statistics import median

from tests.bench.generated import instance_of
from tests.bench.results import Result
from tui.models import Instance, decode_list
from tui.secret import Secret
from tui.session.session import Session
from tui.state.instance_rows import Fleet, Row
from tui.state.store import State, Store, read_at
from tui.ui.app import ConsoleApp
from tui.ui.instances.pane import InstancesPane
from tui.ui.main_screen import MainScreen

NOW = 1_790_000_000.0
SIZES = ((5_000, 20), (50_000, 100))


def measure(quick: bool) -> Iterator[Result]:
    """Rows that are all new in the table, and a list that was read again in the whole screen."""
    for size, limit in SIZES:
        new_rows, same_list = asyncio.run(_reload(size, 3 if quick else 7))
        yield Result(f"instance table: {size:,} new rows", new_rows, "ms", limit)
        yield Result(f"whole screen: {size:,} instances read again, unchanged", same_list, "ms", limit)


async def _reload(size: int, times: int) -> tuple[float, float]:
    """Milliseconds of event loop for both."""
    store = Store()
    app = ConsoleApp(store, _never, clock=lambda: NOW)
    async with app.run_test(size=(120, 40)) as pilot:
        main, pane = app.screen_stack[0], app.screen.query_one(InstancesPane)
        assert isinstance(main, MainScreen)
        fleet = _fleet(size)
        store.update(fleet=read_at(fleet, NOW))
        await pilot.pause()
        versions = [_rows(_fleet(size, status)) for status in ("ready", "waiting")]
        new_rows, same_list = [], []
        for number in range(times):

            def renew(number: int = number) -> None:
                pane.rows = versions[number % 2]

            def read_again(number: int = number) -> None:
                store.update(fleet=read_at((*fleet,), NOW + number))
                main.tick()

            new_rows.append(_timed(renew, pane))
            await pilot.pause()
            same_list.append(_timed(read_again, pane))
            await pilot.pause()
        return median(new_rows), median(same_list)


def _timed(change: Callable[[], None], pane: InstancesPane) -> float:
    """Milliseconds of the change and of painting what is in the viewport; without a collector's pause."""
    gc.collect()
    began = time.perf_counter()
    change()
    table = pane.body()
    table.render_lines(table.size.region)
    return (time.perf_counter() - began) * 1e3


def _fleet(size: int, status: str = "ready") -> tuple[Instance, ...]:
    instances = ({**instance_of(f"plain-{number:05}", NOW), "status": status} for number in range(size))
    return tuple(decode_list(Instance, list(instances)))


def _rows(fleet: tuple[Instance, ...]) -> tuple[Row, ...]:
    return Fleet().rows(State(fleet=read_at(fleet, NOW)), NOW)


async def _never(token: Secret | None, demo: bool) -> Session:
    """No session: nothing is read while the table is measured."""
    await asyncio.Event().wait()
    raise AssertionError
