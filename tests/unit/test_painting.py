"""What is rendered for an update is what is seen there, and no line is rendered that nobody sees."""

from __future__ import annotations

from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st
from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tui.ui.terminal.painting import render, wanted_spans, wanted_whole

WIDTH, HEIGHT = 24, 10
SCREEN = Region(0, 0, WIDTH, HEIGHT)


class Box:
    """A widget of one letter, which notes what it was asked for."""

    def __init__(self, letter: str, region: Region) -> None:
        self.letter = letter
        self.region = region
        self.asked: list[Region] = []

    def render_lines(self, crop: Region) -> list[Strip]:
        self.asked.append(crop)
        return [Strip([Segment(self.letter * crop.width)], crop.width) for _ in range(crop.height)]


@st.composite
def screens(draw: st.DrawFn) -> list[tuple[Box, Region]]:
    """Boxes in front of each other, each with what of it is not clipped; the last one is the screen itself."""
    boxes = []
    for number in range(draw(st.integers(0, 5))):
        x, y = draw(st.integers(-3, WIDTH)), draw(st.integers(-3, HEIGHT))
        region = Region(x, y, draw(st.integers(1, WIDTH)), draw(st.integers(1, HEIGHT)))
        left, top = draw(st.integers(0, WIDTH - 1)), draw(st.integers(0, HEIGHT - 1))
        clip = Region(left, top, draw(st.integers(1, WIDTH - left)), draw(st.integers(1, HEIGHT - top)))
        boxes.append((Box("abcde"[number], region), clip))
    return [*boxes, (Box(".", SCREEN), SCREEN)]


spans = st.lists(
    st.builds(
        lambda y, left, width: (y, left, min(WIDTH, left + width)),
        st.integers(0, HEIGHT - 1),
        st.integers(0, WIDTH - 1),
        st.integers(1, WIDTH),
    ),
    min_size=1,
    max_size=5,
)


def seen(boxes: list[tuple[Box, Region]], x: int, y: int) -> Box:
    """The box in front at a cell."""
    return next(box for box, clip in boxes if box.region.contains(x, y) and clip.contains(x, y))


def cuts_of(boxes: list[tuple[Box, Region]]) -> list[list[int]]:
    """Where a box begins or ends in each line."""
    cuts: list[set[int]] = [{0, WIDTH} for _ in range(HEIGHT)]
    for box, clip in boxes:
        shown = box.region.intersection(clip)
        for y in range(shown.y, shown.bottom):
            cuts[y] |= set(shown.column_span)
    return [sorted(line) for line in cuts]


def mapping(boxes: list[tuple[Box, Region]]) -> dict[Widget, tuple[Region, Region]]:
    return {cast("Any", box): (box.region, clip) for box, clip in boxes}


@given(screens(), spans)
def test_every_changed_cell_shows_what_is_in_front(
    boxes: list[tuple[Box, Region]], changes: list[tuple[int, int, int]]
) -> None:
    cuts = cuts_of(boxes)
    pieces = render(cuts, mapping(boxes), wanted_spans(cuts, changes))
    for y, left, right in changes:
        line = {x: piece.text for x, piece in pieces[y].items() if piece is not None}
        cells = {x + number: letter for x, text in line.items() for number, letter in enumerate(text)}
        assert [cells[x] for x in range(left, right)] == [seen(boxes, x, y).letter for x in range(left, right)]


@given(screens(), spans)
def test_no_line_is_rendered_that_is_not_seen_where_something_changed(
    boxes: list[tuple[Box, Region]], changes: list[tuple[int, int, int]]
) -> None:
    cuts = cuts_of(boxes)
    wanted = wanted_spans(cuts, changes)
    render(cuts, mapping(boxes), wanted)
    for box, _ in boxes:
        for crop in box.asked:
            for y in range(box.region.y + crop.y, box.region.y + crop.bottom):
                starts = [x for x in cuts[y][:-1] if x in wanted[y]]
                assert any(seen(boxes, x, y) is box for x in starts), (box.letter, y)


@given(screens())
def test_a_whole_screen_has_no_hole(boxes: list[tuple[Box, Region]]) -> None:
    cuts = cuts_of(boxes)
    pieces = render(cuts, mapping(boxes), wanted_whole(cuts, range(HEIGHT)))
    for y in range(HEIGHT):
        text = "".join(piece.text if piece else "?" for piece in pieces[y].values())
        assert text == "".join(seen(boxes, x, y).letter for x in range(WIDTH))
