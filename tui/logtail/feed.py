"""What a log view shows: a live tail, or what a sieve keeps of one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from tui.logtail.lines import Change, LogLine
from tui.logtail.window import Window


class Feed(Protocol):
    """Lines with sequence numbers from `first` on, and word of every change."""

    following: bool
    """Whether the reader is at the end; the view sets it."""

    @property
    def window(self) -> Window:
        """The lines in memory; the view sets what of them is `in_sight`."""
        ...

    @property
    def lines(self) -> Sequence[LogLine]:
        """The lines in memory, oldest first."""
        ...

    @property
    def first(self) -> int:
        """The sequence number of `lines[0]`."""
        ...

    @property
    def newest(self) -> int:
        """The sequence number of the newest line known to exist."""
        ...

    @property
    def total(self) -> int | None:
        """Lines of the log, None while that is not known."""
        ...

    @property
    def read(self) -> int:
        """Lines that were looked at."""
        ...

    @property
    def first_known(self) -> bool:
        """Whether nothing older than `lines[0]` can be had."""
        ...

    @property
    def at_end(self) -> bool:
        """Whether the newest line known is in memory."""
        ...

    def number(self, place: int) -> int | None:
        """The line number, from 1, of a sequence number, if known."""
        ...

    def subscribe(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        """Call `listener` after each change; returns what ends that."""
        ...
