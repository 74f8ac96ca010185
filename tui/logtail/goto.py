"""Places of a log by line number, by share and by time: found in few requests, however long the log is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta, tzinfo

from msgspec import Struct

from tui.errors import UsageError
from tui.logtail.lines import Block, LogLine
from tui.logtail.paged_log import PagedLog

_TRIES = 40
"""Pages that are read at most for one time: 2^20 pages take 20 by halving."""
EXAMPLES = "14:05, 14:05:30, 2026-11-27 or 2026-11-27 14:05"


class Landing(Struct, frozen=True):
    """A place that was found, as a sequence number; None in a log without lines.

    `beyond` is -1 when what was asked for lies before the first line, which is then the place, and 1 when it lies
    after the last one. `at` is the time that was looked for, in epoch seconds.
    """

    place: int | None
    beyond: int = 0
    at: float | None = None


class Landed(Struct, frozen=True):
    """Where a reader was brought: the line, its number and the lines of the log, where those are known."""

    landing: Landing
    line: LogLine
    number: int | None
    total: int | None


Finder = Callable[[PagedLog], Awaitable[Landing]]
"""Looks for a place in a log. Raises AppError."""


class Moment(Struct, frozen=True):
    """A time that an operator typed: a `date` as year (0: none given), month and day, and seconds of the day."""

    date: tuple[int, int, int] | None
    seconds: int

    def epoch(self, newest: float, zone: tzinfo | None) -> float:
        """Epoch seconds; without a date the last such time up to the `newest` line. Raises UsageError for no day."""
        last = datetime.fromtimestamp(newest, zone)
        year, month, day = self.date or (last.year, last.month, last.day)
        hour, minute, second = self.seconds // 3600, self.seconds // 60 % 60, self.seconds % 60
        try:
            at = datetime(year or last.year, month, day, hour, minute, second, tzinfo=zone)
        except ValueError:
            raise UsageError("No such day", f"{last.year} has no {month:02}-{day:02}.", f"Type {EXAMPLES}.") from None
        if self.date is None and at.timestamp() > newest:
            at -= timedelta(days=1)
        return at.timestamp()


def line_number(text: str) -> int:
    """A line number, from 1; separators may stand in it. Raises UsageError."""
    plain = text.strip().replace(",", "").replace("_", "")
    if not (plain.isascii() and plain.isdigit() and 0 < len(plain) <= 15 and int(plain)):
        raise UsageError("Not a line", f"{text.strip() or 'Nothing'} is not a line number.", "Type one such as 12345.")
    return int(plain)


def share(text: str) -> float:
    """A percentage as a part of 1. Raises UsageError."""
    plain = text.strip().removesuffix("%").strip()
    if plain.isascii() and plain.replace(".", "", 1).isdigit() and float(plain) <= 100:
        return float(plain) / 100
    raise UsageError("Not a share", f"{text.strip() or 'Nothing'} is not a share of a log.", "Type 0% to 100%.")


def moment(text: str) -> Moment:
    """A time of day, a date, or both. Raises UsageError."""
    date: tuple[int, int, int] | None = None
    seconds: int | None = None
    words = text.replace("T", " ").removesuffix("Z").split()
    for word in words:
        if date is None and (day := _date(word)):
            date = day
        elif seconds is None and (time := _time(word)) is not None:
            seconds = time
        else:
            words = []
    if words:
        return Moment(date, seconds or 0)
    raise UsageError("Not a time", f"{text.strip() or 'Nothing'} is not a time.", f"Type {EXAMPLES}.")


def _time(word: str) -> int | None:
    """Seconds of the day from `14:05` or `14:05:30`."""
    form = "%H:%M:%S" if word.count(":") == 2 else "%H:%M"
    try:
        read = datetime.strptime(word, form)
    except ValueError:
        return None
    return read.hour * 3600 + read.minute * 60 + read.second


def _date(word: str) -> tuple[int, int, int] | None:
    """Year (0: none given), month and day from `2026-11-27` or `11-27`."""
    whole = word.count("-") == 2
    try:
        read = datetime.strptime(word if whole else f"2000-{word}", "%Y-%m-%d")  # a leap year, for 02-29
    except ValueError:
        return None
    return read.year if whole else 0, read.month, read.day


async def at_line(log: PagedLog, number: int) -> Landing:
    """The line with this number, from 1. Raises AppError."""
    first, last = await _bounds(log)
    return _within(first + number - 1, first, last)


async def at_share(log: PagedLog, part: float) -> Landing:
    """The line after this part (0 to 1) of the log. Raises AppError."""
    first, last = await _bounds(log)
    return _within(first + round(part * (last - first)), first, last)


def _within(place: int, first: int, last: int) -> Landing:
    if last < first:
        return Landing(None)
    return Landing(min(place, last), 1 if place > last else 0)


async def at_time(log: PagedLog, wanted: Callable[[float], float]) -> Landing:
    """The first line at or after a time. `wanted` gives it in epoch seconds, from the time of the newest line.

    Lines without a time are passed over. Raises AppError; UsageError where no line has a time.
    """
    first, last = await _bounds(log)
    if last < first:
        return Landing(None)
    times = _times(await _near(log, last))
    if not times:
        raise UsageError("No times", "The newest lines of this log have no time.", "Go to a line number instead.")
    at = wanted(times[-1][1])
    if at > times[-1][1]:
        return Landing(last, 1, at)
    if at > times[0][1]:
        return Landing(next(place for place, time in times if time >= at), 0, at)
    begin = _times(await _near(log, first))
    if begin and at < begin[0][1]:
        return Landing(first, -1, at)
    return Landing(await _search(log, at, (first, begin[0][1] if begin else None), times[0]), 0, at)


async def _search(log: PagedLog, at: float, low: tuple[int, float | None], high: tuple[int, float]) -> int:
    """The place of the first line at or after `at`, between two places with their times, the latter not before `at`.

    Lines come at about one pace: the place is guessed by it, and halved every other time, whatever the pace was.
    """
    (start, since), (end, until) = low, high
    for step in range(_TRIES):
        if start >= end:
            break
        guess = (start + end) // 2
        if since is not None and until > since and step % 3 != 2:
            guess = start + int((end - start) * min(1.0, max(0.0, (at - since) / (until - since))))
        times = _times(await _near(log, min(guess, end - 1)))
        if not times:
            end = min(guess, end - 1)  # nothing there has a time, or it has moved on: look further up
        elif times[0][1] >= at:
            end, until = min(times[0][0], end - 1), times[0][1]
        elif times[-1][1] < at:
            start, since = max(times[-1][0] + 1, start + 1), times[-1][1]
        else:
            return next(place for place, time in times if time >= at)
    return end


def _times(block: Block) -> list[tuple[int, float]]:
    """Sequence numbers and times of the lines that have one."""
    return [(place, line.time_s) for place, line in enumerate(block.lines, block.first) if line.time_s is not None]


async def _near(log: PagedLog, place: int) -> Block:
    """The page around a sequence number, which is shown to nobody."""
    return await log.pager.near(place) if log.pager else Block(place)


async def _bounds(log: PagedLog) -> tuple[int, int]:
    """The sequence numbers of the first line and of the newest known; the first is the larger without a line.

    Where nobody tells how long the log is, its start is looked for.
    """
    pager = log.pager
    if pager is None:
        return log.window.end, log.window.end - 1
    if pager.start is None and pager.total is None:
        first = (await pager.top()).first
        return first if pager.start is None else pager.start, pager.newest
    return pager.base if pager.start is None else pager.start, pager.newest


def place_in_memory(log: PagedLog, landing: Landing) -> int:
    """The line in memory nearest to what was found; by its time where that was looked for: pages may have moved."""
    window = log.window
    place = max(window.own_first, min(landing.place or 0, window.end - 1))
    if landing.at is None:
        return place
    near = range(max(window.own_first, place - log.page_size), min(window.end, place + log.page_size))
    times = ((one, window.lines[one - window.first].time_s) for one in near)
    return next((one for one, time in times if time is not None and time >= landing.at), place)
