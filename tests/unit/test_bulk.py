"""Syncing many: who is left out, the order, what becomes of each, and stopping in between. Time is virtual."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from types import MappingProxyType

import pytest
from msgspec.structs import replace

from tests.unit.build import NOW, done, instance, job, key, state
from tui.errors import AppError, CoolingDown
from tui.models import InstanceKey
from tui.service.batch import Batch, Done, Skipped
from tui.service.outcome import Outcome
from tui.service.sync_many import SyncMany, candidates
from tui.state.store import Connection, Link, Store, read_at


class Reads:
    """Stands in for the reader: the newest job of an instance as `found` has it."""

    def __init__(self, store: Store, found: dict[str, object]) -> None:
        self.store = store
        self.found = found
        self.asked: list[str] = []

    async def jobs(self, wanted: InstanceKey, priority: object) -> None:
        self.asked.append(wanted.id)
        value = self.found.get(wanted.id, done())
        if isinstance(value, AppError):
            raise value
        self.store.put("jobs", wanted, read_at((value,), NOW))


class Bench:
    """A bulk sync of instances a, b, c ... with everything recorded in the order in which it happened."""

    def __init__(self, *names: str, found: dict[str, object] | None = None, refused: str = "") -> None:
        self.keys = [key(name) for name in names]
        self.store = Store(replace(state(*(instance(name) for name in names)), connection=Connection(Link.LIVE)))
        self.reads = Reads(self.store, found or {})
        self.refused = refused
        self.events: list[str] = []
        self.many = SyncMany(self.store, self.reads, self.sync, lambda: NOW)  # type: ignore[arg-type]
        self.batch = Batch("Sync", (), self.store, self.wait)

    async def run(self, note: str = "") -> Sequence[Done]:
        """Sync them all; what became of each that was begun."""
        self.batch.steps = self.many.steps(self.keys, note)
        await self.batch.run()
        return self.batch.done

    async def sync(self, wanted: InstanceKey, note: str) -> Outcome:
        if wanted.id == self.refused:
            raise CoolingDown("Cooling down", "Too soon.")
        self.events.append(f"sync {wanted.id} {note}".strip())
        return Outcome(f"Sync of {wanted.id} started", "job 1")

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        assert seconds > 0
        self.events.append("wait")


async def test_one_after_the_other_with_a_pause_between_two() -> None:
    bench = Bench("a", "b", "c")
    results = await bench.run("nightly")
    assert bench.events == ["sync a nightly", "wait", "sync b nightly", "wait", "sync c nightly"]
    assert [one.outcome.title for one in results if one.outcome] == [f"Sync of {name} started" for name in "abc"]
    assert bench.batch.summary == "3 of 3, done"
    assert bench.store.state.writes_in_flight == 0


async def test_a_job_that_runs_is_seen_before_it_would_be_ended() -> None:
    bench = Bench("a", "b", found={"a": job("running-job", NOW - 5)})
    results = await bench.run()
    assert isinstance(results[0].error, Skipped)
    assert not bench.batch.failed, "what is skipped has not failed"
    assert "running-" in results[0].error.detail
    assert bench.events == ["wait", "sync b"]


async def test_one_failure_is_not_the_end() -> None:
    bench = Bench("a", "b", "c", found={"c": AppError("Gone")}, refused="a")
    results = await bench.run()
    assert [type(one.error).__name__ for one in results] == ["CoolingDown", "NoneType", "AppError"]


async def test_it_stops_between_two() -> None:
    bench = Bench("a", "b", "c")
    plain = bench.sync

    async def stop_after_b(wanted: InstanceKey, note: str) -> Outcome:
        if wanted.id == "b":
            bench.batch.stop()
        return await plain(wanted, note)

    bench.many._sync = stop_after_b
    results = await bench.run()
    assert [one.name for one in results] == ["default/a", "default/b"], "the one on its way is finished"
    assert bench.batch.summary == "2 of 3, stopped"
    assert [one.name for one in bench.batch.results if isinstance(one.error, Skipped)] == ["default/c"]


async def test_cancelled_in_the_middle_nothing_says_that_it_still_runs() -> None:
    bench = Bench("a")
    started = asyncio.Event()

    async def never(wanted: InstanceKey, note: str) -> Outcome:
        started.set()
        await asyncio.Event().wait()
        raise AssertionError

    bench.many._sync = never
    task = asyncio.create_task(bench.run())
    await started.wait()
    assert bench.batch.running
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (bench.batch.running, bench.store.state.busy) == (False, False)


def test_who_is_left_out_and_why() -> None:
    cooling = MappingProxyType({key("c"): NOW + 12})
    known = replace(state(instance("a"), instance("b", source=None), instance("c"), instance("d")), cooldowns=cooling)
    known = replace(known, jobs=MappingProxyType({key("d"): read_at((job("21694851", NOW - 5),), NOW)}))
    why = {one.key.id: one.skipped for one in candidates(known, [key(name) for name in "abcde"], NOW)}
    assert why == {
        "a": "",
        "b": "built-in storage has no source to sync",
        "c": "cooling down, 12s left",
        "d": "its job 21694851 would be ended",
        "e": "not listed any more",
    }
