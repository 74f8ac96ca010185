"""What passes of a whole log, however long: its matches only are kept, and then those of what its tail takes in."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tui.logtail.full_log import FullLog
from tui.logtail.lines import Change, LineKind, LogLine
from tui.logtail.tail import Listener, LogTail
from tui.logtail.window import Window

Told = Callable[[int, int | None], None]
"""Called with the lines read so far, and those of the log if that is known."""


class LogScan:
    """The lines of a log that pass, as a feed for a log view.

    `run` reads the log once through; from then on the tail's lines go on where it ended. `read` counts lines that
    were looked at, `found` those that passed, `lost` those of them that memory had no room for.
    """

    first_known = True
    at_end = True

    def __init__(
        self, tail: LogTail, log: FullLog, passes: Callable[[LogLine], bool], window: Window | None = None
    ) -> None:
        self.window = window or Window()
        self.following = True
        self.read = self.found = self.lost = 0
        self.complete = self.closed = False
        self.behind: Callable[[], None] = lambda: None
        """Called when the tail has left lines out: `catch_up` reads them."""
        self._tail = tail
        self._log = log
        self._passes = passes
        self._numbers: list[int] = []
        self._before = self._own = 0
        self._last: int | None = None
        self._listeners: list[Listener] = []
        self._unsubscribe = tail.subscribe(self._tail_changed)
        tail.window.in_sight = range(0)  # nobody looks at them meanwhile
        tail.following = True

    # a feed

    @property
    def lines(self) -> Sequence[LogLine]:
        """The lines that passed, oldest first."""
        return self.window.lines

    @property
    def first(self) -> int:
        """The sequence number of `lines[0]`."""
        return self.window.first

    @property
    def newest(self) -> int:
        """The sequence number of the last line."""
        return self.window.end - 1

    @property
    def total(self) -> int | None:
        """Lines of the log."""
        return None if self._tail.total is None else max(self.read, self._before + self._tail.total)

    def number(self, place: int) -> int | None:
        """The line number in the log, from 1, of a sequence number."""
        at = place - self.window.first
        return self._numbers[at] if 0 <= at < len(self._numbers) else None

    def place_in_tail(self, place: int) -> int | None:
        """About where the tail has this line: as far from its end as here; None for an earlier job's."""
        number, behind = self.number(place), len(self._numbers) - (place - self.window.first)
        if number is None or behind > self._own:
            return None
        return self._tail.newest - (self.read - self._before) + number

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` after each change; returns what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def close(self) -> None:
        """Take nothing more, and end a `run`."""
        self.closed = True
        self._unsubscribe()

    # reading

    async def run(self, told: Told) -> None:
        """Read the log once through. Raises AppError; what was found stays."""
        async for batch in self._log.batches():
            if self.closed:
                return
            self._take(batch)
            told(self.read, self._log.total)
        await self.catch_up()
        self.complete = True

    async def run_last(self, enough: Callable[[Sequence[LogLine]], bool]) -> bool:
        """Read only the last lines, so many that they are `enough`; False when memory has no room for so many.

        Raises AppError. Nothing was taken when it fails.
        """
        if not await self._log.last(enough):
            return False
        self._take(self._log.lines)
        await self.catch_up()
        self.complete = True
        return True

    async def catch_up(self) -> None:
        """Read up to where the tail goes on. Raises AppError."""
        while not self._joined():
            async for batch in self._log.news():
                self._take(batch)

    def _joined(self) -> bool:
        """Take what the tail has after the last line read; False when there are lines in between."""
        tail = self._tail
        if self._log.source.job_id != tail.source.job_id:
            return True  # the next job goes on: its lines come by themselves
        own = tail.window.own()
        if not own or (self._last is not None and own[-1].id <= self._last):
            return True  # the tail is behind: what it reads again will be passed over
        place = None if self._last is None else tail.window.find(self._last)
        if place is None and not (self._last is None and tail.first_known):
            return False
        self._take(own if place is None else tail.lines[place + 1 - tail.first :])
        return True

    def _tail_changed(self, change: Change) -> None:
        if not self.complete:
            return
        if change.reset and not self._joined():
            self.behind()
        elif change.appended and not change.reset:
            self._take([line for line in self._tail.lines[-change.appended :] if self._is_new(line)])
        elif change.badge:
            self._tell(Change(badge=True))

    def _is_new(self, line: LogLine) -> bool:
        return line.kind is not LineKind.LINE or self._last is None or line.id > self._last

    def _take(self, lines: Sequence[LogLine]) -> None:
        passed: list[LogLine] = []
        numbers: list[int] = []
        for line in lines:
            if line.kind is LineKind.SEPARATOR:
                self._before, self._last, self._own = self.read, None, 0
                continue
            self.read += 1
            if line.kind is LineKind.LINE:
                self._last = line.id
            if self._passes(line):
                self._own += 1
                passed.append(line)
                numbers.append(self.read - self._before)
        self.found += len(passed)
        self._keep(passed, numbers)

    def _keep(self, lines: Sequence[LogLine], numbers: Sequence[int]) -> None:
        """Hold the lines; the oldest make room, but not while somebody reads among them."""
        if lines and self.window.full and not self.following:
            self.lost += len(lines)
            lines, numbers = (), ()
        dropped = self.window.append(lines) if lines else 0
        self.lost += dropped
        self._numbers += numbers
        del self._numbers[:dropped]
        self._tell(Change(appended=len(lines), dropped_first=dropped, badge=True))

    def _tell(self, change: Change) -> None:
        for listener in tuple(self._listeners):
            listener(change)
