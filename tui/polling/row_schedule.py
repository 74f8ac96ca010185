"""Which row of the table is read next, and why. Pure but for what it remembers: no request is sent here.

What runs is read like what runs: a row in sight that works, was just written to, or moved, is at most 10 s old. A quiet
row in sight is at most 100 s old. After a start, and after a refresh, every row is read once. What is left of the
background's share of the budget goes over the rest, what moved in the list first, then the most troubled and stalest.
"""

from __future__ import annotations

import heapq
import math
from collections import deque
from collections.abc import Iterable, Sequence

from msgspec import Struct

from tui.contract import Priority
from tui.models import Instance, InstanceKey, Job, Stats
from tui.polling.loop import Intervals
from tui.state.progress import next_sync
from tui.state.store import Reading, State

TROUBLED = 3.0
"""How many times as often a row with errors or work comes round in the sweep."""
RETRY_JOBS = 600.0
"""Seconds between two looks at the jobs of a row whose next sync should have come."""
HOT = 8
"""Rows that work and are read at the quick pace at once; with more of them, so many of the stalest at a time."""
HOT_FOR = 60.0
"""Seconds for which a row counts as working after it moved or was written to, unless its job says more."""
BURST_PART = 0.5
"""Part of the request budget that the reading of every row may take in one window."""
BURST = 600
"""Rows of it at most, however large the budget is."""
QUICKEST = 0.5
"""Seconds between two rows of the sweep at least, however large the budget is."""
BURST_PACE = (6, 0.24)
"""So many rows of the burst in so many seconds: replies that come at once would keep a key waiting."""
LEFT_PART = 0.25
"""Part of the budget that it leaves to the rows on the screen and to the operator."""
SWEEP_PART = 0.25
"""Part of the budget that the sweep takes while there is something that it does not know."""
INTO_VIEW = 60
"""Rows a minute, and at once, that are read because they came into view."""
SPREAD = 0.6
"""Part of its pace at which a quiet row on the screen may be read already, so that not all fall due at once."""
STILL = 1.0
"""Seconds after the counters of all rows in sight are known, until their jobs are read by the way."""
JOBS_AT_ONCE = 4
"""Jobs of so many rows are read by the way in a second: a screen that has just been filled is soon still."""
BESIDE = 2
"""Reads of the background at once."""
CHOSEN_AHEAD = 30
"""Rows of the sweep that are chosen at a time: to look at all of them for each would cost more than the request."""
_WORKING = ("indexing", "running", "syncing", "queued")


class Want(Struct, frozen=True):
    """One read: `what` is `stats`, `jobs` or `instance`."""

    key: InstanceKey
    what: str
    priority: Priority = Priority.VISIBLE


class Allowance:
    """So many at once, and so many a window of seconds: what was used comes back when the window has passed."""

    def __init__(self, most: int, seconds: float) -> None:
        self.most = most
        self.seconds = seconds
        self._used: deque[float] = deque()

    def left(self, now: float) -> int:
        """How many may go now. A clock that was set back frees all of them."""
        while self._used and not 0 <= now - self._used[0] < self.seconds:
            self._used.popleft()
        return self.most - len(self._used)

    def next_in(self, now: float) -> float:
        """Seconds until one may go."""
        if self.left(now) > 0:
            return 0.0
        return self._used[0] + self.seconds - now if self._used else self.seconds

    def take(self, now: float) -> None:
        """One goes now."""
        self._used.append(now)


