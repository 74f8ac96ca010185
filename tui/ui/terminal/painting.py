"""What of the screen is rendered for an update: the lines of widgets that have changed and can be seen, no others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

Cuts = Sequence[Sequence[int]]
"""For each line of the screen the columns at which a widget begins or ends, the edges of the screen included."""
Wanted = dict[int, set[int]]
"""Lines of the screen, each with the cuts at which what is wanted of it begins."""
Span = tuple[int, int, int]
"""A line, the column where a change in it begins, and the one behind its end."""


def wanted_whole(cuts: Cuts, lines: Iterable[int]) -> Wanted:
    """All of some lines."""
    return {y: set(cuts[y][:-1]) for y in lines}


def wanted_spans(cuts: Cuts, spans: Iterable[Span]) -> Wanted:
    """What lies between two cuts and is touched by a change."""
    wanted: Wanted = {}
    for y, left, right in spans:
        starts = (start for start, end in pairwise(cuts[y]) if start < right and end > left)
        wanted.setdefault(y, set()).update(starts)
    return wanted


class Shown(NamedTuple):
    """A widget on the screen, its region, and the edges of what of that is not clipped."""

    widget: Widget
    region: Region
    left: int
    right: int
    top: int
    bottom: int


def shown(widgets: Mapping[Widget, tuple[Region, Region]]) -> list[Shown]:
    """Widgets with their region and what of it is not clipped, the ones in front first, as `render` wants them."""
    seen = ((widget, region, region.intersection(clip)) for widget, (region, clip) in widgets.items())
    return [Shown(widget, region, *part.column_span, *part.line_span) for widget, region, part in seen if part]


def render(cuts: Cuts, widgets: Iterable[Shown], wanted: Wanted) -> dict[int, dict[int, Strip | None]]:
    """For each wanted line its pieces by the cut at which they begin, None for those that are not wanted.

    A widget is asked only for lines of which it has something to show that is wanted: an empty container behind others
    for none. One that was resized and not laid out yet may give less than it was asked for: what is behind it shows, or
    nothing.
    """
    pieces: dict[int, dict[int, Strip | None]] = {y: dict.fromkeys(cuts[y][:-1]) for y in wanted}
    missing = {y: set(starts) for y, starts in wanted.items()}
    first_line, last_line = min(missing, default=0), max(missing, default=0)
    for widget, region, left, right, top, bottom in widgets:
        if top > last_line or bottom <= first_line:
            continue
        lines = [
            y for y, starts in missing.items() if top <= y < bottom and any(left <= start < right for start in starts)
        ]
        for first, count in _runs(lines):
            strips = widget.render_lines(Region(left - region.x, first - region.y, right - left, count))
            for y, strip in enumerate(strips, first):
                at = [x for x in cuts[y] if left <= x <= right]
                starts = missing[y]
                for x, piece in zip(at, strip.divide([x - left for x in at[1:]]), strict=False):
                    if x in starts:
                        pieces[y][x] = piece
                        starts.remove(x)
                if not starts:
                    del missing[y]
        if not missing:
            break
    for y, starts in missing.items():
        pieces[y].update((x, Strip.blank(end - x)) for x, end in pairwise(cuts[y]) if x in starts)
    return pieces


def _runs(lines: Iterable[int]) -> list[tuple[int, int]]:
    """Lines that follow each other: the first, and how many."""
    runs: list[tuple[int, int]] = []
    for y in sorted(lines):
        if runs and y == sum(runs[-1]):
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((y, 1))
    return runs
