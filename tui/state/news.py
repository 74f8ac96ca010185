"""What an operator wants to be told while looking elsewhere: a sync that ended, an instance that got into trouble."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct

from tui.models import InstanceKey, Job, JobState, job_state
from tui.state.health import Health, health
from tui.state.life import seen
from tui.state.store import Reading, State
from tui.text import duration, plural

GAP = 60.0
"""Seconds between two texts: what happens meanwhile is summed up in one."""
DWELL = 5.0
"""Seconds that a job must have been selected while it runs to count as followed: a cursor that passes by is none."""
OWN_WRITE = 5.0
"""Seconds after a write of the operator's within which a job that was cancelled is no news."""
LONGEST = 160
NAMED = 3
TROUBLE = frozenset((Health.FAILED, Health.PAUSED_BY_ERROR, Health.STALLED, Health.ERRORS))
_ENDS = {
    JobState.DONE: "sync done",
    JobState.FAILED: "sync failed",
    JobState.CANCELLED: "sync cancelled",
    JobState.SUPERSEDED: "another sync took over",
}


class NewsItem(Struct, frozen=True):
    """One thing that happened to an instance. `ended` says that it is the end of a job, else it is trouble."""

    key: InstanceKey
    words: str
    ended: bool


class News:
    """Decides what is told and when. It is told of every change, and asked about once a second what is due."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock` gives epoch seconds, as the server has them."""
        self._clock = clock
        self._last = -GAP
        self._wrote = -OWN_WRITE
        self._forget(State())

    def _forget(self, state: State) -> None:
        self._events: list[NewsItem] = []
        self._watched: set[tuple[InstanceKey, str]] = set()
        self._health: dict[InstanceKey, Health] = {}
        self._dirty: set[InstanceKey] = set()
        self._taken = 0
        self._listed: dict[InstanceKey, tuple[str | None, bool | None]] = {}
        self._fleet: object = None
        self._chosen: tuple[InstanceKey | None, str | None] = (None, None)
        self._chosen_at = self._clock()
        self._who = state.identity.account_id

    def entry(self, table: str, key: InstanceKey, before: object, after: object) -> None:
        """An entry of the state was replaced, as `Store.watch` says it."""
        if table in ("stats", "jobs"):
            self._dirty.add(key)

    def due(self, state: State) -> str:
        """The text to tell now, empty when there is none; never more than one within GAP seconds."""
        now = self._clock()
        if state.identity.account_id != self._who:
            self._forget(state)
        if state.writes_in_flight:
            self._wrote = now
        self._follow(state, now)
        self._look_at_list(state)
        for key in self._dirty:
            self._look(state, key, now)
        self._dirty.clear()
        if not self._events or now - self._last < GAP:
            return ""
        self._last, events = now, self._events
        self._events = []
        return summed_up(events)

    def _follow(self, state: State, now: float) -> None:
        """Jobs that were started here, and the one whose log is followed."""
        self._watched.update(state.started[self._taken :] if len(state.started) >= self._taken else state.started)
        self._taken = len(state.started)
        chosen = (state.selected, state.job_id)
        if chosen != self._chosen:
            self._chosen, self._chosen_at = chosen, now
        job = state.job
        rests = state.held is None and now - self._chosen_at >= DWELL
        if job and state.selected and rests and job_state(job, now).active:
            self._watched.add((state.selected, job.id))

    def _look_at_list(self, state: State) -> None:
        """Instances whose status or pause changed in the list."""
        if state.fleet.value is self._fleet or state.fleet.kept:
            return
        self._fleet = state.fleet.value
        listed = {one.key: (one.status, one.paused) for one in state.fleet.value or ()}
        self._dirty.update(key for key, facts in listed.items() if self._listed.get(key, facts) != facts)
        self._listed = listed

    def _look(self, state: State, key: InstanceKey, now: float) -> None:
        stats, jobs = state.stats.get(key, Reading()), state.jobs.get(key, Reading())
        instance = state.instance_of(key)
        ended = [job for job in jobs.value or () if job.ended_at and (key, job.id) in self._watched]
        for job in ended:
            self._watched.discard((key, job.id))
            self._tell_end(state, key, job, now)
        if instance is None or stats.value is None or stats.kept or jobs.value is None or jobs.kept:
            return  # what becomes known for the first time is no news
        newest = jobs.value[0] if jobs.value else None
        found = health(instance, stats.value, newest, now, seen(state, key, instance))
        before = self._health.get(key, found)
        self._health[key] = found
        if found in TROUBLE and before not in TROUBLE and not ended:
            self._events.append(NewsItem(key, found.word, False))

    def _tell_end(self, state: State, key: InstanceKey, job: Job, now: float) -> None:
        how = job_state(job, now)
        if how is JobState.CANCELLED and now - self._wrote < OWN_WRITE:
            return
        words = _ENDS.get(how, "sync ended")
        if job.end_reason and how in (JobState.FAILED, JobState.ENDED):
            words += f" ({job.end_reason})"
        if (seconds := job.duration(now)) is not None:
            words += f" after {duration(seconds)}"
        stats = state.stats.get(key, Reading()).value
        if stats and stats.error:
            words += f", {plural(stats.error, 'error')}"
        self._events.append(NewsItem(key, words, True))


def summed_up(events: Sequence[NewsItem]) -> str:
    """`docs-search: sync done after 41s`; of several how many of each, and the first names."""
    if len(events) == 1:
        return _short(f"{events[0].key.id}: {events[0].words}")
    ends, troubles = sum(one.ended for one in events), sum(not one.ended for one in events)
    parts = [f"{plural(ends, 'sync')} ended"] * bool(ends)
    parts += [f"{plural(troubles, 'instance')} in trouble"] * bool(troubles)
    names = list(dict.fromkeys(f"{one.key.id} {one.words}" for one in events))
    more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    return _short(f"{', '.join(parts)}: {', '.join(names[:NAMED])}{more}")


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."
