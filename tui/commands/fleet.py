"""Reading the fleet for a command: the list, counters and jobs, within the budget, using what is kept where it may.

What could not be read is named through the call, never left out silently.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

from msgspec import Struct

from tui.commands.parser import did_you_mean
from tui.commands.session import Invocation
from tui.contract import Priority
from tui.errors import AppError, CredentialError, NotFound, Unauthorized, Unreachable, UsageError
from tui.models import InstanceKey
from tui.state.health import Health
from tui.state.instance_rows import Fleet, Order, Row, ordered
from tui.state.store import Reading, State

AT_ONCE = 8
"""Requests on their way at a time."""
SHARE = 0.5
"""Part of the request budget that the counters of a large account may take at once: the rest is for everybody else."""
JOBS_OF_ALL = 50
"""Accounts of up to so many instances have the jobs of all of them read; in others, only of those that work."""
AHEAD = 0.75
"""Part of the time after which a kept value is too old, in which all of them are read once."""
MINUTE = 60.0
JOBS_A_MINUTE = 4
"""Instances that work whose jobs are read, spread over the runs."""
NAMED = 5
"""So many are named, the rest is counted."""
_WORKS = frozenset({Health.RUNNING, Health.QUEUED, Health.STALLED})
_HOPELESS = (Unauthorized, CredentialError, Unreachable)


class FleetWanted(Struct, frozen=True):
    """What is to be read. `young` is how many seconds old a kept value may be and still be used; 0 for none.

    With `spread` the reads are spread over the runs of a cron job: each run reads so many of the stalest that none gets
    older than `young`, however often it runs. Otherwise all of them would be too old at once.
    """

    stats: bool = True
    young: float = 0.0
    spread: bool = False
    namespace: str | None = None
    keys: frozenset[InstanceKey] | None = None

    def wants(self, key: InstanceKey) -> bool:
        """Whether this instance is asked for."""
        if self.keys is not None:
            return key in self.keys
        return self.namespace is None or key.namespace == self.namespace


async def read_fleet(call: Invocation, wanted: FleetWanted) -> tuple[Row, ...]:
    """The rows of the instances that are wanted, trouble first. Raises AppError when the list cannot be read."""
    since = call.now - (call.state.fleet.at or 0.0)
    call.service.narrow(wanted.namespace)
    try:
        await call.service.read.fleet(Priority.USER)
    except NotFound:
        if wanted.namespace:
            await _check_namespace(call, wanted.namespace)
        raise
    if wanted.namespace and not any(wanted.wants(one.key) for one in call.state.fleet.value or ()):
        await _check_namespace(call, wanted.namespace)
    if wanted.spread:
        await _read_spread(call, wanted, since)
    elif wanted.stats:
        await _read_counters(call, wanted)
        await _read_jobs(call, wanted)
    else:
        _forget_kept(call)
    return rows_of(call.state, call.now, wanted)


async def _check_namespace(call: Invocation, name: str) -> None:
    """Raises UsageError when there is no such namespace at all."""
    await call.service.read.namespaces(Priority.USER)
    known = [one.name for one in call.state.namespaces.value or ()]
    if name not in known:
        meant = did_you_mean(name, known).removeprefix("; ")
        raise UsageError(f"There is no namespace {name}", f"{meant[:1].upper()}{meant[1:]}")


def rows_of(state: State, now: float, wanted: FleetWanted) -> tuple[Row, ...]:
    """The rows of a state, trouble first, then by name."""
    rows = (one for one in Fleet().rows(state, now) if wanted.wants(one.key))
    return ordered(rows, Order())


def _forget_kept(call: Invocation) -> None:
    """Old counters are not shown as if they had been read."""
    for table in ("stats", "jobs"):
        old = [key for key, reading in getattr(call.state, table).items() if reading.kept]
        call.service.store.put_many(table, dict.fromkeys(old))


def _young(call: Invocation, reading: Reading[Any], most: float) -> bool:
    return reading.value is not None and reading.at is not None and 0 <= call.now - reading.at < most


async def _read_spread(call: Invocation, wanted: FleetWanted, since: float) -> None:
    """Read what is too old, and of the rest the stalest; then the jobs of some that work, the stalest first.

    `since` is how many seconds ago the list was read before: so long ago was the last run.
    """
    listed = [one.key for one in call.state.fleet.value or () if wanted.wants(one.key) and not one.key.nameless]
    old = [key for key in listed if not _young(call, call.state.stats.get(key, Reading()), wanted.young)]
    stalest = [key for key in _stalest(call, "stats", listed) if key not in set(old)]
    turn = math.ceil(len(listed) * since / (AHEAD * wanted.young)) if wanted.young else 0
    due = [key for key in stalest[:turn] if not _young(call, call.state.stats.get(key, Reading()), MINUTE / 2)]
    await _read_these(call, [*old, *due])
    works = [one.key for one in rows_of(call.state, call.now, wanted) if _may_work(one)]
    seen = [key for key in works if not _young(call, call.state.jobs.get(key, Reading()), MINUTE / 2)]
    few = max(1, math.ceil(JOBS_A_MINUTE * min(since, wanted.young) / MINUTE))
    await each(call, "jobs of", _stalest(call, "jobs", seen)[:few], lambda key: call.service.read.jobs(key))


def _stalest(call: Invocation, table: str, keys: Iterable[InstanceKey]) -> list[InstanceKey]:
    known = getattr(call.state, table)
    return sorted(keys, key=lambda key: known.get(key, Reading()).at or 0.0)


def _may_work(one: Row) -> bool:
    return one.health in _WORKS or bool(one.queued)


async def _read_counters(call: Invocation, wanted: FleetWanted) -> None:
    listed = [one.key for one in call.state.fleet.value or () if wanted.wants(one.key) and not one.key.nameless]
    await _read_these(call, [k for k in listed if not _young(call, call.state.stats.get(k, Reading()), wanted.young)])


async def _read_these(call: Invocation, keys: Sequence[InstanceKey]) -> None:
    """Read these counters, as many as the request budget has room for; the rest is named."""
    budget = call.service.api.budget
    room = max(0, int(budget.limit * SHARE) - budget.used)
    stalest = _stalest(call, "stats", keys)
    await each(call, "counters of", stalest[:room], lambda key: call.service.read.stats(key))
    if left := stalest[room:]:
        call.unread.extend(map(str, left))
        call.out.problem(f"not read, for want of request budget: the counters of {named(left)}")


async def _read_jobs(call: Invocation, wanted: FleetWanted) -> None:
    """Jobs of all instances of a small account, else of those that work: only a job says that one is stalled."""
    rows = [one for one in rows_of(call.state, call.now, wanted) if not one.key.nameless]
    if len(rows) > JOBS_OF_ALL:
        rows = [one for one in rows if _may_work(one)]
    young = [one for one in rows if not _young(call, call.state.jobs.get(one.key, Reading()), wanted.young)]
    await each(call, "jobs of", [one.key for one in young], lambda key: call.service.read.jobs(key))


async def each(
    call: Invocation, what: str, keys: Sequence[InstanceKey], read: Callable[[InstanceKey], Awaitable[None]]
) -> None:
    """Read something of every key, a few at once. What fails is named; what every read would meet is raised."""
    waiting = iter(keys)

    async def worker() -> None:
        for key in waiting:
            try:
                await read(key)
            except _HOPELESS:
                raise
            except AppError as error:
                call.not_read(f"{what} {key}", error)

    tasks = [asyncio.ensure_future(worker()) for _ in range(min(AT_ONCE, len(keys)))]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()


def named(keys: Iterable[object]) -> str:
    """`a, b, c and 12 more`."""
    names = [str(key) for key in keys]
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more:,} more" if more > 0 else "")
