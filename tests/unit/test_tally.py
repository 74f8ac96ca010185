"""How many instances are in which state: groups, the line that shows them, and the filter that each word is."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.build import NOW, instance
from tui.models import Stats
from tui.state.health import Health
from tui.state.instance_rows import RowFilter, filtered, row
from tui.state.store import read_at
from tui.state.tally import BY_WORD, GROUPS, Tally, group_after, grouped, tally
from tui.ui.instances.health_line import health_line
from tui.ui.look import ASCII_SIGNS, Look
from tui.ui.themes import THEMES, palette


class One(NamedTuple):
    """A row of the table, as far as it is counted."""

    health: Health


LOOK = Look(palette(THEMES[0]))
ISSUE = {"failed": 26, "stalled": 1, "errors": 41, "running": 3, "paused": 9, "ready": 186, "unread": 9}


def test_every_state_is_in_one_group_and_shares_its_sign() -> None:
    assert sorted(state.name for group in GROUPS for state in group.states) == sorted(Health.__members__)
    for group in GROUPS:
        assert len({LOOK.health(state).plain for state in group.states}) == 1


def test_groups_without_instances_are_left_out() -> None:
    states = (Health.FAILED, Health.PAUSED_BY_ERROR, Health.READY, Health.NEVER, Health.EMPTY, Health.UNCOUNTED)
    counts = tally(map(One, states))
    assert grouped(counts) == {"failed": 2, "ready": 1, "empty": 2, "unread": 1}


@given(st.lists(st.lists(st.sampled_from(list(Health)), max_size=6), max_size=5), st.data())
def test_what_is_counted_again_is_what_is_there(steps: list[list[Health]], data: st.DataObject) -> None:
    rows: list[One] = []
    counted = Tally()
    for states in steps:
        kept = [data.draw(st.booleans()) for _ in rows]
        rows = [row if keep else One(state) for row, state, keep in zip(rows, states, kept, strict=False)]
        rows += [One(state) for state in states[len(rows) :]]
        assert counted.count(rows) == Counter(state.health.word for state in rows)


def test_the_line_as_it_stands_where_there_is_room() -> None:
    line, spots = health_line(ISSUE, "", 120, LOOK)
    assert line.plain == " ✗ 26 failed  ▷ 1 stalled  ! 41 errors  ▶ 3 running  = 9 paused  ● 186 ready  · 9 unread"
    assert [line.plain[spot.start : spot.end].split()[2] for spot in spots] == list(ISSUE)


def test_a_terminal_without_such_signs_gets_plain_ones() -> None:
    line, _ = health_line(ISSUE, "", 120, Look(palette(THEMES[0]), ASCII_SIGNS))
    assert line.plain == " x 26 failed  ~ 1 stalled  ! 41 errors  > 3 running  = 9 paused  * 186 ready  . 9 unread"


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (87, " ✗ 26 failed  ▷ 1 stalled  ! 41 errors  ▶ 3 running  = 9 paused  ● 186 ready  · 9"),
        (80, " ✗ 26 failed  ▷ 1 stalled  ! 41 errors  ▶ 3 running  = 9 paused  ● 186  · 9"),
        (50, " ✗ 26 failed  ▷ 1  ! 41  ▶ 3  = 9  ● 186  · 9"),
        (38, " ✗ 26 ▷ 1 ! 41 ▶ 3 = 9 ● 186 · 9"),
    ],
)
def test_a_narrow_line_keeps_every_number_and_the_words_of_what_is_urgent(width: int, expected: str) -> None:
    assert health_line(ISSUE, "", width, LOOK)[0].plain == expected


def test_the_filter_in_force_is_highlighted_and_keeps_its_word() -> None:
    line, _ = health_line(ISSUE, "unread", 50, LOOK)
    assert line.plain.endswith("· 9 unread")
    lit = [line.plain[span.start : span.end] for span in line.spans if "reverse" in str(span.style)]
    assert lit == ["· 9 unread"]
    assert " ◌ 0 queued " in health_line(ISSUE, "queued", 120, LOOK)[0].plain


@given(present=st.sets(st.sampled_from(list(BY_WORD))))
def test_one_key_walks_through_what_is_there_and_ends_with_all(present: set[str]) -> None:
    walked, word = [], group_after(present, "")
    while word:
        walked.append(word)
        word = group_after(present, word)
    assert walked == [word for word in BY_WORD if word in present]


ROWS = tuple(
    row(
        instance(name, namespace=namespace),
        read_at(Stats(completed=1, queued=0, running=0, error=error), NOW),
        None,
        NOW,
    )
    for name, namespace, error in (
        ("docs", "prod", 0),
        ("docs-eu", "prod", 2),
        ("wiki", "prod-eu", 3),
        ("eu", "lab", 0),
    )
)


@pytest.mark.parametrize(
    ("text", "group", "names"),
    [
        ("", "errors", ["docs-eu", "wiki"]),
        ("eu", "errors", ["docs-eu", "wiki"]),
        ("!eu", "errors", []),
        ("!wiki", "errors", ["docs-eu"]),
        ("", "failed", []),
        ("/eu$/", "", ["docs-eu", "wiki", "eu"]),  # the end of any column
        ("/^docs$/", "", ["docs"]),
        ("/^prod$/", "", ["docs", "docs-eu"]),
        ("prod/docs", "", ["docs", "docs-eu"]),
        ("/^prod/docs$/", "", ["docs"]),
        ("!/^prod$/", "", ["wiki", "eu"]),
        ("docs prod", "", []),  # no text runs over two columns
        ("!lab/eu", "", ["docs", "docs-eu", "wiki"]),
    ],
)
def test_a_filter_matches_each_column_by_itself_and_the_group_as_well(text: str, group: str, names: list[str]) -> None:
    assert [one.key.id for one in filtered(ROWS, RowFilter(text, group))] == names
