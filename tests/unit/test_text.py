"""Untrusted text is harmless after `safe`, and numbers are short and never lie."""

from __future__ import annotations

import time
import unicodedata
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tui.text import (
    MAX_TEXT,
    age,
    count,
    duration,
    fold,
    one_line,
    parse_time,
    plural,
    safe,
    safe_tree,
    short_count,
    size,
)

BIDI = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
INVISIBLE = "\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u2060\ufeff\U000e0041"
NASTY = st.text(st.one_of(st.characters(), st.sampled_from("\x00\x1b\x07\x9b\x7f\r\n\t\u202e\u2066\u0301" + INVISIBLE)))


@given(NASTY)
@example("\x1b]52;c;aGk=\x07")
@example("invoice\u202efdp.exe")
def test_safe_text_has_no_control_or_bidi_character(text: str) -> None:
    for char in safe(text):
        assert char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs", "Zl", "Zp"), hex(ord(char))
        assert unicodedata.bidirectional(char) not in BIDI
        assert char not in INVISIBLE


@given(NASTY)
@example("a" * (MAX_TEXT + 1))
@example("\x1b" * MAX_TEXT)
@example("a" + "\u0301" * 50)
def test_safe_is_idempotent(text: str) -> None:
    once = safe(text)
    assert len(once) <= MAX_TEXT
    if safe(once) != once:  # no diff of enormous strings
        raise AssertionError(f"{once[:200]!r} changed")


@given(st.text(st.characters(categories=("L", "N", "P", "S"), max_codepoint=0x2FFF)))
def test_ordinary_text_is_untouched(text: str) -> None:
    assert safe(text) == text


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b[2J", "␛[2J"),
        ("a\x00b\rc", "a␀b␍c"),
        ("\x7f", "␡"),
        ("\x9b31m", "<9B>31m"),
        ("\u202e", "<U+202E>"),
        ("\ud800", "<U+D800>"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("Café 中文 😀", "Café 中文 😀"),
        ("e" + "\u0301" * 3 + "!", "e\u0301\u0301\u0301!"),
        ("e" + "\u0301" * 4 + "!", "e\u0301\u0301\u0301!"),
    ],
)
def test_what_unsafe_characters_become(raw: str, shown: str) -> None:
    assert safe(raw) == shown


@pytest.mark.parametrize("letter", ["a", "é"])
def test_an_enormous_string_is_cut_and_says_its_length(letter: str) -> None:
    shown = safe(letter * 1_000_000)
    assert len(shown) <= MAX_TEXT
    assert shown.endswith("… [1,000,000 characters in all]")
    assert safe(letter * MAX_TEXT) == letter * MAX_TEXT


def test_a_tree_is_safe_in_keys_and_values_at_any_depth() -> None:
    assert safe_tree({"\x1b": [{"a": "\x07"}, 1, None, True, 2.5]}) == {"␛": [{"a": "␇"}, 1, None, True, 2.5]}


@given(st.text())
def test_one_line_has_no_line_end(text: str) -> None:
    assert not set(one_line(safe(text))) & set("\n\r\t\v\f\x85\u2028\u2029")


def test_line_ends_stay_visible() -> None:
    assert one_line("a\r\nb\nc\td") == "a⏎b⏎c d"


@pytest.mark.parametrize(("typed", "text"), [("cafe", "CAFÉ"), ("STRASSE", "straße"), ("file", "ﬁle")])
def test_fold_finds_across_case_accents_and_forms(typed: str, text: str) -> None:
    assert fold(typed) in fold(text)


SECONDS = st.floats(min_value=-10, max_value=1e10)


def _read_age(shown: str) -> float:
    """The number of seconds that an age stands for."""
    units = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
    return 1e11 if shown.startswith(">") else float(shown[:-1]) * units[shown[-1]]


@given(SECONDS, SECONDS)
def test_ages_fit_four_cells_and_are_monotone(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert 0 < len(age(low)) <= 4
    assert _read_age(age(low)) <= _read_age(age(high))


@given(st.floats(min_value=0, max_value=8_000_000))
def test_an_age_never_says_more_than_has_passed(seconds: float) -> None:
    assert _read_age(age(seconds)) <= seconds


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (None, "-"),
        (-3, "0s"),
        (4.9, "4s"),
        (5, "5s"),
        (9.9, "5s"),
        (59.9, "55s"),
        (60, "1m"),
        (3599, "59m"),
        (3600, "1h"),
        (86_400, "1d"),
        (86_400 * 100 - 1, "99d"),
        (86_400 * 100, ">99d"),
    ],
)
def test_ages(seconds: float | None, shown: str) -> None:
    assert age(seconds) == shown


