"""The whole log of a job, first line to last, for saving it: apart from any tail, in bounded memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence, Set

from tui.logtail.lines import LogLine, LogSource
from tui.logtail.paged_log import PagedLog
from tui.logtail.window import Window

_ROOM = 2_000


class FullLog(PagedLog):
    """Reads a log once through, also while its job writes: every line once and in order, up to the end then met.

    `room` is how many lines it holds at a time; with None for `slugs` no line is graded.
    """

    def __init__(self, source: LogSource, slugs: Set[str] | None = frozenset(), room: int = _ROOM) -> None:
        super().__init__(source, slugs, Window(room))
        self._room = room

    async def measure(self) -> int | None:
        """Look at its end, in a few requests; the number of lines if that can be told."""
        await self._read_end()
        return self.total

    async def last(self, enough: Callable[[Sequence[LogLine]], bool]) -> bool:
        """Hold the last lines, so many that they are `enough` or the whole log; False when there is no room for them.

        They are in `lines` then, and `news` goes on from there. Raises AppError.
        """
        if self.pager is None:
            await self.measure()
        while not self.first_known and not enough(self.lines):
            if self.window.full or len(self.lines) + self.page_size > self._room:
                return False
            await self._read_older()
        return True

    async def batches(self) -> AsyncIterator[Sequence[LogLine]]:
        """The lines, a page at a time. Raises AppError."""
        if self.pager is None:
            await self.measure()
        await self._jump_to_start()
        while not self.first_known:
            await self._read_older()
        async for lines in self._onward(self.first):
            yield lines

    async def news(self) -> AsyncIterator[Sequence[LogLine]]:
        """The lines that have come since the last batch. Raises AppError."""
        if self.pager is None:
            await self.measure()
            fresh = self._onward(self.first)
        else:
            end = self.window.end
            await self.pager.peek(self.window)
            fresh = self._onward(end)
        async for lines in fresh:
            yield lines

    async def _onward(self, done: int) -> AsyncIterator[Sequence[LogLine]]:
        while True:
            if self.window.end > done:
                yield self.lines[done - self.first :]
                done = self.window.end
            if self.at_end:
                return
            await self._read_newer()
