"""The rows that say that a log goes on where its lines in memory end: not loaded yet, left out in a burst, or gone out.

Pure.
"""

from __future__ import annotations

from tui.logtail import Feed, Kind, LogLine
from tui.text import plural


def edges(feed: Feed | None) -> tuple[LogLine | None, LogLine | None]:
    """What stands above the first line and below the last one; None where the log ends there."""
    if feed is None or not feed.lines:
        return None, None
    number = feed.number(feed.first)
    above = None if feed.first_known else _edge("older", (number or 1) - 1)
    below = None if feed.at_end or feed.following else _edge("newer", 0)  # their number is in the title
    return above, below


def _edge(which: str, count: int) -> LogLine:
    words = plural(count, f"{which} line") if count else f"{which} lines"
    return LogLine(0, None, f"{words}, not loaded", kind=Kind.SEPARATOR)
