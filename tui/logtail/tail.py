"""The live tail of a job's log: it follows the end, says how it stands, and is driven one step at a time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Set
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from tui.errors import AppError, NotFound
from tui.logtail.badge import Pulse, badge_of
from tui.logtail.lines import Badge, Change, LogSource
from tui.logtail.paged_log import PagedLog
from tui.logtail.poll_delay import QUIET, PollDelay
from tui.logtail.window import Window
from tui.models import Job

IDLE = 3600.0
"""Seconds that `step` returns when nothing is due until somebody pokes, ends the pause or follows another job."""
_GONE = 6
"""Answers in a row that there is no such log until it is believed: a new job may not be known everywhere yet."""
_GONE_JOB = 3
"""The same of the job itself, which is asked for less often."""
_GRACE = 3.0
_LAST_READS = 5

Listener = Callable[[Change], None]


class Clock(Struct, frozen=True):
    """`monotonic` for delays and `epoch` for ages, both in seconds."""

    monotonic: Callable[[], float] = time.monotonic
    epoch: Callable[[], float] = time.time


class LogTail(PagedLog):
    """The log of one job after another. `step` polls when it is due; listeners hear of every change of the window.

    A failed poll stands in `badge` and `error` and is tried again: nothing but the end of the job stops a tail. The
    methods for a reader's keys (`older`, `newer`, `to_start`, `to_end`, `to_place`) raise AppError instead.
    """

    def __init__(
        self,
        source: LogSource,
        *,
        clock: Clock | None = None,
        slugs: Set[str] = frozenset(),
        window: Window | None = None,
    ) -> None:
        super().__init__(source, slugs, window)
        self._clock = clock or Clock()
        self._listeners: list[Listener] = []
        self.lock = asyncio.Lock()
        """Held by whoever moves the window, or looks for a place in pages that nobody is shown."""
        self._paused = False
        self.following = True
        """Whether the reader is at the end: new lines are then taken in whatever has to go out for them."""
        self.revision = 0
        """Counts the changes told to listeners."""
        self.counters_moved: float | None = None
        """When the counters of the instance moved last (epoch seconds): a job is not stalled while they do."""
        self.wake: Callable[[], None] = lambda: None
        """Called when a step has become due early; the owner of the timer sets it."""
        self._begin()

    def _begin(self) -> None:
        self._cadence = PollDelay()
        self._due = self._began = self._job_due = self._clock.monotonic()
        self._last_line: float | None = None
        self._last_reads = self._settled_reads = 0
        self._known = self.newest  # also lines that are not taken in while a reader holds the place
        self._ended = False
        self._gone: list[NotFound] = []
        self.job: Job | None = None
        self.error: AppError | None = None
        self.badge = self._badge()

    # driving

    async def step(self) -> float:
        """Poll if that is due; seconds until the next step. Never raises AppError."""
        async with self.lock:
            if self._paused or self._ended:
                return IDLE
            if (wait := self._due - self._clock.monotonic()) > 0:
                return wait
            before = self._standing()
            change = await self._poll()
            self._due = self._clock.monotonic() + self._cadence.delay
            self._tell(change, before)
            return IDLE if self._ended else self._cadence.delay

    async def _poll(self) -> Change:
        opened, began = self.pager is not None, self._clock.epoch()
        try:
            change = await self._read_new(self.following)
        except AppError as error:
            self.error = error
            self._cadence.failed(error)
            self._ended = isinstance(error, NotFound) and self._cadence.failures >= _GONE
            return Change()
        fresh = bool(change.appended or change.reset) or self.newest > self._known
        self._known = self.newest
        self._cadence.polled(fresh)
        if fresh and opened:
            self._last_line = self._clock.monotonic()
        if not fresh or not opened:
            await self._look_at_job()
        self.error = None if fresh or not self._gone else self._gone[-1]
        self._see_end(began, fresh)
        return change

    async def _look_at_job(self) -> None:
        now = self._clock.monotonic()
        if now < self._job_due:
            return
        self._job_due = now + 0.9 * QUIET
        try:
            self.job = await self.source.job()
            self._gone.clear()
        except NotFound as error:
            self._gone.append(error)
        except AppError:
            return  # the log itself was read: the job is asked for again with a later poll

    def _see_end(self, began: float, fresh: bool) -> None:
        """Stop once polls that began after the job's end have looked everywhere up to the end of its log."""
        if self.error and len(self._gone) >= _GONE_JOB:
            self._ended = True
        if self.job is None or not self.job.ended_at:
            self._last_reads = self._settled_reads = 0
            return
        settled = began >= (self.job.ended_s or 0.0) + _GRACE
        self._last_reads = 0 if fresh else self._last_reads + 1
        self._settled_reads = self._settled_reads + 1 if settled else 0
        behind, looks = (self.pager.behind, self.pager.looks) if self.pager else (False, 1)
        self._ended = not behind and (self._settled_reads >= looks or self._last_reads >= _LAST_READS)
        self._cadence.restart()

    def pause(self, paused: bool) -> None:
        """Stop polling, or poll again, at once."""
        before, self._paused = self._standing(), paused
        self._tell(Change(), before)
        if not paused:
            self.poll_now()

    def poll_now(self) -> None:
        """Make a step due now, also when the job has ended."""
        self._due = self._job_due = self._clock.monotonic()
        self._ended = False
        self._cadence.restart()
        self.wake()

    def look(self) -> None:
        """Make a step of a quiet log due now: something was done where its lines come from. The pace stays as it is."""
        if self._cadence.quiet and not self._cadence.failures:
            self._due = self._clock.monotonic()
            self.wake()

    def follow_job(self, source: LogSource, title: str) -> None:
        """Go on with the next job; a separator line says `title`."""
        before = self._standing()
        change = self._follow_source(source, title)
        self._begin()
        self._tell(change, before)
        self.wake()

    # a reader's keys

    async def older(self) -> None:
        """Load one page towards the start."""
        await self._moved(self._read_older)

    async def newer(self) -> None:
        """Load one page towards the end."""
        await self._moved(self._read_newer)

    async def to_start(self) -> None:
        """Show the first lines of the log."""
        await self._moved(self._jump_to_start)

    async def to_end(self) -> None:
        """Show the last lines of the log."""
        await self._moved(self._jump_to_end)

    async def to_place(self, place: int) -> None:
        """Show the lines around a sequence number, which is a guess where lines come meanwhile."""
        await self._moved(partial(self._jump_to, place))

    async def _moved(self, move: Callable[[], Awaitable[Change]]) -> None:
        async with self.lock:
            before = self._standing()
            self._tell(await move(), before)

    # telling

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` after each change, once a step; returns what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def _standing(self) -> tuple[object, ...]:
        return self.badge, self.total, self.newest

    def _tell(self, change: Change, before: tuple[object, ...]) -> None:
        self.badge = self._badge()
        if self._standing() != before:
            change = replace(change, badge=True)
        if change != Change():
            self.revision += 1
            for listener in tuple(self._listeners):
                listener(change)

    def _badge(self) -> Badge:
        return badge_of(
            Pulse(
                delay=self._cadence.delay,
                now=self._clock.epoch(),
                paused=self._paused,
                opened=self._due > self._began,
                ended=self._ended,
                quiet=self._cadence.quiet,
                error=self.error,
                job=self.job,
                silence=_silence(self, self._clock.epoch()),
            )
        )

    @property
    def last_line(self) -> float | None:
        """When the newest line came, in epoch seconds: by our own clock where we looked, else by its time stamp."""
        if self._last_line is not None:
            return self._clock.epoch() - (self._clock.monotonic() - self._last_line)
        return next((line.time_s for line in self.window.own()[-1:]), None)


def _silence(tail: LogTail, now: float) -> float | None:
    """Seconds since log or counters moved, or since the start of the job; None when nothing is known."""
    signs = (tail.last_line, tail.counters_moved, tail.job.started_s if tail.job else None)
    known = [sign for sign in signs if sign is not None]
    return now - max(known) if known else None
