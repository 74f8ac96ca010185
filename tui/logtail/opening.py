"""The first look at a log: in which order does the server list it, and where is its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tui.logtail.ascending import Ascending
from tui.logtail.descending import Descending
from tui.logtail.lines import Block, LogLine
from tui.logtail.reader import PageReader

Pager = Ascending | Descending


@dataclass(frozen=True, slots=True)
class Opened:
    """A log with lines: how to read on, and its end. `sure` is false while a single line hides the order."""

    pager: Pager
    end: Block
    sure: bool


async def open_log(reader: PageReader, base: int, want: int) -> Opened | None:
    """Read the end of a log, `want` lines if it has so many; None while it has none.

    At most 3 requests where totals are given or the newest lines come first.
    """
    one = await reader.read(1)
    if not one:
        return None
    order = _order(one)
    if order is None and (reader.total is None or reader.total > 1):
        two = await reader.read(2)
        order = _order([one[0], *two])
    pager: Pager = Descending(reader, base) if order else Ascending(reader, base)
    return Opened(pager, await pager.open(one, want), order is not None)


def _order(lines: Sequence[LogLine]) -> bool | None:
    """Whether the larger ids come first; None where the ids do not tell."""
    first, last = lines[0].id, lines[-1].id
    return None if first == last else first > last
