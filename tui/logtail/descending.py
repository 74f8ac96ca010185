"""A log whose first page has the newest lines: the end is at hand, and every page shifts while the job writes."""

from __future__ import annotations

from collections.abc import Sequence

from tui.errors import BadReply
from tui.logtail.lines import Block, LineKind, LogLine
from tui.logtail.log_pages import LogPages, advances
from tui.logtail.window import Window

GAP_PAGES = 8
"""Pages that are read one after the other to close a gap behind a burst before the window jumps instead."""
_TRIES = 60
_SAME = 3


class Descending:
    """Reads a descending log around a window: pages shift while the job writes.

    `base` is the sequence number of the log's first line, if totals are right. `newest` is never too large unless the
    total is: lines move to later pages only, so that a page towards the start that is asked for by its distance from
    `newest` can overlap the window but leaves no gap. `start` is the sequence number of the first line once that was
    read.
    """

    descending = True
    behind = False
    looks = 1

    def __init__(self, reader: LogPages, base: int) -> None:
        self._reader = reader
        self.base = base
        self.start: int | None = None
        self.newest = base - 1
        self._counted = False
        self._head: dict[int, int] = {}
        self._head_end = base

    async def _read(self, number: int, size: int = 0) -> Sequence[LogLine]:
        return (await self._reader.read(number, size))[::-1]

    # the end

    async def open(self, one: Sequence[LogLine], want: int) -> Block:
        """The last lines, at least `want` where there are so many; `one` is page 1, just read, newest first."""
        lines = one[::-1]
        total = self._reader.total
        self._counted = total is not None
        block = Block(self._placed_head(lines), lines)
        if total is not None and total <= len(lines):
            self.start = block.first
        return await self._fill(block, want)

    async def end(self, want: int, window: Window) -> Block:
        """The last lines; with `gap` when they share none with the window."""
        lines = await self._read(1)
        gap = self._aligned(lines, window) is None
        if gap:
            self._forget_start()
        return await self._fill(Block(self._placed_head(lines, window), lines, gap), want)

    async def _fill(self, block: Block, want: int) -> Block:
        """The block with the pages before it, until it has `want` lines."""
        near = Window(want + len(block.lines))
        near.reset(block.first, block.lines)
        while 0 < len(near.lines) < want and near.first != self.start:
            older = await self.before(near)
            if not older.lines:
                break
            near.prepend(older.lines)
        return Block(near.first, near.lines, block.gap)

    # towards the start

    async def before(self, window: Window) -> Block:
        """Lines just older than the window; empty at the start of the log."""
        first = window.own_first
        if first == self.start:
            return Block(first)
        if not self._reader.certain and (whole := await self._whole(window)) is not None:
            return whole
        for _ in range(_TRIES):
            number = self._number(first - 1)
            lines = await self._read(number)
            place = self._aligned(lines, window)
            if place is not None:
                self._measured(place, lines, number, self._reader.size)
            elif not lines or lines[-1].id < window.own()[0].id:
                place = first - len(lines)  # it just touches the window
            else:
                await self._locate(window)
                continue
            if len(lines) < self._reader.size:
                self.start = min(first, place)
            if place < first or self.start is not None:
                return Block(min(place, first), lines[: max(0, first - place)])
        raise _restless()

    async def _whole(self, window: Window) -> Block | None:
        """What page 1 has before the window, when page 2 is empty; else None, and the page size is certain.

        A page 2 that repeats page 1 is from a server that ignores `page`, unless a whole page came in between.
        """
        first = window.own_first
        lines: Sequence[LogLine] = ()
        for _ in range(_SAME):
            lines = await self._read(1)
            two = await self._reader.read(2)
            if advances(two, lines[::-1], descending=True):
                self._reader.settle(len(await self._reader.read(1)))
                return None
            if not two:
                break
        place = self._aligned(lines, window)
        self.start = first if place is None else min(first, place)
        return Block(self.start, lines[: first - self.start])

    async def top(self) -> Block:
        """The first lines of the log: the last page that has lines, by the total or by galloping and halving."""
        low, lines, empty = 1, await self._read(1), 0
        self._placed_head(lines)
        total = self._reader.total or 0
        probe = max(-(-total // max(1, len(lines))), 2)
        while not empty or empty - low > 1:
            found = await self._read(probe)
            if advances(found[::-1], lines[::-1], descending=True):
                low, lines = probe, found
                if self._reader.certain and len(found) < self._reader.size:
                    break
            else:
                empty = probe
            probe = (low + empty) // 2 if empty else low + 1 if total else low * 4
        if low > 1 and not self._reader.certain:
            self._reader.settle(len(await self._reader.read(1)))
        told = self.base + (self._reader.total or 0) - 1 if self._counted else 0
        self.newest = max(self.newest, told)
        first = self.newest - (low - 1) * self._reader.size + 1 - len(lines)
        if len(lines) < self._reader.size and low > 1:  # a full page may have got a successor meanwhile
            self.start = first
        self._head, self._head_end = {}, first + len(lines)
        return Block(first, lines, gap=True)

    async def at(self, place: int) -> Block:
        """The page that has this sequence number; it may have moved on a little while it was read."""
        self._placed_head(await self._read(1))
        return await self.near(place)

    async def near(self, place: int) -> Block:
        """As `at` without a look at the end before: off by the lines that have come since that was read."""
        number = self._number(place)
        lines = await self._read(number)
        return Block(self.newest - (number - 1) * self._reader.size - len(lines) + 1, lines, gap=True)

    # towards the end

    async def after(self, window: Window) -> Block:
        """Lines just newer than the window; empty at the end. With `gap` after a burst too large to read up."""
        if window.end > self.newest or not self._reader.certain:
            return await self._newer(window)
        for _ in range(_TRIES):
            number, size = _over(self.newest - window.end + 1, self._reader.size)
            lines = await self._read(number, size)
            place = self._aligned(lines, window)
            if place is None:
                await self._locate(window)
                continue
            self._measured(place, lines, number, size)
            if place + len(lines) > window.end or self.newest < window.end:
                return Block(window.end, lines[window.end - place :])
            if number > 1 and (touching := await self._touching(window, number, size)):
                return Block(window.end, touching)
        raise _restless()

    async def _touching(self, window: Window, number: int, size: int) -> Sequence[LogLine]:
        """The page before `number`, which has the window's last line on top; empty when it moved meanwhile."""
        newer = await self._read(number - 1, size)
        again = await self._read(number, size)
        return newer if again and again[-1].id == window.lines[-1].id else ()

    async def _newer(self, window: Window) -> Block:
        """What has come since the window was at the end: page 1, and more pages while they are all new."""
        near = Window(self._reader.asked * (GAP_PAGES + 1))
        for number in range(1, GAP_PAGES + 1):
            lines = await self._read(number)
            if number == 1:
                near.reset(0, lines)
            elif lines and lines[0].id > near.lines[-1].id:
                break  # a burst pushed what was read far away
            elif lines:
                seen = self._aligned(lines, near)
                near.prepend(lines if seen is None else lines[: max(0, near.first - seen)])
            place = self._aligned(near.lines, window)
            if place is not None:
                self._placed_head(near.lines, window)
                return Block(window.end, near.lines[max(0, window.end - place) :])
            if not lines:
                break
        if number > 1 and lines and not self._reader.certain:  # page 1 has a successor, so it is full
            self._reader.settle(len(await self._reader.read(1)))
        self._forget_start()
        return Block(self._placed_head(near.lines), near.lines, gap=True)

    async def peek(self, window: Window) -> None:
        """Learn of newer lines without taking them; their number is a lower bound after a burst without totals."""
        self._placed_head(await self._read(1), window)

    async def _locate(self, window: Window) -> None:
        """Measure again by the window's last line, when more has come than was known: gallop, then halve."""
        last, low, high = window.lines[-1].id, 0, 0
        number = self._number(window.end - 1)
        for _ in range(_TRIES):
            lines = await self._read(number)
            place = self._aligned(lines, window)
            if place is not None:
                self._measured(place, lines, number, self._reader.size)
                return
            if lines and lines[0].id > last:
                low = number
            else:
                high = number
            if high - low < 2 and high:  # it moved on between two reads
                high = 0
            number = (low + high) // 2 if high else max(1, 2 * low)
        raise _restless()

    # where the lines are: told by lines already known, and by the total only where none is

    @property
    def total(self) -> int | None:
        """Lines of the log: exact once its start was read, else as the server tells."""
        if self.start is not None:
            return self.newest - self.start + 1
        return self.newest - self.base + 1 if self._counted else None

    def _placed_head(self, lines: Sequence[LogLine], window: Window | None = None) -> int:
        """The place of the first line of page 1, just read; it is remembered to place the next one.

        Lines of the window tell it exactly. Else it is the largest of what is certain: where lines of the page 1
        before are now, else beyond them; not short of the newest line known; and what the total says.
        """
        first = self._aligned(lines, window) if window else None
        if first is None:
            shared = self._aligned(lines)
            if shared is None:
                shared = self._head_end
                self._forget_start()
            told = self.base + (self._reader.total or 0) if self._counted else 0
            first = max(shared, max(told, self.newest + 1) - len(lines))
        self.newest = first + len(lines) - 1
        self._head_end = self.newest + 1
        self._head = {line.id: place for place, line in enumerate(lines, first) if line.kind is LineKind.LINE}
        return first

    def _forget_start(self) -> None:
        """Places from now on are bounds only, unless there are totals: the start has to be found again."""
        if not self._counted:
            self.start = None

    def _aligned(self, lines: Sequence[LogLine], window: Window | None = None) -> int | None:
        """The place of the first line, by any line that is known; None when none is."""
        for at, line in enumerate(lines):
            if line.kind is LineKind.LINE:
                place = window.find(line.id) if window else self._head.get(line.id)
                if place is not None:
                    return place - at
        return None

    def _number(self, place: int) -> int:
        """The page that has the line at `place`, if nothing has come since."""
        return max(0, self.newest - place) // self._reader.size + 1

    def _measured(self, place: int, lines: Sequence[LogLine], number: int, size: int) -> None:
        """A page whose place is known tells where the end is now."""
        newest = place + len(lines) - 1 + (number - 1) * size
        if newest < self.newest:
            self._head_end = newest + 1
            self._head = {line_id: at + newest - self.newest for line_id, at in self._head.items()}
        self.newest = newest


def _over(rank: int, full: int) -> tuple[int, int]:
    """A page and its size that has the line with `rank` (0: the newest) and as many newer ones as can be.

    That line keeps some way from the page's end: it moves towards it while lines come.
    """
    if rank < full:
        return 1, full
    cuts = range(full, full // 2, -1)
    size = max((cut for cut in cuts if rank % cut < cut - cut // 8), key=lambda cut: rank % cut, default=full)
    return rank // size + 1, size


def _restless() -> BadReply:
    return BadReply(
        "The log moves too fast to read",
        "Its pages shifted every time that they were asked for.",
        "Scroll again, or follow its end.",
    )