def _read_duration(shown: str) -> int:
    units = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
    return sum(int(part[:-1]) * units[part[-1]] for part in shown.split())


@given(SECONDS, SECONDS)
def test_durations_are_monotone_and_fit_the_column_for_99_days(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert _read_duration(duration(low)) <= _read_duration(duration(high))
    if high < 100 * 86_400:
        assert len(duration(high)) <= 7


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(None, "-"), (-1, "0s"), (59.9, "59s"), (184, "3m 04s"), (7500, "2h 05m"), (356_400, "4d 03h")],
)
def test_durations(seconds: float | None, shown: str) -> None:
    assert duration(seconds) == shown


@pytest.mark.parametrize(
    ("value", "width", "shown"),
    [
        (None, 4, "-"),
        (0, 4, "0"),
        (999, 4, "999"),
        (9_999, 5, "9,999"),
        (9_999, 4, "9.9k"),
        (12_345, 5, "12.3k"),
        (12_345, 4, "12k"),
        (99_999, 6, "99,999"),
        (999_999, 5, "999k"),
        (999_999, 4, "999k"),
        (1_000_000, 5, "1.0M"),
        (123_456_789, 6, "123.4M"),
    ],
)
def test_a_count_is_exact_where_it_fits_and_never_rounded_up(value: int | None, width: int, shown: str) -> None:
    assert short_count(value, width) == shown


def test_an_unknown_count_is_a_dash_and_never_a_zero() -> None:
    assert (count(None), count(0), count(1_234_567), size(None), size(0)) == ("-", "0", "1,234,567", "-", "0 B")


@pytest.mark.parametrize(
    ("number", "shown"),
    [(999, "999 B"), (1000, "1.0 kB"), (1_240_000_000, "1.2 GB"), (999_999, "1.0 MB"), (5e15, "5000.0 TB")],
)
def test_sizes_are_decimal(number: float, shown: str) -> None:
    assert size(number) == shown


@given(st.integers(0, 10**14))
def test_a_size_never_shows_a_thousand_of_a_smaller_unit(number: int) -> None:
    value, unit = size(number).split()
    assert float(value) < 1000 or unit == "TB"


def test_plural() -> None:
    assert (plural(1, "job"), plural(0, "job"), plural(1204, "line")) == ("1 job", "0 jobs", "1,204 lines")


AT = datetime(2026, 3, 1, 12, 30, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    "value",
    [
        "2026-03-01T12:30:00Z",
        "2026-03-01T12:30:00.000000000Z",
        "2026-03-01T13:30:00+01:00",
        "2026-03-01 12:30:00",
        " 2026-03-01T12:30:00 ",
        AT,
        int(AT),
        int(AT * 1000),
    ],
)
@pytest.mark.parametrize("here", ["UTC", "America/New_York", "Asia/Kathmandu"])
def test_every_form_of_a_time_is_the_same_moment_wherever_we_are(
    value: str | float, here: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", here)
    time.tzset()
    try:
        assert parse_time(value) == AT
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize("value", [None, "", "soon", "2026-13-40T00:00:00Z", True, "0000-00-00 00:00:00"])
def test_an_unreadable_time_is_unknown(value: str | None) -> None:
    assert parse_time(value) is None


@given(st.one_of(st.floats(), st.integers(), st.text(), st.datetimes().map(str)))
@example(10**400)
@example(float("nan"))
@example("9999-12-31T23:59:59Z")
def test_a_time_that_is_known_can_be_shown_anywhere_on_earth(value: float | str) -> None:
    at = parse_time(value)
    if at is not None:
        for hours in (-12, 0, 14):
            datetime.fromtimestamp(at, timezone(timedelta(hours=hours)))
