"""The values that a log tail deals in: a line, a block of lines, a change, a badge, and where a log comes from."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from enum import Enum

import msgspec
from msgspec import Struct

from tui.logtail.severity import Severity
from tui.models import Job, JobLog, Page

Fetch = Callable[[int, int], Awaitable[Page[JobLog]]]
"""Page number from 1 and lines a page -> that page, in the server's order. Raises AppError."""


class LineKind(Enum):
    """What a row of the log is."""

    LINE = "line"
    UNNUMBERED = "unnumbered"
    """A malformed line without an id: it has the id of its neighbour, and its place is known by position only."""
    SEPARATOR = "separator"
    """Not the server's: says that another job's log begins."""


class LogLine(msgspec.Struct, frozen=True, gc=False):
    """One line as it is shown. `time_s` in epoch seconds; `type` is the raw `message_type`."""

    id: int
    time_s: float | None
    text: str
    severity: Severity = Severity.INFO
    type: int | None = None
    kind: LineKind = LineKind.LINE
    problem: str = ""


def plain(line: LogLine) -> str:
    """A line as text to copy or save: its time in UTC and in full, and the text."""
    if line.time_s is None:
        return line.text
    return f"{datetime.fromtimestamp(line.time_s, UTC):%Y-%m-%dT%H:%M:%SZ} {line.text}"


class Block(Struct, frozen=True):
    """Neighbouring lines, oldest first. `first` is the sequence number of the first one.

    `gap` says that lines may be missing between the window and this block.
    """

    first: int
    lines: Sequence[LogLine] = ()
    gap: bool = False

    @property
    def end(self) -> int:
        """The sequence number after the last line."""
        return self.first + len(self.lines)


class Change(Struct, frozen=True):
    """What has happened to the window, so that a view can keep its place.

    The counts are lines: `appended` and `prepended` came in, `dropped_first` and `dropped_last` went out. With
    `reset` the window shows another stretch. `badge`: the badge, the total or the newest line known has changed.
    """

    appended: int = 0
    prepended: int = 0
    dropped_first: int = 0
    dropped_last: int = 0
    reset: bool = False
    badge: bool = False

    @property
    def lines(self) -> bool:
        """Whether the window has other lines than before."""
        return bool(self.reset or self.appended or self.prepended or self.dropped_first or self.dropped_last)


class Badge(Struct, frozen=True):
    """How a tail stands: a word in capitals and what goes with it. `level` is ok, muted, warning or error."""

    word: str
    text: str = ""
    level: str = "muted"

    def __str__(self) -> str:
        """Both parts, as the pane's title shows them: `LIVE 1s`."""
        return f"{self.word} {self.text}".rstrip()


class LogSource(Struct, frozen=True):
    """Where the log of one job comes from. `job` reads the job again, to learn whether it has ended."""

    job_id: str
    fetch: Fetch
    job: Callable[[], Awaitable[Job]]
