"""An instance with thousands of jobs: the title says how many of how many; older ones come as the reader scrolls."""

from __future__ import annotations

from pathlib import Path

from tests.functional.test_writes import go_to
from tests.harness import START, Console, console

JOBS = 3_000


def have_jobs(seen: Console, name: str) -> None:
    """So many jobs of the past."""
    world = seen.emulator.world
    with world.lock, world.storage.transaction():
        instance = world.instances.get("default", name)
        for number in range(JOBS):
            at = START - 86_400.0 - 60.0 * (JOBS - number)
            job = world.jobs.create(instance, "schedule", at)
            world.jobs.end(job, at + 9.0, "completed")


async def test_older_jobs_come_as_the_reader_scrolls(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        have_jobs(seen, "hr-policies")
        await go_to(seen, "default", "hr-policies")
        await seen.press("R")
        await seen.pass_time(4.0, 0.5)
        await seen.sees("50 of 3,0")
        await seen.press("3", "z", "G")
        await seen.pass_time(1.0, 0.2)
        await seen.press("G")
        await seen.pass_time(1.0, 0.2)
        asked = [one.query["page"] for one in seen.emulator.received if one.path.endswith("hr-policies/jobs")]
        assert {"1", "2"} <= set(asked)
        assert len(seen.store.state.selected_jobs.value or ()) >= 100
