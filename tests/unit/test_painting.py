"""What is rendered for an update is what is seen there, and no line is rendered that nobody sees."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st
from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tui.ui.terminal.painting import render, shown, wanted_spans, wanted_whole

WIDTH, HEIGHT = 24, 10
SCREEN = Region(0, 0, WIDTH, HEIGHT)


class Box:
    """A widget of one letter, which notes what it was asked for; it may give less than that."""

    def __init__(self, letter: str, region: Region, narrower: int = 0, lower: int = 0) -> None:
        """Its lines are so many columns shorter than it, and of so many lines it gives none."""
        self.letter = letter
        self.region = region
        self.drawn = Region(region.x, region.y, max(0, region.width - narrower), max(0, region.height - lower))
        self.asked: list[Region] = []

    def render_lines(self, crop: Region) -> list[Strip]:
        self.asked.append(crop)
        part = crop.intersection(self.drawn.reset_offset)
        return [Strip([Segment(self.letter * part.width)], part.width) for _ in range(part.height)]


@st.composite
def screens(draw: st.DrawFn, *, ragged: bool = False) -> list[tuple[Box, Region]]:
    """Boxes in front of each other, each with what of it is not clipped; the last one is the screen itself."""
    boxes = []
    for number in range(draw(st.integers(0, 5))):
        x, y = draw(st.integers(-3, WIDTH)), draw(st.integers(-3, HEIGHT))
        region = Region(x, y, draw(st.integers(1, WIDTH)), draw(st.integers(1, HEIGHT)))
        left, top = draw(st.integers(0, WIDTH - 1)), draw(st.integers(0, HEIGHT - 1))
        clip = Region(left, top, draw(st.integers(1, WIDTH - left)), draw(st.integers(1, HEIGHT - top)))
        box = Box("abcde"[number], region, *(draw(st.integers(0, 3)) for _ in range(2)) if ragged else ())
        boxes.append((box, clip))
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


def covers(drawn: Region, left: int, right: int, y: int) -> bool:
    """Whether something is drawn from one column to before another."""
    return drawn.x <= left and right <= drawn.right and drawn.y <= y < drawn.bottom


def cuts_of(boxes: list[tuple[Box, Region]]) -> list[list[int]]:
    """Where a box begins or ends in each line."""
    cuts: list[set[int]] = [{0, WIDTH} for _ in range(HEIGHT)]
    for box, clip in boxes:
        part = box.region.intersection(clip)
        for y in range(part.y, part.bottom):
            cuts[y] |= set(part.column_span)
    return [sorted(line) for line in cuts]


def mapping(boxes: list[tuple[Box, Region]]) -> dict[Widget, tuple[Region, Region]]:
    return {cast("Any", box): (box.region, clip) for box, clip in boxes}


@given(screens(), spans)
def test_every_changed_cell_shows_what_is_in_front(
    boxes: list[tuple[Box, Region]], changes: list[tuple[int, int, int]]
) -> None:
    cuts = cuts_of(boxes)
    pieces = render(cuts, shown(mapping(boxes)), wanted_spans(cuts, changes))
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
    render(cuts, shown(mapping(boxes)), wanted)
    for box, _ in boxes:
        for crop in box.asked:
            for y in range(box.region.y + crop.y, box.region.y + crop.bottom):
                starts = [x for x in cuts[y][:-1] if x in wanted[y]]
                assert any(seen(boxes, x, y) is box for x in starts), (box.letter, y)


@given(screens(ragged=True), st.booleans())
def test_what_gives_less_than_it_was_asked_for_leaves_no_hole(
    boxes: list[tuple[Box, Region]], screen_too: bool
) -> None:
    """A console ended with that: a line of a widget that had just become wider was still as short as before."""
    if screen_too:
        boxes[-1] = (Box(".", SCREEN, 2, 1), SCREEN)
    cuts = cuts_of(boxes)
    pieces = render(cuts, shown(mapping(boxes)), wanted_whole(cuts, range(HEIGHT)))
    for y in range(HEIGHT):
        given = [piece.text if piece else "?" for piece in pieces[y].values()]
        for (x, end), text in zip(pairwise(cuts[y]), given, strict=True):
            whole = (box for box, clip in boxes if covers(box.drawn.intersection(clip), x, end, y))
            front = next(whole, None)
            assert text == (front.letter if front else " ") * (end - x), (x, y)


@given(screens())
def test_a_whole_screen_has_no_hole(boxes: list[tuple[Box, Region]]) -> None:
    cuts = cuts_of(boxes)
    pieces = render(cuts, shown(mapping(boxes)), wanted_whole(cuts, range(HEIGHT)))
    for y in range(HEIGHT):
        text = "".join(piece.text if piece else "?" for piece in pieces[y].values())
        assert text == "".join(seen(boxes, x, y).letter for x in range(WIDTH))
