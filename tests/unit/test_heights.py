"""How high the panes of the right column are, for every window and every content."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.ui.heights import LEAST, ROOMY, Heights, heights

FOCUS = st.sampled_from(["instances", "detail", "jobs", "log"])


@given(total=st.integers(3, 120), lines=st.integers(0, 60), jobs=st.integers(0, 500), focus=FOCUS)
def test_the_column_is_filled_and_no_pane_is_lost(total: int, lines: int, jobs: int, focus: str) -> None:
    found = heights(total, lines, jobs, focus)
    assert sum(found) == total
    assert min(found) >= 1


@given(total=st.integers(ROOMY, 120), lines=st.integers(1, 60), jobs=st.integers(0, 500), focus=FOCUS)
def test_no_pane_is_higher_than_what_is_in_it_but_the_log(total: int, lines: int, jobs: int, focus: str) -> None:
    found = heights(total, lines, jobs, focus)
    assert found.detail <= 2 + lines
    assert found.jobs <= 2 + max(1, min(7, jobs))
    assert found.log >= LEAST["log"]


@given(total=st.integers(3, 120), jobs=st.integers(0, 500))
def test_with_the_focus_in_a_tab_that_fills_its_room_the_others_are_titles(total: int, jobs: int) -> None:
    assert heights(total, 0, jobs, "detail") == (total - 2, 1, 1)


@pytest.mark.parametrize(
    ("total", "lines", "jobs", "focus", "expected"),
    [
        (47, 10, 41, "instances", Heights(12, 9, 26)),
        (47, 10, 3, "instances", Heights(12, 5, 30)),
        (47, 10, 0, "instances", Heights(12, 3, 32)),
        (27, 16, 7, "instances", Heights(18, 4, 5)),
        (27, 16, 7, "jobs", Heights(13, 9, 5)),
        (27, 16, 7, "log", Heights(13, 4, 10)),
        (27, 0, 7, "instances", Heights(13, 9, 5)),
        (12, 16, 7, "log", Heights(1, 1, 10)),
        (12, 16, 7, "instances", Heights(10, 1, 1)),
    ],
)
def test_examples(total: int, lines: int, jobs: int, focus: str, expected: Heights) -> None:
    assert heights(total, lines, jobs, focus) == expected
