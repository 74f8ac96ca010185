"""Syncing many instances: who is left out and why, and the steps of the batch."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from msgspec import Struct

from tui.contract import Priority
from tui.models import Instance, InstanceKey, Job
from tui.service.batch import Skipped, Step
from tui.service.outcome import Outcome
from tui.service.refresher import Refresher
from tui.state.store import State, Store
from tui.text import duration

EACH = 2
"""Requests for one instance: a look at its newest job, and the new one."""


class Candidate(Struct, frozen=True):
    """One instance that was marked; `skipped` says why it is left out, empty when it is not."""

    key: InstanceKey
    skipped: str = ""


def candidates(state: State, keys: Sequence[InstanceKey], now: float) -> tuple[Candidate, ...]:
    """Each of `keys`, with why it cannot be synced as far as is known without asking. `now` is in epoch seconds."""
    known = {instance.key: instance for instance in state.fleet.value or ()}
    return tuple(Candidate(key, _why_not(state, known.get(key), key, now)) for key in keys)


def _why_not(state: State, instance: Instance | None, key: InstanceKey, now: float) -> str:
    if instance is None:
        return "not listed any more"
    if key.nameless:
        return "came without an id"
    if not instance.has_source:
        return "built-in storage has no source to sync"
    if running := state.running_job(key, now):
        return _superseded(running)
    left = state.cooldowns.get(key, 0.0) - now
    return f"cooling down, {duration(left)} left" if left > 0 else ""


def _superseded(job: Job) -> str:
    return f"its job {job.id[:8]} would be ended"


class SyncMany:
    """Makes the steps of a batch that syncs one instance after the other."""

    def __init__(
        self,
        store: Store,
        read: Refresher,
        sync: Callable[[InstanceKey, str], Awaitable[Outcome]],
        clock: Callable[[], float],
    ) -> None:
        self._store = store
        self._read = read
        self._sync = sync
        self._clock = clock

    def steps(self, keys: Sequence[InstanceKey], note: str = "") -> tuple[Step, ...]:
        """A step for each; one whose job runs when its turn comes raises Skipped, and nothing is started."""
        return tuple(Step(str(key), partial(self._one, key, note)) for key in keys)

    async def _one(self, key: InstanceKey, note: str) -> Outcome:
        """Look first: a job that runs and was not known of is not ended by a new one."""
        await self._read.jobs(key, Priority.USER)
        if running := self._store.state.running_job(key, self._clock()):
            raise Skipped("Skipped", _superseded(running))
        return await self._sync(key, note)
