"""Numbered pages of one log, and what can be told about their size. The server may clamp `per_page` silently."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence, Set

from tui.errors import Refused
from tui.logtail.lines import Fetch, LineKind, LogLine
from tui.logtail.severity import Severity, severity
from tui.models import JobLog, Page
from tui.text import one_line

SIZES = (500, 100, 50, 20)
"""Lines a page that are asked for, the next one when the server refuses; 500 is accepted (api-facts: Job logs)."""
TOGETHER = 100
"""Lines that are graded without letting anything else have its turn: a key waits for no more than that."""


class LogPages:
    """Reads pages in the server's order and learns their true size, which every computation of a place rests on.

    `size` is what a full page holds as far as known; `certain` once that is proved. `total` is the server's own
    figure, None where it does not tell. Without `slugs`, None, no line is graded: all are of the level INFO, which
    takes a third of the time.
    """

    def __init__(self, fetch: Fetch, slugs: Set[str] | None = frozenset()) -> None:
        self._fetch = fetch
        self._slugs = slugs
        self._sizes = iter(SIZES[1:])
        self.asked = SIZES[0]
        self.size = self.asked
        self.certain = False
        self.total: int | None = None
        self.requests = 0
        self.first_page: Sequence[LogLine] = ()
        """Page 1 as it was read last."""
        self._graded: dict[int, tuple[JobLog, LogLine]] = {}

    async def read(self, number: int, size: int = 0) -> Sequence[LogLine]:
        """Page `number` from 1; empty past the end. A `size` below the certain one cuts the log at other places."""
        page = await self._request(number, size)
        self.total = page.total
        if page.items and not size:
            self._learn_size(number, page)
        lines = await self._lines(page.items)
        if number == 1 and not size:
            self.first_page = lines
        return lines

    async def _request(self, number: int, size: int) -> Page[JobLog]:
        while True:
            self.requests += 1
            try:
                return await self._fetch(number, size or self.asked)
            except Refused:
                smaller = None if self.certain else next(self._sizes, None)
                if smaller is None:
                    raise
                self.asked = self.size = smaller

    def _learn_size(self, number: int, page: Page[JobLog]) -> None:
        count = len(page.items)
        told = page.per_page if page.per_page and page.per_page < self.asked else None
        if count >= self.asked or (told and count <= told):
            self.size, self.certain = (told or count), True
        elif number == 1 and page.total is not None and page.total > count:
            self.size, self.certain = count, True
        elif not self.certain and number == 1:
            self.size = max(count, told or 0) if told else self.asked

    def settle(self, size: int) -> None:
        """Page 1 had this many lines when it was read after page 2 was seen to have some: so it was full."""
        self.size, self.certain = size, True

    async def _lines(self, items: Sequence[JobLog]) -> list[LogLine]:
        """The lines of a page. Those that the page before had too, as the newest has at each poll, are taken over."""
        before, self._graded = self._graded, {}
        lines: list[LogLine] = []
        graded = 0
        for item in items:
            known = before.get(item.id)
            if known and known[0] == item and not item.problem:
                line = known[1]
            else:
                line, graded = self._line(item, lines[-1].id if lines else item.id), graded + 1
                if graded % TOGETHER == 0:
                    await asyncio.sleep(0)
            lines.append(line)
            self._graded[item.id] = (item, line)
        await asyncio.sleep(0)  # to read a page and to show it are two pieces of work
        return _with_neighbours(lines)

    def _line(self, item: JobLog, before: int) -> LogLine:
        """One line, graded; `before` is the id of the line above it, for one that has none."""
        text = one_line(item.message) or (f"({item.problem})" if item.problem else "")
        grade = Severity.INFO if self._slugs is None else severity(item.message_type, text, self._slugs)
        kind = LineKind.UNNUMBERED if item.problem and item.id == 0 else LineKind.LINE
        line_id = before if kind is LineKind.UNNUMBERED else item.id
        return LogLine(line_id, item.time_s, text, grade, item.message_type, kind, item.problem)


def _with_neighbours(lines: list[LogLine]) -> list[LogLine]:
    """Give the unnumbered lines at the head of a page the id of the first numbered one."""
    for at, line in enumerate(lines):
        if line.kind is LineKind.LINE:
            for before in range(at):
                lines[before] = _numbered(lines[before], line.id)
            break
    return lines


def _numbered(line: LogLine, line_id: int) -> LogLine:
    return LogLine(line_id, line.time_s, line.text, line.severity, line.type, line.kind, line.problem)


def advances(lines: Sequence[LogLine], before: Sequence[LogLine], *, descending: bool) -> bool:
    """Whether a page lies beyond an earlier one; a server that ignores `page` or clamps it repeats itself."""
    if not lines or not before:
        return bool(lines)
    return lines[-1].id < before[-1].id if descending else lines[0].id > before[-1].id
