"""Include and exclude patterns: what they match, and that none of them can run for ever."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.emulator.globs import glob

PLAIN = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def plain(pattern: str) -> re.Pattern[str]:
    """The rule as it reads: the same keys, without any bound on the time."""
    parts = re.split(r"((?<![^/])\*\*/|\*\*|\*|\?)", pattern)
    return re.compile("".join(PLAIN.get(part, re.escape(part)) for part in parts) + r"\Z", re.DOTALL)


@settings(max_examples=1500, deadline=None)
@given(st.lists(st.sampled_from(["a", "b", "/", "*", "**", "**/", "?"]), max_size=9), st.text("ab/", max_size=12))
def test_the_same_keys_as_the_plain_rule(parts, key):
    pattern = "".join(parts)
    assert bool(glob(pattern).match(key)) == bool(plain(pattern).match(key))


@pytest.mark.parametrize(
    ("pattern", "key", "expected"),
    [
        ("**/*.md", "a/b/c.md", True),
        ("**/*.md", "c.md", True),
        ("*.md", "a/c.md", False),
        ("docs/**", "docs/a/b", True),
        ("a**/b", "ax/y/b", True),
        ("a**/b", "ab", False),
        ("a**b*c", "a/b/bxc", True),
        ("file.(md)", "file.(md)", True),
        ("a?c", "a/c", False),
        ("line*", "line\nbreak", True),
    ],
)
def test_examples(pattern, key, expected):
    assert bool(glob(pattern).match(key)) is expected


@pytest.mark.parametrize(
    "pattern",
    ["*a" * 60 + "b", "**a" * 60 + "b", "**/a*" * 60 + "b", "*" * 400 + "b", "**/" * 300 + "b", "*?" * 200 + "/b"],
)
def test_no_pattern_runs_for_ever(pattern):
    began = time.process_time()
    assert not glob(pattern).match("a" * 900)
    assert not glob(pattern).match("a/" * 450)
    assert time.process_time() - began < 2  # the plain rule takes longer than the age of the universe
