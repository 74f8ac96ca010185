"""The first look at a log: in which order does the server list it, and where is its end."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from tui.logtail.ascending import Ascending
from tui.logtail.descending import Descending
from tui.logtail.lines import Block, LogLine
from tui.logtail.log_pages import LogPages

Pager = Ascending | Descending


class OpenedLog(Struct, frozen=True):
    """A log with lines: how to read on, and its end. `sure` is false while a single line hides the order."""

    pager: Pager
    end: Block
    sure: bool


async def open_log(reader: LogPages, base: int, want: int) -> OpenedLog | None:
    """Read the end of a log, `want` lines if it has so many; None while it has none.

    At most 3 requests where totals are given or the newest lines come first.
    """
    one = await reader.read(1)
    if not one:
        return None
    order = _order(one)
    if order is None and (reader.total is None or reader.total > 1):
        order = _order_by_next(one[0], await reader.read(2))
    if order is None and len(one) == 1:  # nothing more may be read as if its order were known
        only = Ascending(reader, base)
        return OpenedLog(only, only.open_alone(one), False)
    pager: Pager = Descending(reader, base) if order else Ascending(reader, base)
    return OpenedLog(pager, await pager.open(one, want), order is not None)


def _order_by_next(one: LogLine, two: Sequence[LogLine]) -> bool | None:
    """The order by page 2, where page 1 had a single line and may have got more since: page 2 by itself, if it can.

    A single line that is older proves the newest first; one that is newer may have come in between in either order.
    """
    if not two or (order := _order(two)) is not None:
        return order if two else None
    return True if two[0].id < one.id else None


def _order(lines: Sequence[LogLine]) -> bool | None:
    """Whether the larger ids come first; None where the ids do not tell."""
    first, last = lines[0].id, lines[-1].id
    return None if first == last else first > last
