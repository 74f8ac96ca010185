"""The window over one job's log and what moves it: opening, the end, the start, a page either way."""

from __future__ import annotations

import math
from collections.abc import Sequence, Set
from contextlib import suppress

from tui.errors import AppError
from tui.logtail.lines import Block, Change, LineKind, LogLine, LogSource
from tui.logtail.log_pages import LogPages
from tui.logtail.order import Pager, open_log
from tui.logtail.severity import Severity
from tui.logtail.window import Window

SCREEN = 100
"""Lines that are on hand once the log is open, where it has so many."""
_CATCH_UP = 20


class PagedLog:
    """A window of a log. Sequence numbers count lines on from `first`; they have no gap and survive a change of job.

    Each method that reads returns the Change it made, and raises AppError with the window as it was.
    """

    def __init__(self, source: LogSource, slugs: Set[str] | None, window: Window | None = None) -> None:
        self._slugs = slugs
        self.window = window or Window()
        """The lines in memory. Who shows them sets `in_sight`, and changes nothing else."""
        self._open_source(source, 0)

    def _open_source(self, source: LogSource, base: int) -> None:
        self.source = source
        self._base = base
        self._reader = LogPages(source.fetch, self._slugs)
        self.pager: Pager | None = None
        """Reads pages by their place; None while the log has no lines. Who looks for a place uses it under `lock`."""
        self._sure = False

    # what is known

    @property
    def lines(self) -> Sequence[LogLine]:
        """The lines in memory, oldest first. Not to be changed by the reader, and another list after a reset."""
        return self.window.lines

    @property
    def first(self) -> int:
        """The sequence number of `lines[0]`."""
        return self.window.first

    @property
    def newest(self) -> int:
        """The sequence number of the newest line known to exist, in memory or not."""
        return max(self.window.end - 1, self.pager.newest) if self.pager else self.window.end - 1

    @property
    def total(self) -> int | None:
        """Lines of the present job's log, None while that is not known."""
        return self.pager.total if self.pager else 0

    @property
    def whole_cost(self) -> int | None:
        """Requests that reading the whole log takes, about; None while its length is unknown.

        Where pages shift each overlaps the one before.
        """
        if self.total is None or self.pager is None:
            return self.total
        gain = 6 / 7 if self.pager.descending and self.total > self._reader.size else 1.0
        return math.ceil(self.total / (self._reader.size * gain))

    @property
    def read(self) -> int:
        """Lines that can be looked through."""
        return len(self.window.lines)

    @property
    def page_size(self) -> int:
        """Lines that one request brings, as far as known."""
        return self._reader.size

    @property
    def first_known(self) -> bool:
        """Whether nothing older than `lines[0]` can be had."""
        if self.pager is None:
            return True
        return self.window.own_first == self.pager.start and self.window.whole

    @property
    def at_end(self) -> bool:
        """Whether the newest line known is in memory."""
        return self.pager is None or self.window.end > self.pager.newest

    def number(self, place: int) -> int | None:
        """The line number, from 1, of a sequence number; None while the log's start is unknown."""
        if self.pager is None or place < self.window.own_first:
            return None
        start = self.pager.start
        if start is None and self.pager.total is not None:
            start = self.pager.base
        return None if start is None else place - start + 1

    @property
    def rest(self) -> int | None:
        """Requests that all lines older than those in memory would take; None while nobody knows."""
        if self.first_known or self.pager is None:
            return 0
        number = self.number(self.window.own_first)
        return None if number is None else -(-(number - 1) // self._reader.size)

    # reading

    async def _read_end(self) -> Change:
        """Open the log, or look again while its order is not sure."""
        opened = await open_log(self._reader, self._base, SCREEN)
        if opened is None:
            return Change()
        self.pager, self._sure = opened.pager, opened.sure
        block, window = opened.end, self.window
        if block.first <= window.end and block.first == self.pager.start == self._base:
            new = block.lines[window.end - block.first :]
            return Change(appended=len(new), dropped_first=window.append(new))
        return self._show(block)

    def _show(self, block: Block) -> Change:
        """Show these lines instead of the present ones."""
        self.window.reset(block.first, block.lines)
        if self.pager and self.pager.start == block.first:
            self.window.attach()
        return Change(reset=True)

    async def _read_new(self, following: bool) -> Change:
        """What has come at the end: taken while the reader follows or there is room, else only counted."""
        pager = self.pager
        if pager is None or not self._sure:
            return await self._read_end()
        if not self.at_end and following:
            return await self._jump_to_end()
        if self._far_from_end or (self.window.full and not following):
            await pager.peek(self.window)
            return Change()
        return await self._catch_up(pager, following)

    @property
    def _far_from_end(self) -> bool:
        """Whether more is missing below than one page, which is not read before somebody goes there."""
        return self.newest - self.window.end >= self._reader.size

    async def _catch_up(self, pager: Pager, following: bool) -> Change:
        """Page after page. One that fails ends it; what came before is told, and the next poll meets the failure."""
        appended = dropped = 0
        for _ in range(_CATCH_UP):
            try:
                block = await pager.after(self.window)
            except AppError:
                if not appended:
                    raise
                return Change(appended=appended, dropped_first=dropped)
            if block.gap:
                return self._show(block) if following else Change(appended=appended, dropped_first=dropped)
            dropped += self.window.append(block.lines, drop=following)
            appended += len(block.lines)
            if not pager.behind or not block.lines or (self.window.full and not following):
                break
        else:
            with suppress(AppError):
                if following and (jump := await self._jump_to_end()).reset:
                    return jump
                if following:
                    appended, dropped = appended + jump.appended, dropped + jump.dropped_first
        return Change(appended=appended, dropped_first=dropped)

    async def _jump_to_end(self) -> Change:
        """Show the last lines; what is there already stays when they adjoin."""
        if self.pager is None or not self._sure:
            return await self._read_end()
        window = self.window
        block = await self.pager.end(SCREEN, window)
        if block.gap or not window.own_first <= block.first <= window.end:
            return self._show(block)
        new = block.lines[window.end - block.first :]
        return Change(appended=len(new), dropped_first=window.append(new))

    async def _jump_to_start(self) -> Change:
        """Show the first lines."""
        if self.pager is None or self.first_known:
            return Change()
        if self.window.own_first == self.pager.start:
            return await self._read_older()
        return self._show(await self.pager.top())

    async def _jump_to(self, place: int) -> Change:
        """Show the lines around a sequence number."""
        if self.pager is None or not self._sure or self.window.own_first <= place < self.window.end:
            return Change()
        block = await self.pager.at(place)
        return self._show(block) if block.lines else Change()

    async def _read_older(self) -> Change:
        """One page towards the start; above the start the end of the job before."""
        window, pager = self.window, self.pager
        if pager is None or self.first_known:
            return Change()
        block = await pager.before(window)
        dropped = window.prepend(block.lines)
        kept, also = window.attach() if window.own_first == pager.start else (0, 0)
        return Change(prepended=len(block.lines) + kept, dropped_last=dropped + also)

    async def _read_newer(self) -> Change:
        """One page towards the end."""
        if self.pager is None or self.at_end:
            return Change()
        block = await self.pager.after(self.window)
        if block.gap:
            return Change()
        return Change(appended=len(block.lines), dropped_first=self.window.append(block.lines))

    def _follow_source(self, source: LogSource, title: str) -> Change:
        """Go on with another job below a separator line."""
        window = self.window
        hidden = self.newest - window.end + 1
        note = f" ({hidden:,} lines above were not loaded)" if hidden > 0 else ""
        line = LogLine(0, None, title + note, Severity.INFO, None, LineKind.SEPARATOR)
        window.close(line)
        self._open_source(source, window.end)
        return Change(appended=1)
