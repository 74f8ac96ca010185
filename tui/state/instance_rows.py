"""The rows of the instance table: one derived state an instance, default order, filter and sort. Pure."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from msgspec import Struct

from tui.errors import UsageError
from tui.models import Instance, InstanceKey, Job, JobState, Stats
from tui.state.health import Health as Health
from tui.state.health import activity, newest_doing
from tui.state.health import health as health
from tui.state.life import Seen, seen
from tui.state.progress import next_sync
from tui.state.store import Reading, State
from tui.state.witness import witness
from tui.text import age, fold


class Row(Struct, frozen=True):
    """One instance as the table shows it. Counts are None where unknown. `activity` and `due` are in epoch seconds.

    `counted` is when its counters were read, None for never; `old` is their age in words where they are not of now: an
    earlier run read them, they could not be read again, or it was more than ten minutes ago.
    """

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
    counted: float | None = None
    old: str = ""
    stats: Stats | None = None
    newest: Job | None = None

    def witness(self, now: float) -> str:
        """What the state rests on, in a sentence."""
        return witness(self.health, self.instance, self.stats, self.newest, now)

    @property
    def source(self) -> str:
        """Where the documents come from, short."""
        return self.instance.source or str(self.instance.kind)


def row(
    instance: Instance,
    stats: Reading[Stats] | None,
    jobs: Reading[tuple[Job, ...]] | None,
    now: float,
    known: Seen | None = None,
) -> Row:
    """The table row of one instance; `known` says when what was read of it."""
    stats = stats or Reading()
    counts = stats.value
    newest = jobs.value[0] if jobs and jobs.value else None
    state = health(instance, counts, newest, now, known)
    shown = None if counts is None or counts.degraded else counts
    last, due = activity(instance, counts), next_sync(instance, newest)
    return Row(
        key=instance.key,
        instance=instance,
        health=state,
        word=instance.status or state.word if state is Health.OTHER else state.word,
        error=shown.error if shown else None,
        queued=shown.pending if shown else None,
        completed=shown.completed if shown else None,
        activity=last,
        age=age(None if last is None else now - last),
        due=due,
        next_sync=until(due, now),
        stale=stats.kept or bool(stats.error),
        counted=stats.at,
        old=_old(stats.at, stats.kept or bool(stats.error), now),
        stats=counts,
        newest=newest,
    )


def newest_state(state: State, key: InstanceKey, now: float) -> JobState | None:
    """The state of an instance's newest job, as its row has it; None without a job."""
    instance, jobs = state.instance_of(key), state.jobs.get(key, Reading())
    if instance is None or not jobs.value:
        return None
    stats = state.stats.get(key, Reading())
    return newest_doing(instance, stats.value, jobs.value[0], now, seen(state, key, instance))


OLD = 600.0
"""Seconds after which counters are shown with their age."""


def _old(counted: float | None, stale: bool, now: float) -> str:
    """The age of counters that are not of now; empty for fresh ones, and for none."""
    return age(now - counted) if counted is not None and (stale or now - counted > OLD) else ""


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
    same_old = one.old == _old(one.counted, one.stale, now)
    return same_age and same_old and one.next_sync == until(one.due, now)


class _Made(NamedTuple):
    """A row and what it was made from, to be compared by identity."""

    instance: Instance
    stats: Reading[Stats] | None
    jobs: Reading[tuple[Job, ...]] | None
    known: Seen
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
        known = seen(self._state, key, instance)
        same = old and old.stats is stats and old.jobs is jobs and old.instance is instance and old.known == known
        if old and same and (not later or _timeless(old.row, now)):
            return old
        return _Made(instance, stats, jobs, known, row(instance, stats, jobs, now, known))


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
    """Unknown sorts as nothing: a row that is read and found well stays where it was."""
    return 0.0 if value is None else float(value)


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
