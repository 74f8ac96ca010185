"""Path rules that leave failing items out: by ending where that hits nothing good, else by key, as many as fit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.models import Item
from tui.service.items.silence import common_endings, ending_of, exclusion
from tui.service.lab.rules import SourceRules

KEYS = st.text("abcd/.*? é", min_size=1, max_size=12)


def items(*keys: str) -> list[Item]:
    return [Item(id=str(number), key=one, status="error") for number, one in enumerate(keys)]


@pytest.mark.parametrize(
    ("keys", "unused", "patterns"),
    [
        (("a.zip", "b/c.zip", "d.bin"), {".zip", ".bin"}, ("**/*.zip", "**/*.bin")),
        (("a.md", "b/c.zip"), {".zip"}, ("a.md", "**/*.zip")),
        (("a.md", "b/c.md"), (), ("a.md", "b/c.md")),
        (("Makefile", "x.ZIP"), {".ZIP"}, ("Makefile", "**/*.ZIP")),
        (("https://docs.example/a.zip?x=1",), {".zip"}, ("**/*.zip",)),
    ],
)
def test_patterns_by_ending_or_by_key(keys: tuple[str, ...], unused: set[str], patterns: tuple[str, ...]) -> None:
    assert exclusion(items(*keys), unused, 10).patterns == patterns


@pytest.mark.parametrize("room", [3, 0, -2])
def test_rules_that_do_not_fit_are_counted_and_the_widest_go_first(room: int) -> None:
    many = items(*(f"{number}.md" for number in range(5)), "a.zip", "b.zip")
    found = exclusion(many, {".zip"}, room)
    assert len(found.patterns) == max(0, room)
    assert found.patterns[:1] == (("**/*.zip",) if room > 0 else ())
    assert found.left == {3: 3, 0: 7, -2: 7}[room]


@given(st.lists(KEYS, min_size=1, max_size=8, unique=True), st.booleans())
def test_every_item_with_a_pattern_is_really_left_out_by_it(keys: list[str], by_ending: bool) -> None:
    unused = {ending_of(key) for key in keys if ending_of(key)} if by_ending else set()
    found = exclusion(items(*keys), unused, 10)
    assert not found.left
    rules = SourceRules(exclude=found.patterns)
    assert all(rules.excludes(key) for key in keys)


def test_the_most_frequent_endings_are_looked_at() -> None:
    counts = {ending: 7 - number for number, ending in enumerate("abcdefg")}
    keys = [f"{number}.{ending}" for ending, count in counts.items() for number in range(count)]
    assert common_endings(items(*keys, "none")) == (".a", ".b", ".c", ".d", ".e")
    assert common_endings(items("a.md", "b.md", "c.txt"), least=2) == (".md",)
