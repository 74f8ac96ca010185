"""Signs of several code points: on every terminal the line stays where we count it, and nothing else is changed."""

from __future__ import annotations

import unicodedata

import pytest
from rich.cells import cell_len

from tui.ui.terminal.widths import same_everywhere

SIGNS = {
    "👋🏽": "👋",
    "👍🏿": "👍",
    "☝🏽": "☝",
    "❤️": "❤",
    "☎️": "☎",
    "1️⃣": "1",
    "👩\u200d💻": "👩",
    "👨\u200d👩\u200d👧\u200d👦": "👨",
    "👩🏽\u200d🚀": "👩",
    "🏳️\u200d🌈": "🏳",
}


def added_up(text: str) -> int:
    """Cells as an old terminal counts them: one code point after the other."""
    wide = {"W": 2, "F": 2}
    return sum(0 if unicodedata.combining(char) else wide.get(unicodedata.east_asian_width(char), 1) for char in text)


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("row", ["{}", "key {}.md  12d", "\x1b[1m{}{}\x1b[0m end"])
def test_an_old_terminal_counts_what_we_count(sign: str, row: str) -> None:
    plain = row.format(sign, sign)
    written = same_everywhere(plain)
    assert SIGNS[sign] in written
    without = written.replace("\x1b[1m", "").replace("\x1b[0m", "")
    assert added_up(without) == cell_len(plain.replace("\x1b[1m", "").replace("\x1b[0m", ""))


@pytest.mark.parametrize(
    "text",
    ["", "plain", "\x1b[38;5;1m┌─┐\x1b[0m", "Zürich 東京", "🇩🇪 👋", "क्षि", "\x1b[1m\ufe0f", "e\u0301", "👋 🏽"],
)
def test_everything_else_is_written_as_it_is(text: str) -> None:
    assert same_everywhere(text) == text
