"""Column layout, cell fitting and anchoring of the row table: the rules that hold for every input."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text

from tui.ui.kit.cut import shorten
from tui.ui.kit.row_table.layout import Column, arrange, fit, fit_text
from tui.ui.kit.row_table.rows import RowSpot, TableRows, resettle, reveal

WIDTHS = st.one_of(st.none(), st.integers(1, 12))
SMALL = st.integers(0, 3)
ANY_COLUMN = st.builds(Column, st.just("c"), st.just("C"), WIDTHS, st.integers(1, 12), SMALL, st.just("left"), SMALL)
KEYS = st.lists(st.integers(0, 30), unique=True, max_size=30)


@given(columns=st.lists(ANY_COLUMN, min_size=1, max_size=8), available=st.integers(0, 120))
def test_columns_share_the_room_without_losing_a_cell(columns: list[Column], available: int) -> None:
    layout = arrange(columns, available)
    shown = [columns[place.column] for place in layout.places]
    assert layout.width == sum(width + 1 for _, width in layout.places)
    assert all(place.width >= column.least for place, column in zip(layout.places, shown, strict=True))
    if any(column.weight for column in shown):
        assert layout.width >= available
    if layout.width > available:
        assert len(shown) == 1 or not any(column.drop for column in shown)


@given(columns=st.lists(ANY_COLUMN, min_size=2, max_size=8), available=st.integers(0, 120))
def test_the_highest_drop_goes_first_and_zero_never(columns: list[Column], available: int) -> None:
    shown = {place.column for place in arrange(columns, available).places}
    gone = [column.drop for at, column in enumerate(columns) if at not in shown]
    assume(gone and len(shown) > 1)
    assert 0 not in gone
    assert min(gone) >= max(columns[at].drop for at in shown)


def test_spare_room_follows_the_weights() -> None:
    columns = (Column("a", "A", min_width=2, grow=1), Column("b", "B", width=5), Column("c", "C", min_width=2, grow=3))
    assert [place.width for place in arrange(columns, 32).places] == [7, 5, 17]


@given(text=st.text(max_size=30), width=st.integers(0, 20), align=st.sampled_from(["left", "right"]))
def test_a_fitted_cell_has_exactly_its_width(text: str, width: int, align: str) -> None:
    fitted = fit(text, width, "…", align)
    assert cell_len(fitted) == width
    assert not any(ord(character) < 0x20 for character in fitted)


@given(text=st.text(max_size=30), width=st.integers(0, 20))
def test_styled_text_is_cut_like_plain_text(text: str, width: int) -> None:
    styled = Text(text, style="red")
    assert fit_text(styled, width, "…").plain.rstrip() == fit(styled.plain, width, "…").rstrip()


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("abc", 3, "abc"),
        ("abcd", 3, "ab…"),
        ("漢字漢", 5, "漢字…"),
        ("漢字漢", 4, "漢…"),
        ("e\u0301e\u0301e\u0301", 2, "e\u0301…"),
        ("abc", 1, "…"),
        ("abc", 0, ""),
    ],
)
def test_shorten(text: str, width: int, expected: str) -> None:
    assert shorten(text, width, "…") == expected


@given(before=KEYS, after=KEYS, page=st.integers(1, 8), data=st.data())
def test_replacing_rows_keeps_the_place(before: list[int], after: list[int], page: int, data: st.DataObject) -> None:
    assume(before and after)
    top = data.draw(st.integers(0, max(0, len(before) - page)))
    cursor = data.draw(st.integers(0, len(before) - 1))
    old, new = TableRows(before, key=lambda row: row), TableRows(after, key=lambda row: row)
    spot = resettle(old, new, RowSpot(cursor, top), page)
    assert 0 <= spot.top <= max(0, len(after) - page)
    if before[cursor] in after:
        assert after[spot.cursor] == before[cursor]
    line, unclamped = cursor - top, spot.cursor - (cursor - top)
    if 0 <= line < page:
        assert 0 <= spot.cursor - spot.top < page
        if 0 <= unclamped <= len(after) - page:
            assert spot.cursor - spot.top == line


@given(count=st.integers(1, 40), page=st.integers(1, 10), data=st.data())
def test_reveal_shows_the_cursor_with_context(count: int, page: int, data: st.DataObject) -> None:
    cursor, top = data.draw(st.integers(0, count - 1)), data.draw(st.integers(0, count - 1))
    first = reveal(RowSpot(cursor, top), count, page)
    shown = range(first, first + page)
    assert cursor in shown
    if page >= 3:
        assert max(0, cursor - 1) in shown
        assert min(count - 1, cursor + 1) in shown


def test_of_equal_keys_the_last_is_found() -> None:
    rows = TableRows([("a", 1), ("b", 2), ("a", 3)], key=lambda row: row[0])
    assert rows.index["a"] == 2
    assert len(rows) == 3


def test_a_column_that_wants_room_for_the_others_comes_when_it_is_there() -> None:
    columns = (Column("a", "A", min_width=5, grow=1), Column("b", "B", width=4, drop=1, spare=6))
    assert [place.column for place in arrange(columns, 16).places] == [0]
    assert [(place.column, place.width) for place in arrange(columns, 17).places] == [(0, 11), (1, 4)]


@pytest.mark.parametrize(("held", "shown"), [({"b": 0}, {0: 20}), ({"b": 5}, {0: 14, 1: 5}), ({}, {0: 20})])
def test_a_column_without_anything_in_it_is_not_shown(held: dict[str, int], shown: dict[int, int]) -> None:
    columns = (Column("a", "A", min_width=4, grow=1), Column("b", "B", min_width=0, most=9, drop=1))
    assert {place.column: place.width for place in arrange(columns, 21, held).places} == shown


@pytest.mark.parametrize(("available", "widths"), [(18, [6, 4, 5]), (20, [6, 6, 5]), (22, [6, 8, 5]), (28, [12, 8, 5])])
def test_a_late_column_has_its_least_first_and_the_rest_before_any_spare_room_is_shared(
    available: int, widths: list[int]
) -> None:
    columns = (
        Column("a", "A", min_width=6, grow=1),
        Column("b", "B", min_width=4, most=9, late=True),
        Column("c", "C", width=5, drop=1),
    )
    assert [place.width for place in arrange(columns, available, {"b": 8}).places] == widths
