"""The rows of the instance table: one derived state an instance, default order, filter and sort. Pure."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from typing import NamedTuple

from msgspec import Struct

from tui.errors import UsageError
from tui.models import Instance, InstanceKey, Job, JobState, Stats, job_state
from tui.models.job import STALL_AFTER
from tui.state.progress import next_sync
from tui.state.store import Reading, State
from tui.text import age, fold


class Health(Enum):
    """What an operator wants to know of an instance first. Ordered by urgency; `rank` is the default sort."""

    FAILED = (0, "failed")
    PAUSED_BY_ERROR = (1, "paused by error")
    STALLED = (2, "stalled")
    ERRORS = (3, "errors")
    MALFORMED = (4, "malformed")
    RUNNING = (5, "running")
    QUEUED = (6, "queued")
    PAUSED = (7, "paused")
    DISABLED = (7, "disabled")
    NEVER = (8, "never synced")
    EMPTY = (8, "empty")
    READY = (8, "ready")
    OTHER = (8, "other")

    def __init__(self, rank: int, word: str) -> None:
        self.rank = rank
        self.word = word


class Row(Struct, frozen=True):
    """One instance as the table shows it. Counts are None where unknown. `activity` and `due` are in epoch seconds."""

    key: InstanceKey
    instance: Instance
    health: Health
    word: str
    error: int | None
    queued: int | None
    completed: int | None
    activity: float | None
    age: str
    due: float | None = None
    next_sync: str = "-"
    stale: bool = False

    @property
    def source(self) -> str:
        """Where the documents come from, short."""
        return self.instance.source or str(self.instance.kind)


def health(instance: Instance, stats: Stats | None, newest: Job | None, now: float) -> Health:
    """The one state of an instance, from its own fields, its counters and its newest job at `now` (epoch s)."""
    if instance.problem:
        return Health.MALFORMED
    status = (instance.status or "").casefold()
    source_errors = bool(stats and stats.index_source_errors)
    if instance.paused:
        return Health.PAUSED_BY_ERROR if status == "error" or source_errors else Health.PAUSED
    active = job_state(newest, now) if newest and not newest.ended_at else None
    if active is JobState.STALLED:
        return Health.STALLED
    if active in (JobState.RUNNING, JobState.QUEUED):
        return Health.RUNNING if active is JobState.RUNNING else Health.QUEUED
    if status in ("error", "failed") or source_errors or (newest and job_state(newest, now) is JobState.FAILED):
        return Health.FAILED
    if stats and stats.error:
        return Health.ERRORS
    if instance.enable is False:
        return Health.DISABLED
    return _calm(instance, stats, newest, now)


def _calm(instance: Instance, stats: Stats | None, newest: Job | None, now: float) -> Health:
    """The state of an instance of which no trouble and no job that runs is known."""
    status = (instance.status or "").casefold()
    if status == "indexing" or (stats and stats.pending):
        return _working(instance, stats, now)
    if stats and stats.total == 0 and not stats.degraded:
        return Health.EMPTY if newest or status not in ("waiting", "") else Health.NEVER
    if status == "waiting" and not newest and not (stats and stats.total):
        return Health.NEVER
    return Health.READY if status in ("ready", "active", "") or stats else Health.OTHER


def _working(instance: Instance, stats: Stats | None, now: float) -> Health:
    """Running, waiting, or work without a sign of life, by the counters alone."""
    if stats and not stats.pending and not stats.degraded:
        return Health.QUEUED
    seen = activity(instance, stats)
    return Health.STALLED if seen is not None and now - seen > STALL_AFTER else Health.RUNNING


def activity(instance: Instance, stats: Stats | None) -> float | None:
    """The last activity that the instance or its counters report, in epoch seconds."""
    seen = (instance.last_activity_s, stats.last_activity_s if stats else None)
    return max((time for time in seen if time is not None), default=None)


def row(instance: Instance, stats: Reading[Stats] | None, jobs: Reading[tuple[Job, ...]] | None, now: float) -> Row:
    """The table row of one instance."""
    counts = stats.value if stats else None
    newest = jobs.value[0] if jobs and jobs.value else None
    state = health(instance, counts, newest, now)
    known = None if counts is None or counts.degraded else counts
    seen, due = activity(instance, counts), next_sync(instance, newest)
    word = instance.status or state.word if state is Health.OTHER else state.word
    return Row(
        key=instance.key,
        instance=instance,
        health=state,
        word=word,
        error=known.error if known else None,
        queued=known.pending if known else None,
        completed=known.completed if known else None,
        activity=seen,
        age=age(None if seen is None else now - seen),
        due=due,
        next_sync=until(due, now),
        stale=bool(stats and stats.error),
    )


def until(due: float | None, now: float) -> str:
    """The next sync in at most four cells: `5h`, `late` once it should have come, `-` when unknown or none."""
    if due is None:
        return "-"
    return age(max(60.0, due - now)) if due > now else "late"


def _timeless(one: Row, now: float) -> bool:
    """Whether the row reads the same at `now`: its age does, and nothing in it can stall meanwhile."""
    if one.health in (Health.RUNNING, Health.STALLED):
        return False
    same_age = one.age == age(None if one.activity is None else now - one.activity)
    return same_age and one.next_sync == until(one.due, now)


class _Made(NamedTuple):
    """A row and what it was made from, to be compared by identity."""

    instance: Instance
    stats: Reading[Stats] | None
    jobs: Reading[tuple[Job, ...]] | None
    row: Row


class Fleet:
    """Builds the rows of a State. What did not change is taken from the last time: this runs with every key."""

    def __init__(self) -> None:
        self._state = State()
        self._tick = 0.0
        self._listed: tuple[tuple[InstanceKey, Instance], ...] = ()
        self._made: dict[InstanceKey, _Made] = {}
        self._rows: tuple[Row, ...] = ()

    def rows(self, state: State, now: float) -> tuple[Row, ...]:
        """One row an instance of the chosen namespace, in the server's order.

        O(instances) when the list, the counters or the jobs are others than the last time, and every five seconds,
        the finest step of an age.
        """
        before, self._state = self._state, state
        later, self._tick = self._tick != now // 5, now // 5
        other_list = not _same_list(before, state)
        if other_list:
            self._listed = tuple(_listed(state))
        if other_list or later or before.stats is not state.stats or before.jobs is not state.jobs:
            made = {key: self._make(key, instance, later, now) for key, instance in self._listed}
            self._made, self._rows = made, tuple(one.row for one in made.values())
        return self._rows

    def _make(self, key: InstanceKey, instance: Instance, later: bool, now: float) -> _Made:
        """The row of the last time where that reads the same, else a new one."""
        stats, jobs, old = self._state.stats.get(key), self._state.jobs.get(key), self._made.get(key)
        same = old and old.stats is stats and old.jobs is jobs and old.instance is instance
        if old and same and (not later or _timeless(old.row, now)):
            return old
        return _Made(instance, stats, jobs, row(instance, stats, jobs, now))


def _listed(state: State) -> Iterator[tuple[InstanceKey, Instance]]:
    """The instances of the chosen namespace, with their keys."""
    for instance in state.fleet.value or ():
        key = instance.key
        if state.namespace is None or key.namespace == state.namespace:
            yield key, instance


def _same_list(before: State, after: State) -> bool:
    """Whether both list the same objects: a list that was read again keeps those that are equal."""
    old, new = before.fleet.value or (), after.fleet.value or ()
    same = old is new or (len(old) == len(new) and all(map(operator.is_, old, new)))
    return same and before.namespace == after.namespace


class RowFilter(Struct, frozen=True):
    """What the operator typed after `/`: a substring, `!substring`, or `/regular expression/`."""

    text: str = ""

    def matcher(self) -> Callable[[str], bool]:
        """A test of one text. Raises UsageError on a malformed regular expression."""
        text = self.text.strip()
        inverse = text.startswith("!")
        text = text[1:].lstrip() if inverse else text
        matches = _matcher(text)
        return (lambda value: not matches(value)) if inverse and text else matches


def _matcher(text: str) -> Callable[[str], bool]:
    if len(text) > 1 and text.startswith("/") and text.endswith("/"):
        pattern = _compile(text[1:-1])
        return lambda value: bool(pattern.search(value))
    wanted = fold(text)
    return lambda value: wanted in fold(value)


def _compile(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise UsageError(
            "Not a regular expression", f"{pattern!r}: {error}.", "Correct it, or leave out the slashes."
        ) from error


def filtered(rows: Iterable[Row], wanted: RowFilter) -> tuple[Row, ...]:
    """Rows whose id, namespace, state or source matches. Raises UsageError on a malformed expression."""
    if not wanted.text.strip():
        return tuple(rows)
    matches = wanted.matcher()
    return tuple(one for one in rows if matches(f"{one.key.id} {one.key.namespace} {one.word} {one.source}"))


class Order(Struct, frozen=True):
    """A sort: column id and direction. The default puts trouble first."""

    column: str = "state"
    reverse: bool = False


def _known(value: float | None) -> float:
    return -1.0 if value is None else float(value)


_SORTS: Mapping[str, Callable[[Row], object]] = {
    "state": lambda one: (one.health.rank, -_known(one.error), one.key.id, one.key.namespace),
    "name": lambda one: (one.key.id, one.key.namespace),
    "namespace": lambda one: (one.key.namespace, one.key.id),
    "error": lambda one: (-_known(one.error), one.key.id),
    "queued": lambda one: (-_known(one.queued), one.key.id),
    "done": lambda one: (-_known(one.completed), one.key.id),
    "age": lambda one: (-_known(one.activity), one.key.id),
    "next": lambda one: (float("inf") if one.due is None else one.due, one.key.id),
    "source": lambda one: (one.source, one.key.id),
}
COLUMNS = tuple(_SORTS)
"""Ids of the columns that can be sorted, in the order in which `o` goes through them."""


def ordered(rows: Iterable[Row], order: Order) -> tuple[Row, ...]:
    """Rows in the given order; numbers largest first, texts from A, trouble first by default."""
    return tuple(sorted(rows, key=_SORTS[order.column], reverse=order.reverse))  # type: ignore[arg-type]


def summary(rows: Iterable[Row]) -> str:
    """`2 running, 1 failed`, for the terminal's title; empty when all is calm."""
    tally: dict[Health, int] = {}
    for one in rows:
        tally[one.health] = tally.get(one.health, 0) + 1
    told = (Health.RUNNING, Health.FAILED, Health.PAUSED_BY_ERROR, Health.STALLED, Health.ERRORS)
    return ", ".join(f"{tally[state]} {state.word}" for state in told if state in tally)
