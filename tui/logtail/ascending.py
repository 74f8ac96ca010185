"""A log whose first page has the oldest lines: places are fixed, the end has to be looked for."""

from __future__ import annotations

from collections.abc import Sequence

from tui.logtail.lines import Block, LogLine
from tui.logtail.log_pages import LogPages, advances
from tui.logtail.window import Window

_STEPS = 2


class Ascending:
    """Reads an ascending log around a window. `base` is the sequence number of the log's first line.

    `newest` is the sequence number of the newest line known to exist; `behind` says that the last page read towards
    the end was full, or may have been, so that more may be there already.
    """

    descending = False

    def __init__(self, reader: LogPages, base: int = 0) -> None:
        self._reader = reader
        self.base = base
        self.start: int | None = base
        self.newest = base - 1
        self.behind = False
        self._suspect = False  # page 1 may be full at a size that nobody told: look at page 2 next time

    @property
    def total(self) -> int | None:
        """Lines of the log up to the newest known."""
        return self.newest - self.base + 1

    @property
    def looks(self) -> int:
        """Polls that it takes to look everywhere where a line may be: page 1, and page 2 where page 1 may be full."""
        return 1 if self._reader.certain or self._reader.total is not None else 2

    async def _page(self, number: int) -> Block:
        return self._placed(number, await self._reader.read(number))

    def _placed(self, number: int, lines: Sequence[LogLine]) -> Block:
        """The lines with their place. A page that is not full is the end, whatever the total says."""
        block = Block(self.base + (number - 1) * self._reader.size, lines)
        if not lines:
            self.newest = min(self.newest, block.first - 1)
        elif len(lines) < self._reader.size:
            self.newest = block.end - 1
        else:
            told = self._reader.total or 0
            self.newest = max(self.newest, block.end - 1, self.base + told - 1)
        return block

    def _more_after(self, block: Block) -> bool:
        """Whether the end lies further on: by the total, or because the page is full."""
        if self._reader.total is not None:
            return self.newest >= block.end
        return len(block.lines) >= self._reader.size

    def _number(self, place: int) -> int:
        return (place - self.base) // self._reader.size + 1

    async def open(self, one: Sequence[LogLine], want: int) -> Block:
        """The last lines, at least `want` where there are so many; `one` is page 1, just read."""
        if not self._reader.certain and self._reader.total is None:
            one = await self._settle() or one
        return await self._fill(await self._last(1, one), want)

    def open_alone(self, one: Sequence[LogLine]) -> Block:
        """Page 1, which is all that is known."""
        return self._placed(1, one)

    async def end(self, want: int, window: Window) -> Block:
        """The last lines, found again from the newest known."""
        number = self._number(max(self.newest, self.base))
        lines = await self._reader.read(number)
        if not lines:
            number, lines = 1, await self._reader.read(1)
        return await self._fill(await self._last(number, lines), want)

    async def _fill(self, block: Block, want: int) -> Block:
        """The block with the pages before it, until it has `want` lines."""
        while len(block.lines) < want and block.first > self.base:
            older = (await self._page(self._number(block.first - 1))).lines
            if not older:
                break
            block = Block(block.first - len(older), [*older, *block.lines])
        return block

    async def _last(self, number: int, lines: Sequence[LogLine]) -> Block:
        """The last page that has lines, looked for from page `number` on, which has `lines`."""
        reader, empty = self._reader, 0
        while len(lines) >= reader.size:
            told = -(-(reader.total or 0) // reader.size)
            if 0 < told <= number:
                break
            probe = told if told and not empty else _between(number, empty)
            if not probe:
                break
            found = await reader.read(probe)
            if advances(found, lines, descending=False):
                number, lines = probe, found
            else:
                empty = probe
        block = self._placed(number, lines)
        if empty == number + 1:
            self.newest = block.end - 1
        self.behind = empty != number + 1 and self._more_after(block)
        return block

    async def _settle(self) -> Sequence[LogLine]:
        """Learn the page size where the server does not tell it: page 1, read again, if page 2 has lines.

        Empty when page 2 has none: then the whole log is on page 1 as far as anybody can tell.
        """
        two = await self._reader.read(2)
        if not advances(two, self._reader.first_page, descending=False):
            return ()
        one = await self._reader.read(1)
        self._reader.settle(len(one))
        return one

    async def before(self, window: Window) -> Block:
        """Lines just older than the window; empty at the start of the log."""
        first = window.own_first
        if first <= self.base:
            return Block(first)
        block = await self._page(self._number(first - 1))
        older = block.lines[: first - block.first]
        return Block(first - len(older), older)

    async def after(self, window: Window) -> Block:
        """Lines just newer than the window; empty at the end."""
        if self._suspect and not self._reader.certain:
            self._suspect = self.behind = False
            if not await self._settle():
                return Block(window.end)
        block = await self._page(self._number(window.end))
        new = block.lines[max(0, window.end - block.first) :]
        self._suspect = not new and not self._reader.certain and self._reader.total is None
        self.behind = self._suspect or self._more_after(block)
        last = window.lines[-1].id if window.own() else 0
        if new and new[0].id < last:  # lines were taken out at the log's start, so every place has moved
            new = [line for line in new if line.id > last]
        return Block(window.end, new)

    async def peek(self, window: Window) -> None:
        """Learn of newer lines without taking them, however many have come: a page or two on first, then in leaps."""
        reader, number = self._reader, self._number(self.newest + 1)
        lines = await reader.read(number)
        for _ in range(_STEPS):
            if len(lines) < reader.size or reader.total is not None:
                break
            further = await reader.read(number + 1)
            if not advances(further, lines, descending=False):
                self.newest, self.behind = self._placed(number, lines).end - 1, False
                return
            number, lines = number + 1, further
        await self._last(number, lines)

    async def at(self, place: int) -> Block:
        """The page that has this sequence number."""
        return await self._page(max(1, self._number(place)))

    near = at

    async def top(self) -> Block:
        """The first lines of the log."""
        return await self._page(1)


def _between(low: int, empty: int) -> int:
    """The next page to try between one with lines and one without (0: none known): gallop, then halve; 0 when done."""
    if not empty:
        return low * 4 - 2
    return 0 if empty - low < 2 else (low + empty) // 2
