"""Text cut to cells: names in their middle, so that those that differ at the end differ on the screen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text

from tui.ui.kit.cut import shorten_middle, shorten_text
from tui.ui.kit.row_table.layout import Column, arrange


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("customer-knowledge-base-eu-001", 30, "customer-knowledge-base-eu-001"),
        ("customer-knowledge-base-eu-001", 29, "customer-knowl…ge-base-eu-001"),
        ("abcdef", 4, "ab…f"),
        ("abcdef", 2, "a…"),
        ("abcdef", 1, "…"),
        ("abcdef", 0, ""),
        ("漢字漢字漢字", 9, "漢字…漢字"),
        ("漢字漢字漢字", 8, "漢字…字"),
        ("e\u0301" * 6, 3, "e\u0301…e\u0301"),
    ],
)
def test_a_name_is_cut_in_its_middle(text: str, width: int, expected: str) -> None:
    assert shorten_middle(text, width, "…") == expected
    assert shorten_text(Text(text, "red"), width, "…", middle=True).plain == expected


@given(text=st.text(max_size=40), width=st.integers(0, 30))
def test_what_is_cut_is_never_wider_than_its_room_and_keeps_both_ends(text: str, width: int) -> None:
    cut = shorten_middle(text, width, "…")
    assert cell_len(cut) <= width
    if cut != text and width:
        head, _, tail = cut.partition("…")
        assert text.startswith(head)
        assert text.endswith(tail)


@given(stem=st.text("abc-", min_size=28, max_size=28), width=st.integers(7, 31))
def test_ids_that_differ_in_their_last_three_letters_differ_on_the_screen(stem: str, width: int) -> None:
    assert len({shorten_middle(f"{stem}-{number:03}", width, "…") for number in range(40)}) == 40


def test_a_styled_name_keeps_the_styles_of_both_ends() -> None:
    text = Text.assemble(("abcdef", "red"), ("ghijkl", "blue"))
    cut = shorten_text(text, 7, "…", middle=True)
    assert cut.plain == "abc…jkl"
    assert [(cut.plain[span.start : span.end], span.style) for span in cut.spans if span.end > span.start] == [
        ("abc", "red"),
        ("jkl", "blue"),
    ]


COLUMNS = (
    Column("name", "NAME", min_width=13, most=32, name=True),
    Column("word", "STATE", min_width=5, most=15, whole=True, drop=3),
    Column("namespace", "NS", min_width=7, most=28, name=True, drop=4),
    Column("error", "ERR", width=4, align="right"),
    Column("source", "SOURCE", min_width=12, most=60, drop=7),
)


def widths(available: int, **contents: int) -> dict[str, int]:
    layout = arrange(COLUMNS, available, contents)
    return {COLUMNS[place.column].id: place.width for place in layout.places}


@pytest.mark.parametrize(
    ("available", "expected"),
    [
        (20, {"name": 14, "error": 4}),  # what the name does not get, nobody gets
        (38, {"name": 32, "error": 4}),
        (45, {"name": 32, "error": 4}),
        (46, {"name": 32, "error": 4, "namespace": 7}),
        (54, {"name": 32, "word": 15, "error": 4}),
        (62, {"name": 32, "word": 15, "namespace": 7, "error": 4}),
        (83, {"name": 32, "word": 15, "namespace": 28, "error": 4}),
        (95, {"name": 32, "word": 15, "namespace": 28, "error": 4}),
        (96, {"name": 32, "word": 15, "namespace": 28, "error": 4, "source": 12}),
        (200, {"name": 32, "word": 15, "namespace": 28, "error": 4, "source": 40}),
    ],
)
def test_the_name_has_its_room_first_then_the_state_then_the_namespace(
    available: int, expected: dict[str, int]
) -> None:
    assert widths(available, name=32, word=15, namespace=28, source=40) == expected


@given(available=st.integers(20, 200), name=st.integers(1, 60), word=st.integers(1, 20), namespace=st.integers(1, 40))
def test_no_column_is_cut_beside_free_cells(available: int, name: int, word: int, namespace: int) -> None:
    found = widths(available, name=name, word=word, namespace=namespace, source=20)
    free = available - sum(width + 1 for width in found.values())
    assert free >= 0
    wants = {"name": min(32, name), "word": min(15, word), "namespace": min(28, namespace), "source": 20}
    if free:
        assert all(width >= wants.get(column, 0) for column, width in found.items())
    if found["name"] < wants["name"]:
        assert not found.keys() - {"name", "error"}
