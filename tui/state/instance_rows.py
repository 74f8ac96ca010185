"""The rows of the instance table: one derived state an instance, default order, filter and sort. Pure."""

from __future__ import annotations

import heapq
import itertools
import math
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from msgspec import Struct

from tui.models import Instance, InstanceKey, Job, JobState, Stats
from tui.state.health import Health as Health
from tui.state.health import activity, newest_doing
from tui.state.health import health as health
from tui.state.life import Seen, seen
from tui.state.progress import next_sync
from tui.state.store import Reading, State
from tui.state.tally import BY_WORD
from tui.state.witness import witness
from tui.text import age
from tui.text_filter import matcher


class Row(Struct, frozen=True, gc=False):
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


class _Made(NamedTuple):
    """A row, the moment from which it may read differently, and the end of its newest job (epoch seconds)."""

    row: Row
    until: float
    ended: float | None


class Fleet:
    """Builds the rows of a State. Only rows whose inputs changed, or whose time has come, are built anew.

    With `at_once` no call builds more rows than that, the very first one `first`: the ones in trouble come first, and
    the others when all of them are there. Until then it is `unfinished`, and wants to be called again.
    """

    def __init__(self, at_once: int = 0, first: int = 0) -> None:
        self._at_once = at_once
        self._first = first or at_once
        self._waiting: dict[InstanceKey, None] = {}
        self._unplaced: set[InstanceKey] = set()
        self._state = State()
        self._tick = 0.0
        self._now = 0.0
        self._listed: dict[InstanceKey, Instance] = {}
        self._made: dict[InstanceKey, _Made] = {}
        self._places: dict[InstanceKey, int] | None = None
        self._due: list[tuple[float, InstanceKey]] = []
        self._rows: tuple[Row, ...] = ()

    def rows(self, state: State, now: float) -> tuple[Row, ...]:
        """One row an instance of the chosen namespace, in the server's order.

        O(instances) for a comparison by identity when the list, the counters or the jobs are others than the last
        time; what time alone changes is looked at every five seconds, the finest step of an age.
        """
        before, self._state = self._state, state
        later, self._tick = self._tick != now // 5, now // 5
        changed = set(self._other_inputs(before))
        if not _same_list(before, state):
            was, self._listed, self._places = self._listed, dict(_listed(state)), None
            changed.update(key for key, one in self._listed.items() if was.get(key) is not one)
            self._made = {key: self._made[key] for key in self._listed if key in self._made}
            self._waiting = {key: None for key in self._waiting if key in self._listed}
        if before.fleet.at != state.fleet.at:
            earlier = min(before.fleet.at or 0.0, state.fleet.at or 0.0)
            changed.update(key for key, one in self._made.items() if one.ended and one.ended > earlier)
        if later:
            changed.update(self._timed_out(now))
        changed &= self._listed.keys()
        for key in self._some_of(changed):
            self._make(key, now)
            self._unplaced.add(key)
        other = self._unplaced or len(self._rows) != len(self._made) or before.fleet.value is not state.fleet.value
        if other and (not self.unfinished or not self._rows):
            self._list(self._unplaced)
            self._unplaced = set()
        return self._rows

    @property
    def unfinished(self) -> bool:
        """Whether rows are still to be built."""
        return bool(self._waiting)

    def _some_of(self, changed: set[InstanceKey]) -> set[InstanceKey]:
        """What is built now; the rest waits its turn, the rows in trouble before all others."""
        most = self._at_once if self._rows else self._first
        if not self._waiting and (not most or len(changed) <= most):
            return changed
        if not self._waiting:
            self._waiting = dict.fromkeys(sorted(changed, key=self._urgency))
        self._waiting.update(dict.fromkeys(changed))
        now = tuple(itertools.islice(self._waiting, most))
        for key in now:
            del self._waiting[key]
        return set(now)

    def _urgency(self, key: InstanceKey) -> tuple[bool, int, str, str]:
        """About where the row will stand by the usual order: to know it for sure is what takes the time."""
        counts = self._state.stats.get(key, Reading()).value
        well = self._listed[key].status == "ready" or self._listed[key].status is None
        return well, -(counts.error or 0) if counts else 0, key.id, key.namespace

    def _list(self, changed: set[InstanceKey]) -> None:
        """Put the rows that were made into their places; all that there are where the list is another."""
        if self._places is None or len(changed) > len(self._rows) // 2:
            made = [key for key in self._listed if key in self._made]
            self._places = None if self.unfinished else {key: place for place, key in enumerate(made)}
            self._rows = tuple(self._made[key].row for key in made)
            return
        rows = list(self._rows)
        for key in changed:
            rows[self._places[key]] = self._made[key].row
        self._rows = tuple(rows)

    def _other_inputs(self, before: State) -> Iterator[InstanceKey]:
        """Instances of which something else is known than before."""
        for table in ("stats", "jobs", "documents", "moved", "lines"):
            old, new = getattr(before, table), getattr(self._state, table)
            if old is not new:
                yield from _others(old, new)

    def _timed_out(self, now: float) -> Iterator[InstanceKey]:
        """Rows that read differently by now; all of them when the clock was set back."""
        if now < self._now:
            yield from self._made
        self._now = now
        while self._due and self._due[0][0] <= now:
            until, key = heapq.heappop(self._due)
            if key in self._made and self._made[key].until == until:
                yield key

    def _make(self, key: InstanceKey, now: float) -> None:
        instance, state, old = self._listed[key], self._state, self._made.get(key)
        jobs = state.jobs.get(key)
        fresh = row(instance, state.stats.get(key), jobs, now, seen(state, key, instance))
        until = _next_change(fresh, now)
        made = _Made(
            old.row if old and old.row == fresh else fresh, until, fresh.newest.ended_s if fresh.newest else None
        )
        self._made[key] = made
        if until < math.inf:
            heapq.heappush(self._due, (until, key))


