"""Ten minutes of a console on 60 instances, a third of which run: no row is older than its pace."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from tests.harness import START, Console, console
from tui.emulator import EmulatorConfig
from tui.models import InstanceKey
from tui.polling.row_schedule import HOT_FOR
from tui.state.health import Health
from tui.ui.main_screen import MainScreen

pytestmark = pytest.mark.exhaustive

INSTANCES, RUNNING = 60, 20
DOCUMENTS = 100
"""Of each instance that runs: at this speed more than ten minutes of work."""
FIRST_JOBS = 180.0
"""Seconds in which all 60 have their first job at once, or just had it, and take turns."""
IN_TURN, QUIET = 10.0, 100.0
"""Seconds that a row may be old: for each eight rows that work, and for a quiet one in sight."""
STEP = 2.0
"""Seconds between two looks: what waits wakes up at the next one, and so does what waits for that."""
LATE = 3 * STEP


def build(data: Path) -> None:
    """A bucket with much to do and an empty one."""
    (data / "buckets" / "empty").mkdir(parents=True)
    full = data / "buckets" / "full"
    full.mkdir()
    for number in range(DOCUMENTS):
        (full / f"page-{number:03}.md").write_text(f"# Page {number}\n\nSome words.\n" * 130)


def create(seen: Console) -> None:
    """60 instances, every third of them over the full bucket; each begins its first job by itself."""
    world = seen.emulator.world
    with world.lock, world.storage.transaction():
        for number in range(INSTANCES):
            source = "full" if number % (INSTANCES // RUNNING) == 0 else "empty"
            world.instances.create("default", f"inst-{number:02}", {"source": source}, START)


def main_screen(seen: Console) -> MainScreen:
    """The screen below all others."""
    screen = seen.app.screen_stack[0]
    assert isinstance(screen, MainScreen)
    return screen


class Watch:
    """Looks at the rows in sight again and again, and remembers which worked when."""

    def __init__(self, seen: Console) -> None:
        self._seen = seen
        self._worked: dict[InstanceKey, float] = {}

    def working(self) -> set[InstanceKey]:
        """All rows whose job runs or that have work left."""
        stats = self._seen.store.state.stats
        counted = {key for key, read in stats.items() if read.value and read.value.pending}
        return counted | {row.key for row in main_screen(self._seen).rows if row.health is Health.RUNNING}

    def too_old(self) -> list[str]:
        """Rows in sight read longer ago than their pace allows; those that worked a minute ago take turns too."""
        state, now = self._seen.store.state, self._seen.time()
        sight = main_screen(self._seen).panes.instances.keys_on_screen()
        works = self.working()
        self._worked.update(dict.fromkeys(works, now))
        turns = sum(now - self._worked.get(key, START) <= HOT_FOR + 2 * STEP for key in sight)
        allowed = IN_TURN * max(1, math.ceil(turns / 8))
        found = []
        for key in sight:
            reading = state.stats.get(key)
            age = now - (reading.at if reading and reading.at else START)
            if age > (allowed if key in works else QUIET) + LATE:
                found.append(f"{key}: {age:.0f} s old, {turns} rows take turns")
        return found


async def test_ten_minutes_against_the_emulator(tmp_path: Path) -> None:
    data = tmp_path / "data"
    build(data)
    config = EmulatorConfig(seed="empty", data=data, speed=0.03)
    async with console(tmp_path, config=config, wait=False) as seen:
        create(seen)
        await seen.press("R")
        await seen.pass_time(FIRST_JOBS, STEP)
        watch, most = Watch(seen), 0
        while seen.time() - START < 600.0:
            await seen.pass_time(STEP, STEP)
            assert not watch.too_old()
            most = max(most, len(watch.working()))
        assert most >= RUNNING
        assert seen.store.state.budget.used < 0.5 * seen.store.state.budget.limit