class RowSchedule:
    """Chooses the next read. `on_screen` is what the table shows now; `calm` stretches every pace when nobody looks."""

    def __init__(self, intervals: Intervals) -> None:
        self.on_screen: tuple[InstanceKey, ...] = ()
        self.calm = False
        self._every = intervals
        self._once: dict[Want, None] = {}
        self._burst: dict[InstanceKey, None] = {}
        self._moved: dict[InstanceKey, None] = {}
        self._ahead: deque[InstanceKey] = deque()
        self._hot_until: dict[InstanceKey, float] = {}
        self._hot = {what: Allowance(HOT, intervals.hot) for what in ("stats", "jobs")}
        self._beside = Allowance(JOBS_AT_ONCE, 1.0)
        self._still_since = math.inf
        self._into_view = Allowance(INTO_VIEW, 60.0)
        self._bursts = Allowance(0, 300.0)
        self._burst_pace = Allowance(*BURST_PACE)
        self._sweep_at = self._quiet_at = -math.inf

    # what was learned

    def listed(self, old: Sequence[Instance], new: Sequence[Instance]) -> None:
        """Another list: rows that are new are read in the burst, rows that moved in it before all others off screen."""
        known = {one.key: one for one in old}
        for one in new:
            before = known.get(one.key)
            if before is one or one.key.nameless:
                continue
            if before is None:
                self._burst[one.key] = None
            elif _signs(before) != _signs(one):
                self._moved[one.key] = None
                self._hot_until[one.key] = math.inf  # until it was read; see `counted`

    def refresh(self, instances: Iterable[Instance]) -> None:
        """Every row is to be read once, in one burst."""
        self._burst.update((one.key, None) for one in instances if not one.key.nameless)

    def seen_again(self) -> None:
        """Nothing is known to be of now any more: what is in sight is read first."""
        self._burst = {**dict.fromkeys(self.on_screen), **self._burst}

    def written(self, key: InstanceKey, now: float) -> None:
        """The operator changed something there."""
        self._hot_until[key] = now + HOT_FOR
        self._ask(Want(key, "stats"), Want(key, "jobs"))

    def counted(self, key: InstanceKey, old: Stats | None, new: Stats | None, now: float) -> None:
        """Counters were read: a row whose counters moved works, and work that ended has ended a job."""
        if self._hot_until.get(key) == math.inf:
            self._hot_until[key] = now + HOT_FOR
        self._moved.pop(key, None)
        self._burst.pop(key, None)
        if old is None or new is None or _figures(old) == _figures(new):
            return
        self._hot_until[key] = now + HOT_FOR
        if bool(old.pending) != bool(new.pending):
            self._ask(Want(key, "jobs"))

    def jobs_read(self, key: InstanceKey, old: Sequence[Job] | None, new: Sequence[Job] | None, now: float) -> None:
        """Jobs were read: when one has ended, the instance and its counters are read once, for both were before it."""
        newest = new[0] if new else None
        before = old[0] if old else None
        if newest is None or not newest.ended_at:
            return
        if before and (before.id != newest.id or not before.ended_at):
            self._ask(Want(key, "instance"), Want(key, "stats"))
            self._hot_until[key] = now + self._every.hot

    def _ask(self, *wants: Want) -> None:
        self._once.update((want, None) for want in wants if not want.key.nameless)

    # what is next

    def next(self, state: State, now: float, busy: set[Want]) -> Want | None:
        """The most urgent read that is due and not among those in flight; None when none is due."""
        choices = [self._asked, self._working, self._seen, self._listed_once]
        if sum(want.priority is Priority.BACKGROUND for want in busy) < BESIDE:
            choices += [self._by_the_way, self._swept]
        for choose in choices:
            if want := choose(state, now, busy):
                return want
        return None

    def wait(self, state: State, now: float) -> float:
        """Seconds until something may be due, with nothing due now."""
        waits = [self._sweep_at + self._pace(state) - now]
        hot, visible = set(self._hot_keys(state, now)), self._every.visible * self._stretch
        for key in self.on_screen:
            counted = _age(state.stats, key, now)
            if key in hot:
                waits.append(max(self._every.hot - counted, self._hot["stats"].next_in(now)))
                if key != state.selected:
                    jobs_due = self._every.hot_jobs - _age(state.jobs, key, now)
                    waits.append(max(jobs_due, self._hot["jobs"].next_in(now)))
            elif key not in state.stats or key in self._burst:
                waits.append(self._into_view.next_in(now))
            else:
                slot = self._quiet_at + visible / len(self.on_screen) - now
                waits.append(min(visible - counted, max(slot, SPREAD * visible - counted)))
        if self._still_since < math.inf:
            waits += [self._still_since + STILL - now] if now - self._still_since < STILL else []
            waits.append(self._beside.next_in(now) or 60.0)
        if self._burst and not self.calm:
            if (pause := max(self._bursts.next_in(now), self._burst_pace.next_in(now))) < 1.0:
                return max(0.01, pause)
            waits.append(pause)
        return min(max(0.5, min(waits)), 60.0)

    @property
    def _stretch(self) -> float:
        return self._every.slow if self.calm else 1.0

    def _asked(self, state: State, now: float, busy: set[Want]) -> Want | None:
        want = next((one for one in self._once if one not in busy), None)
        if want:
            del self._once[want]
        return want

    def _hot_keys(self, state: State, now: float) -> tuple[InstanceKey, ...]:
        """Rows in sight that work, were written to, or moved."""
        if self.calm:
            return ()
        return tuple(key for key in self.on_screen if self._hot_until.get(key, 0.0) > now or works(state, key))

    def _working(self, state: State, now: float, busy: set[Want]) -> Want | None:
        hot = self._hot_keys(state, now)
        for what, table, every in (("stats", state.stats, self._every.hot), ("jobs", state.jobs, self._every.hot_jobs)):
            if self._hot[what].left(now) <= 0:
                continue
            keys = [key for key in hot if what == "stats" or key != state.selected]
            want = _stalest(keys, what, table, every, now, busy)
            if want:
                self._hot[what].take(now)
                return want
        return None

    def _seen(self, state: State, now: float, busy: set[Want]) -> Want | None:
        """A row on the screen that was never read, or not for long; so many a minute that came into view."""
        every = self._every.visible * self._stretch
        unread = [key for key in self.on_screen if key not in state.stats or key in self._burst]
        new = _stalest(unread, "stats", state.stats, 0.0, now, busy) if self._into_view.left(now) > 0 else None
        if new:
            self._into_view.take(now)
            self._burst.pop(new.key, None)
            return new
        known = [key for key in self.on_screen if key in state.stats]
        if now - self._quiet_at >= every / max(1, len(known)):
            every *= SPREAD
        want = _stalest(known, "stats", state.stats, every, now, busy)
        self._quiet_at = now if want else self._quiet_at
        return want

    def _listed_once(self, state: State, now: float, busy: set[Want]) -> Want | None:
        """A row of the burst, while the window has room for it."""
        budget = state.budget
        self._bursts.most = min(BURST, int(budget.limit * BURST_PART))
        if not self._burst or self.calm or budget.used > budget.limit * (1 - LEFT_PART) or self._bursts.left(now) <= 0:
            return None
        if self._burst_pace.left(now) <= 0:
            return None
        for key in tuple(self._burst):
            del self._burst[key]
            want = Want(key, "stats")
            if state.instance_of(key) and want not in busy:
                self._bursts.take(now)
                self._burst_pace.take(now)
                return want
        return None

    def _by_the_way(self, state: State, now: float, busy: set[Want]) -> Want | None:
        """Jobs of a row whose newest one tells nothing of now: never read, left while it ran, or its next is due."""
        if not self._counts_are_known(state):
            self._still_since = math.inf
            return None
        self._still_since = min(self._still_since, now)
        if now - self._still_since < STILL or self._beside.left(now) <= 0:
            return None
        left = [key for key, reading in state.jobs.items() if _runs(reading)]
        for key in dict.fromkeys((*self.on_screen, *left)):
            want = Want(key, "jobs", Priority.BACKGROUND)
            if want not in busy and Want(key, "jobs") not in busy and self._needs_jobs(state, key, now):
                self._beside.take(now)
                return want
        return None

    def _counts_are_known(self, state: State) -> bool:
        return all(key in state.stats for key in self.on_screen)

    def _needs_jobs(self, state: State, key: InstanceKey, now: float) -> bool:
        instance, reading, age = state.instance_of(key), state.jobs.get(key), _age(state.jobs, key, now)
        if instance is None or key == state.selected:
            return False
        if reading is None or _runs(reading) or (works(state, key) and key in self.on_screen):
            return age >= self._every.visible * self._stretch
        due = next_sync(instance, reading.value[0] if reading.value else None)
        return age >= RETRY_JOBS and due is not None and due <= now

    # the sweep

    def _pace(self, state: State) -> float:
        """Seconds between two rows of the sweep: a quarter of the budget while something is not known."""
        if self._moved or self._burst:
            quarter = state.budget.window / max(1.0, state.budget.limit * SWEEP_PART)
            return max(QUICKEST, quarter) * self._stretch
        return self._every.sweep * self._stretch

    def _swept(self, state: State, now: float, busy: set[Want]) -> Want | None:
        if 0 <= now - self._sweep_at < self._pace(state):
            return None
        seen = set(self.on_screen)
        if not self._ahead:
            self._ahead.extend(self._most_urgent(state, now, seen))
        for waiting in (self._moved, self._burst):  # then what was never read, then the most urgent
            while waiting:
                key = next(iter(waiting))
                del waiting[key]
                if want := self._sweepable(state, key, now, busy, seen):
                    return want
        while self._ahead:
            if want := self._sweepable(state, self._ahead.popleft(), now, busy, seen):
                return want
        return None

    def _sweepable(
        self, state: State, key: InstanceKey, now: float, busy: set[Want], seen: set[InstanceKey]
    ) -> Want | None:
        """The read of a row off the screen; None when it is on it, gone, or being read."""
        want = Want(key, "stats", Priority.BACKGROUND)
        if key in seen or want in busy or Want(key, "stats") in busy or state.instance_of(key) is None:
            return None
        self._sweep_at = now
        return want

    def _most_urgent(self, state: State, now: float, seen: set[InstanceKey]) -> list[InstanceKey]:
        rest = [one.key for one in state.fleet.value or () if one.key not in seen and not one.key.nameless]
        return heapq.nlargest(
            min(CHOSEN_AHEAD, max(1, len(rest) // 8)), rest, key=lambda key: _urgency(state, key, now)
        )


def works(state: State, key: InstanceKey) -> bool:
    """Whether a row works as far as anybody knows: by its counters, its newest job, or the status in the list."""
    stats = state.stats.get(key, Reading()).value
    jobs = state.jobs.get(key)
    if (stats and stats.pending) or (jobs and _runs(jobs)):
        return True
    instance = state.instance_of(key)
    return instance is not None and (instance.status or "").casefold() in _WORKING


def _runs(reading: Reading[tuple[Job, ...]]) -> bool:
    """Whether the newest job had not ended when it was read."""
    return bool(reading.value) and not reading.value[0].ended_at  # type: ignore[index]


def _signs(instance: Instance) -> tuple[object, ...]:
    """What in the list tells that something happened to an instance."""
    return instance.status, instance.last_activity, instance.modified_at, instance.paused


def _figures(stats: Stats) -> tuple[object, ...]:
    return stats.queued, stats.running, stats.completed, stats.error, stats.skipped, stats.outdated


def _age(table: object, key: InstanceKey, now: float) -> float:
    """Seconds since something was last asked for, with success or not; for ever if in the future.

    The clock was set back then: without this nothing would be read until it has caught up.
    """
    tried = table.get(key, Reading()).tried  # type: ignore[attr-defined]
    age = -1.0 if tried is None else now - tried
    return age if age >= 0 else math.inf


def _stalest(
    keys: Sequence[InstanceKey], what: str, table: object, every: float, now: float, busy: set[Want]
) -> Want | None:
    """The read of this kind that waits longest, among keys that are `every` seconds old and not in flight."""
    flying = {want.key for want in busy if want.what == what}
    ages = [(_age(table, key, now), -place, key) for place, key in enumerate(keys) if key not in flying]
    age, _, key = max(ages, default=(-1.0, 0, None))
    return Want(key, what) if key is not None and age >= every else None


def _urgency(state: State, key: InstanceKey, now: float) -> float:
    stats = state.stats.get(key, Reading()).value
    age = min(_age(state.stats, key, now), 1e9)
    return age * (TROUBLED if stats and (stats.error or stats.pending) else 1.0)
