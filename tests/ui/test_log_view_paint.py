"""LogRows of the log: what a line looks like, and that none can be wider than the screen, whatever is in it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from tui.errors import UsageError
from tui.logtail import Change, LineKind, LogLine
from tui.logtail.severity import Severity
from tui.text_filter import matcher
from tui.ui.kit.log_view.painter import LineFormat, LineStyles, Times, paint
from tui.ui.kit.log_view.rows import LogRows, RowOfLine, RowRole

MATCH = Style(reverse=True)
INKS = LineStyles(
    *(Style(), Style(), Style(color="yellow"), Style(color="red"), Style()), match=MATCH, cursor=Style(bold=True)
)
AT = 1_772_323_199.0  # 2026-02-28 23:59:59 UTC


def line(text: str, **more) -> LogLine:
    return LogLine(1, AT, text, **more)


def row(text: str, sheet: LineFormat, **more) -> str:
    return paint(line(text, **more), [text], 0, sheet, INKS, RowRole()).text


def test_time_sign_and_text():
    assert row("indexed a.md", LineFormat(30)) == "23:59:59   indexed a.md       "
    assert row("bad", LineFormat(30), severity=Severity.ERROR).startswith("23:59:59 ✗ bad ")
    assert row("bad", LineFormat(30, ascii=True), severity=Severity.ERROR).startswith("23:59:59 x bad ")
    assert row("odd", LineFormat(30), severity=Severity.WARNING).startswith("23:59:59 ! odd ")


def test_times():
    assert row("a", LineFormat(20, times=Times.UTC)).startswith("23:59:59Z   a")
    assert row("a", LineFormat(20, times=Times.OFF)).startswith("  a ")
    assert row("a", LineFormat(20, times=Times.AGE, now=AT + 130)).startswith("  2m   a")
    unknown = LogLine(1, None, "a")
    assert paint(unknown, ["a"], 0, LineFormat(20), INKS, RowRole()).text.startswith(" " * 11 + "a")


def test_a_long_line_says_that_it_goes_on():
    assert row("x" * 50, LineFormat(20)) == "23:59:59   " + "x" * 8 + "…"
    assert row("x" * 50, LineFormat(20, ascii=True)).endswith("x~")
    assert row("abcdefghijklmnop", LineFormat(20, left=10)) == "23:59:59   klmnop   "


def test_wide_characters_are_cut_in_cells():
    assert row("日本語日本語日本語", LineFormat(20)) == "23:59:59   日本語日…"
    assert row("日本語日本語", LineFormat(20, left=1)).startswith("23:59:59    本語日")


@settings(max_examples=150)
@given(
    text=st.text(alphabet=st.sampled_from("ab 日本é́☃\U0001f600ｱ…"), max_size=80),
    width=st.integers(12, 60),
    left=st.integers(0, 40),
    words=st.sampled_from(["", "a", "日", "/./"]),
)
def test_every_row_is_exactly_as_wide_as_the_screen(text, width, left, words):
    sheet = LineFormat(width, left=left, search=matcher(words))
    strip = paint(line(text), [text], 0, sheet, INKS, RowRole(cursor=True))
    assert sum(cell_len(segment.text) for segment in strip) == width


@settings(max_examples=150)
@given(text=st.text(alphabet=st.sampled_from("ab 日本é"), max_size=200), width=st.integers(14, 60))
def test_folded_rows_have_the_whole_text(text, width):
    sheet, rows = LineFormat(width), LogRows()
    rows.wrap(sheet.room)
    rows.show([line(text)], 0)
    painted = [paint(line(text), rows.pieces(0), y, sheet, INKS, RowRole()).text for y in range(rows.height(0))]
    assert "".join(part[sheet.margin :] for part in painted).replace(" ", "") == text.replace(" ", "")


def test_matches_are_highlighted():
    strip = paint(line("one two one"), ["one two one"], 0, LineFormat(40, search=matcher("one")), INKS, RowRole())
    assert [segment.text for segment in strip if segment.style and segment.style.reverse] == ["one", "one"]


def test_a_match_that_is_folded_is_highlighted_on_both_rows():
    pieces = ["abcd", "efgh"]
    sheet = LineFormat(15, search=matcher("cdef"))
    for number, part in enumerate(("cd", "ef")):
        strip = paint(line("abcdefgh"), pieces, number, sheet, INKS, RowRole())
        assert [segment.text for segment in strip if segment.style and segment.style.reverse] == [part]


def test_a_separator_fills_its_row():
    text = paint(line("next job 2991af7c", kind=LineKind.SEPARATOR), ["…"], 0, LineFormat(40), INKS, RowRole()).text
    assert text == "── next job 2991af7c " + "─" * 19


def test_a_line_of_a_megabyte_is_painted_at_once():
    for text in ("x" * 1_000_000, "日" * 1_000_000):
        start = time.perf_counter()
        row(text, LineFormat(80, search=matcher("nothing")))
        assert time.perf_counter() - start < 0.25


# what matches


@pytest.mark.parametrize(
    ("words", "text", "wanted"),
    [
        ("cache", "guides/Caching and cache", True),
        ("Cache", "guides/cache", True),
        ("!cache", "guides/cache", False),
        ("!cache", "guides/limits", True),
        ("/c.+e$/", "guides/cache", True),
        ("!/c.+e$/", "guides/cache", False),
        ("a.c", "abc", False),
        ("[x", "a [x b", True),
    ],
)
def test_matching(words, text, wanted):
    found = matcher(words)
    assert found is not None
    assert found.matches(text) is wanted


def test_nothing_typed_matches_nothing():
    assert matcher("") is None
    assert matcher("  ") is None
    assert matcher("!") is None


def test_a_wrong_regular_expression_is_said():
    with pytest.raises(UsageError, match="regular"):
        matcher("/(/")


# rows


@settings(max_examples=200)
@given(
    lengths=st.lists(st.integers(0, 60), min_size=1, max_size=12),
    width=st.sampled_from([0, 7, 20]),
    words=st.sampled_from(["", "a", "!a"]),
    steps=st.lists(st.integers(-15, 15), max_size=6),
)
def test_walking_over_rows_agrees_with_a_list_of_all_rows(lengths, width, words, steps):
    rows = LogRows()
    rows.wrap(width)
    rows.filter(matcher(words))
    rows.show([line(("a" if size % 2 else "b") * size) for size in lengths], 100)
    places = list(rows.places())
    everything = [RowOfLine(place, y) for place in places for y in range(rows.height(place))]
    if not everything:
        assert rows.last() is None
        return
    assert rows.last() == everything[-1]
    assert rows.fill(everything[0], 10_000) == everything
    at = 0
    for step in steps:
        wanted = max(0, min(len(everything) - 1, at + step))
        spot = everything[at]
        moved = rows.down(spot, step) if step >= 0 else rows.up(spot, -step)
        assert moved == everything[wanted]
        at = wanted


@settings(max_examples=100)
@given(
    old=st.integers(0, 20),
    appended=st.integers(0, 30),
    prepended=st.integers(0, 5),
    drop=st.integers(0, 40),
)
def test_a_filter_stays_right_through_changes(old, appended, prepended, drop):
    rows = LogRows()
    rows.filter(matcher("/[02468]$/"))
    numbers = list(range(100, 100 + old))
    rows.show([line(str(number)) for number in numbers], 100)
    if prepended:
        numbers = [*range(100 - prepended, 100), *numbers]
        dropped = min(drop, len(numbers) - prepended)
        numbers = numbers[: len(numbers) - dropped]
        change = Change(prepended=prepended, dropped_last=dropped)
    else:
        numbers = [*numbers, *range(100 + old, 100 + old + appended)]
        dropped = min(drop, len(numbers))
        numbers = numbers[dropped:]
        change = Change(appended=appended, dropped_first=dropped)
    first = numbers[0] if numbers else 100 + old + appended
    rows.update([line(str(number)) for number in numbers], first, change)
    assert list(rows.places()) == [number for number in numbers if number % 2 == 0]
