"""What the console knows, as one frozen value, and the one place that replaces it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from msgspec import Struct, field
from msgspec.structs import fields, replace

from tui.contract import Budget
from tui.errors import AppError
from tui.models import Instance, InstanceDocument, InstanceKey, Job, Namespace, Stats, job_state
from tui.models.item_list import ItemWindow

T = TypeVar("T")


class Reading(Struct, Generic[T], frozen=True):
    """A value as last read. `at` is the time of the last success, `tried` of the last attempt, in epoch seconds.

    A failed read keeps the value and sets `error`, so that the screen can show old data with its age. `kept`: the value
    is what an earlier run read.
    """

    value: T | None = None
    at: float | None = None
    error: AppError | None = None
    tried: float | None = None
    kept: bool = False

    def failure(self, error: AppError, at: float) -> Reading[T]:
        """The reading after a failed read: the old value, its age, and why it is old."""
        return replace(self, error=error, tried=at)


def read_at(value: T, at: float) -> Reading[T]:
    """The reading after a successful read."""
    return Reading(value, at, tried=at)


class Link(StrEnum):
    """How the console stands with the API."""

    CONNECTING = "CONNECTING"
    LIVE = "LIVE"
    THROTTLED = "THROTTLED"
    OFFLINE = "OFFLINE"
    FAILING = "FAILING"
    REFUSED = "TOKEN REFUSED"
    NO_TOKEN = "NO TOKEN"
    NO_ACCOUNT = "NO ACCOUNT"
    PAUSED = "PAUSED"


class Connection(Struct, frozen=True):
    """The state of the link, why, and when the next attempt is due (epoch seconds)."""

    link: Link = Link.CONNECTING
    error: AppError | None = None
    retry_at: float | None = None


class Sample(Struct, frozen=True, gc=False):
    """Counters of an instance at one moment, for rates and the sparkline."""

    at: float
    completed: int
    error: int
    pending: int


KEPT_NOTICES = 100
KEPT_OUTCOMES = 50


class Notice(Struct, frozen=True):
    """An error that was told to the operator, kept until dismissed. `at` is in epoch seconds."""

    at: float
    where: str
    error: AppError


TYPED = "typed in"
"""How the source of a token begins that was typed in: it can be stored."""


class Achieved(Struct, frozen=True):
    """A good outcome that was shown to the operator, and when, in epoch seconds."""

    at: float
    title: str
    detail: str = ""


class Identity(Struct, frozen=True):
    """Who we are to the API: profile with its colour, account, where the token comes from (never the token)."""

    profile: str = ""
    account_id: str = ""
    account_name: str = ""
    token_source: str = ""
    base_url: str = ""
    read_only: bool = False
    demo: bool = False
    colour: str = ""

    @property
    def account(self) -> str:
        """Name and id of the account, as dialogs show it."""
        return f"{self.account_name} {self.account_id}".strip()


def _empty() -> Mapping[Any, Any]:
    return MappingProxyType({})


class State(Struct, frozen=True):
    """Everything the screen is drawn from. Mappings are never changed in place.

    `marks` are the marked instances in the order of the table. `moved` is when the counters of an instance were seen to
    change, or were read first; `lines` the time of the newest line known of its newest job; both in epoch seconds.
    `listing`: how many instances of how many have come while the list is read for the first time.
    `doing` says in a few words how far the work in the background is; empty when there is none. `held` is the id of
    the selected instance's newest job at the moment when the reader of its log left the end: see `next_job`.
    `started` are the jobs that were started here, the newest last.
    """

    identity: Identity = Identity()
    connection: Connection = Connection()
    budget: Budget = field(default_factory=Budget)
    paused: bool = False
    fleet: Reading[tuple[Instance, ...]] = Reading()
    namespaces: Reading[tuple[Namespace, ...]] = Reading()
    namespace: str | None = None
    stats: Mapping[InstanceKey, Reading[Stats]] = field(default_factory=_empty)
    jobs: Mapping[InstanceKey, Reading[tuple[Job, ...]]] = field(default_factory=_empty)
    job_counts: Mapping[InstanceKey, int] = field(default_factory=_empty)
    documents: Mapping[InstanceKey, Reading[InstanceDocument]] = field(default_factory=_empty)
    samples: Mapping[InstanceKey, tuple[Sample, ...]] = field(default_factory=_empty)
    cooldowns: Mapping[InstanceKey, float] = field(default_factory=_empty)
    moved: Mapping[InstanceKey, float] = field(default_factory=_empty)
    lines: Mapping[InstanceKey, float] = field(default_factory=_empty)
    listing: tuple[int, int] | None = None
    items: Reading[ItemWindow] = Reading()
    selected: InstanceKey | None = None
    marks: tuple[InstanceKey, ...] = ()
    job_id: str | None = None
    held: str | None = None
    writes_in_flight: int = 0
    doing: str = ""
    notices: tuple[Notice, ...] = ()
    achieved: tuple[Achieved, ...] = ()
    started: tuple[tuple[InstanceKey, str], ...] = ()

    @property
    def instance(self) -> Instance | None:
        """The selected instance, when it is in the fleet."""
        return self.instance_of(self.selected) if self.selected else None

    def instance_of(self, key: InstanceKey) -> Instance | None:
        """The instance with this key, when it is in the fleet."""
        return _find(self.fleet.value or (), key)

    def running_job(self, key: InstanceKey, now: float) -> Job | None:
        """The newest job of an instance, when it has not ended. `now` is in epoch seconds."""
        jobs = self.jobs.get(key, Reading()).value
        return jobs[0] if jobs and job_state(jobs[0], now).active else None

    @property
    def selected_jobs(self) -> Reading[tuple[Job, ...]]:
        """Jobs of the selected instance, newest first."""
        return self.jobs.get(self.selected, Reading()) if self.selected else Reading()

    @property
    def job(self) -> Job | None:
        """The selected job."""
        return next((job for job in self.selected_jobs.value or () if job.id == self.job_id), None)

    @property
    def holding(self) -> bool:
        """Whether somebody reads in the log of the newest job: nothing may move, not even for its successor."""
        return self.held is not None and self.held == self.job_id

    @property
    def next_job(self) -> Job | None:
        """The job that has started while the log of the one before is held."""
        newest = next(iter(self.selected_jobs.value or ()), None)
        return newest if self.holding and newest and newest.id != self.held else None

    @property
    def busy(self) -> bool:
        """Whether a write is in flight."""
        return self.writes_in_flight > 0


class _Finder:
    """Finds an instance in a list. The index of the last list is kept: it is asked for many times for each key."""

    _listed: tuple[Instance, ...] = ()
    _index: Mapping[InstanceKey, Instance] = MappingProxyType({})

    def __call__(self, instances: tuple[Instance, ...], key: InstanceKey) -> Instance | None:
        """The instance with this key, None without one. O(instances) for another list, else O(1)."""
        if self._listed is not instances:
            self._listed, self._index = instances, {one.key: one for one in instances}
        return self._index.get(key)


_find = _Finder()

Listener = Callable[[State, State], None]
Watcher = Callable[[str, InstanceKey, Any, Any], None]
"""Called with the field, the key, and the entry before and after."""


class Store:
    """Holds the current State. Synchronous and single-threaded: all writers run on one event loop."""

    def __init__(self, state: State | None = None) -> None:
        self._state = state or State()
        self._listeners: list[Listener] = []
        self._watchers: list[Watcher] = []

    @property
    def state(self) -> State:
        """The current state."""
        return self._state

    def update(self, **changes: Any) -> None:
        """Replace fields of the state and tell the listeners (old, new). Equal values tell nobody."""
        old = self._state
        new = replace(old, **changes)
        if all(getattr(new, name) is (was := getattr(old, name)) or value == was for name, value in changes.items()):
            return
        self._state = new
        for listener in tuple(self._listeners):
            listener(old, new)

    def notice(self, notice: Notice) -> None:
        """Keep an error in the list of errors so far."""
        self.update(notices=(*self._state.notices, notice)[-KEPT_NOTICES:])

    def achieve(self, achieved: Achieved) -> None:
        """Keep a good outcome; the oldest of more than KEPT_OUTCOMES goes."""
        self.update(achieved=(*self._state.achieved, achieved)[-KEPT_OUTCOMES:])

    def reset(self, **kept: Any) -> None:
        """Forget everything but what is given: another account begins."""
        blank = State(**kept)
        self.update(**{field.name: getattr(blank, field.name) for field in fields(State)})

    def put(self, table: str, key: InstanceKey, value: Any) -> None:
        """Set one entry of a mapping field, or remove it with None."""
        self.put_many(table, {key: value})

    def put_many(self, table: str, values: Mapping[InstanceKey, Any]) -> None:
        """Set several entries of a mapping field at once, or remove those with None."""
        before = getattr(self._state, table)
        changed = {key: value for key, value in values.items() if before.get(key) != value}
        if not changed:
            return
        entries = {**before, **changed}
        for key in [key for key, value in changed.items() if value is None]:
            del entries[key]
        old = self._state
        new = self._state = replace(old, **{table: MappingProxyType(entries)})
        for key, value in changed.items():
            for watcher in tuple(self._watchers):
                watcher(table, key, before.get(key), value)
        for listener in tuple(self._listeners):
            listener(old, new)

    def watch(self, watcher: Watcher) -> Callable[[], None]:
        """Call `watcher` for every entry of a mapping field that is replaced; returns the function that stops it."""
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener(old, new)` after every change; returns the function that stops it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)