def _others(old: Mapping[InstanceKey, Any], new: Mapping[InstanceKey, Any]) -> Iterator[InstanceKey]:
    """Keys under which there is another object than before, or none any more.

    As a rule `new` is a copy of `old` with some values replaced and some keys more: then no key is looked up.
    """
    if len(old) <= len(new) and all(map(operator.is_, old, new)):
        yield from itertools.compress(new, map(operator.is_not, old.values(), new.values()))
        yield from itertools.islice(new, len(old), None)
    else:
        yield from (key for key, value in new.items() if key not in old or old[key] is not value)
        yield from old.keys() - new.keys()


def _next_change(one: Row, now: float) -> float:
    """The moment from which the row may read differently although nothing new is known; epoch seconds."""
    if one.health in (Health.RUNNING, Health.STALLED):
        return now + 5.0
    shown = (one.activity, one.counted if one.old else None)
    moments = [now + left for at in shown if (left := _step_left(at, now)) is not None]
    if one.counted is not None:
        moments.append(one.counted + OLD + 0.001)
    if one.due is not None and one.due > now:
        moments.append(now + min((one.due - now) % _step(one.due - now) + 0.001, one.due - now))
    return min((at for at in moments if at > now), default=math.inf)


def _step(seconds: float) -> float:
    """The step of an age of so many seconds."""
    return 5.0 if seconds < 60 else 60.0 if seconds < 3600 else 3600.0 if seconds < 86_400 else 86_400.0


def _step_left(at: float | None, now: float) -> float | None:
    if at is None:
        return None
    passed = max(0.0, now - at)
    return _step(passed) - passed % _step(passed)


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
    """What the operator typed after `/`: a substring, `!substring`, or `/regular expression/`.

    `group` is the word of the one group of states that is shown (`tally.GROUPS`), empty for all.
    """

    text: str = ""
    group: str = ""

    @property
    def narrows(self) -> bool:
        """Whether rows may be left out."""
        return bool(self.group or self.text.strip())

    def matcher(self) -> Callable[[str], bool]:
        """A test of one text. Raises UsageError on a malformed regular expression."""
        found = matcher(self.text)
        return found.matches if found else lambda value: True


def filtered(rows: Iterable[Row], wanted: RowFilter) -> tuple[Row, ...]:
    """Rows of the group whose id, namespace, `namespace/id`, state or source matches, each by itself.

    Raises UsageError on a malformed expression.
    """
    return tuple(filter(matcher_of(wanted), rows))


def matcher_of(wanted: RowFilter) -> Callable[[Row], bool]:
    """A test of one row, as `filtered` makes it. Raises UsageError on a malformed expression."""
    words = BY_WORD[wanted.group].words if wanted.group else None
    found = matcher(wanted.text)
    if words is None and found is None:
        return lambda one: True

    def matches(one: Row) -> bool:
        if words is not None and one.health.word not in words:
            return False
        return found is None or found.matches_any((str(one.key), one.key.id, one.key.namespace, one.word, one.source))

    return matches


class Order(Struct, frozen=True):
    """A sort: column id and direction. The default puts trouble first."""

    column: str = "state"
    reverse: bool = False


def _known(value: float | None) -> float:
    """Unknown sorts as nothing: a row that is read and found well stays where it was."""
    return 0.0 if value is None else float(value)


_SORTS: Mapping[str, Callable[[Row], tuple[Any, ...]]] = {
    "state": lambda one: (one.health.rank, -_known(one.error), one.key.id, one.key.namespace),
    "name": lambda one: (one.key.id, one.key.namespace),
    "namespace": lambda one: (one.key.namespace, one.key.id),
    "error": lambda one: (-_known(one.error), one.key.id, one.key.namespace),
    "queued": lambda one: (-_known(one.queued), one.key.id, one.key.namespace),
    "done": lambda one: (-_known(one.completed), one.key.id, one.key.namespace),
    "age": lambda one: (-_known(one.activity), one.key.id, one.key.namespace),
    "next": lambda one: (float("inf") if one.due is None else one.due, one.key.id, one.key.namespace),
    "source": lambda one: (one.source, one.key.id, one.key.namespace),
}
COLUMNS = tuple(_SORTS)
"""Ids of the columns that can be sorted, in the order in which `o` goes through them."""


def ordered(rows: Iterable[Row], order: Order) -> tuple[Row, ...]:
    """Rows in the given order; numbers largest first, texts from A, trouble first by default."""
    return tuple(sorted(rows, key=_SORTS[order.column], reverse=order.reverse))


def sort_key(one: Row, order: Order) -> tuple[Any, ...]:
    """What a row is sorted by, ascending; no two rows have the same."""
    return _SORTS[order.column](one)
