"""Syncing many instances: who is left out and why, then one after the other, each with its outcome."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from msgspec import Struct

from tui.contract import Priority
from tui.errors import AppError
from tui.models import Instance, InstanceKey, Job, job_state
from tui.service.batch import Batch, Done, Step, gap
from tui.service.outcome import Outcome
from tui.service.refresher import Refresher
from tui.state.store import Reading, State, Store
from tui.text import duration
from tui.waiting import Wait

EACH = 2
"""Requests for one instance: a look at its newest job, and the new one."""


class Candidate(Struct, frozen=True):
    """One instance that was marked; `skipped` says why it is left out, empty when it is not."""

    key: InstanceKey
    skipped: str = ""


class Skipped(AppError):
    """Left out at the last moment: nothing was sent for it."""


def candidates(state: State, keys: Sequence[InstanceKey], now: float) -> tuple[Candidate, ...]:
    """Each of `keys`, with why it cannot be synced as far as is known without asking. `now` is in epoch seconds."""
    known = {instance.key: instance for instance in state.fleet.value or ()}
    return tuple(Candidate(key, _why_not(state, known.get(key), key, now)) for key in keys)


def _why_not(state: State, instance: Instance | None, key: InstanceKey, now: float) -> str:
    if instance is None:
        return "not listed any more"
    if key.nameless:
        return "came without an id"
    if not instance.has_jobs:
        return "built-in storage has no sync jobs"
    if running := _running(state.jobs.get(key, Reading()).value, now):
        return _superseded(running)
    left = state.cooldowns.get(key, 0.0) - now
    return f"cooling down, {duration(left)} left" if left > 0 else ""


def _running(jobs: tuple[Job, ...] | None, now: float) -> Job | None:
    """The newest job, when it has not ended."""
    return jobs[0] if jobs and job_state(jobs[0], now).active else None


def _superseded(job: Job) -> str:
    return f"its job {job.id[:8]} would be ended"


def seconds(count: int, state: State) -> float:
    """How long the pauses between so many instances take."""
    return max(0, count - 1) * gap(count, state.budget)


class BulkSync:
    """Syncs one instance after the other; the state's `doing` tells how far it is."""

    def __init__(
        self,
        store: Store,
        read: Refresher,
        sync: Callable[[InstanceKey, str], Awaitable[Outcome]],
        clock: Callable[[], float],
        wait: Wait,
    ) -> None:
        self._store = store
        self._read = read
        self._sync = sync
        self._clock = clock
        self._wait = wait
        self._batch: Batch | None = None

    @property
    def running(self) -> bool:
        """Whether one is under way: there is never more than one."""
        return self._batch is not None

    def stop(self) -> None:
        """Start no further one."""
        if self._batch:
            self._batch.stop()
            self._tell("stopping")

    async def run(self, keys: Sequence[InstanceKey], note: str = "") -> tuple[Done, ...]:
        """Sync these, in order; what became of each that was begun. Raises nothing that one of them raises."""
        steps = [Step(str(key), lambda key=key: self._one(key, note)) for key in keys]  # type: ignore[misc]
        self._batch = batch = Batch("Sync", steps, self._store, self._wait)
        batch.changed = self._tell
        self._tell()
        try:
            await batch.run()
        finally:
            self._batch = None
            self._store.update(doing="")
        return batch.done

    def _tell(self, more: str = "") -> None:
        """How far it is; `more` says what else is to be known."""
        batch = self._batch
        if batch:
            waits = f"waiting {duration(batch.waiting)} for the budget" if batch.waiting else more
            parts = (f"SYNC {len(batch.done)}/{len(batch.steps)}", waits)
            self._store.update(doing=" ".join(part for part in parts if part))

    async def _one(self, key: InstanceKey, note: str) -> Outcome:
        """Look first: a job that runs and was not known of is not ended by a new one."""
        await self._read.jobs(key, Priority.USER)
        if running := _running(self._store.state.jobs.get(key, Reading()).value, self._clock()):
            raise Skipped("Skipped", _superseded(running))
        return await self._sync(key, note)
