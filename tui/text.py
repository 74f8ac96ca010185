"""Untrusted text made safe, and numbers made short. Pure functions, no state."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

# C0 but tab and newline, DEL, C1, bidi controls, zero-width characters, line separators, interlinear marks, tags.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_COMBINING_RUN = re.compile("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{4,}")
MAX_TEXT = 64_000
"""The longest string that is kept; a longer one is cut to this and ends in a note of its length."""
_FIRST_TIME, _LAST_TIME = -62_135_500_000, 253_402_200_000  # years 1 to 9999, a day short for any time zone


def _visible(match: re.Match[str]) -> str:
    char = match[0]
    code = ord(char)
    if code < 0x20:
        return chr(0x2400 + code)  # the control pictures block: ␛ for ESC, ␀ for NUL
    return "␡" if code == 0x7F else f"<{code:02X}>" if code < 0x100 else f"<U+{code:04X}>"


def safe(value: str) -> str:
    r"""Server text that can do nothing to a terminal: controls, escapes and bidi overrides become visible.

    Newlines and tabs stay (documents and prompts have them; a table shows them through `one_line`). Lone surrogates,
    which no UTF-8 terminal can show, are spelled out. Floods of combining marks are cut to three in a row.
    """
    if value.isascii() and value.isprintable():
        return value if len(value) <= MAX_TEXT else _cut(value)
    value = _UNSAFE.sub(_visible, value)
    value = _COMBINING_RUN.sub(lambda run: run[0][:3], value)
    return value if len(value) <= MAX_TEXT else _cut(value)


def _cut(value: str) -> str:
    note = f"… [{len(value):,} characters in all]"
    return value[: MAX_TEXT - len(note)] + note


def safe_tree(value: Any) -> Any:
    """A decoded JSON value with every string in it, keys too, made `safe`."""
    if isinstance(value, str):
        return safe(value)
    if isinstance(value, list):
        return [safe_tree(item) for item in value]
    if isinstance(value, dict):
        return {safe(name): safe_tree(item) for name, item in value.items()}
    return value


def one_line(value: str) -> str:
    """The text with line ends and tabs shown as signs, so that it fills exactly one row."""
    return value.replace("\r\n", "⏎").replace("\n", "⏎").replace("\t", " ")


def visible(value: str) -> str:
    """Text that no reply of the API brought, such as a line of a file, as one harmless row of a terminal."""
    return one_line(safe(value))


def fold(value: str) -> str:
    """The text as filters compare it: case and accents composed away, so that `cafe` finds `Café`."""
    plain = unicodedata.normalize("NFKD", value)
    return "".join(char for char in plain if not unicodedata.combining(char)).casefold()


def cells_of(text: str) -> int:
    """Cells of a terminal that the text fills: wide characters two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(_cells(char) for char in text)


def _cells(char: str) -> int:
    return 0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1


def middle_cut(text: str, cells: int, ellipsis: str = "…") -> str:
    """The text in at most `cells` cells: what does not fit is cut out of its middle, so that its end can be read."""
    if cells_of(text) <= cells:
        return text
    room = cells - len(ellipsis)
    if room <= 0:
        return ellipsis[: max(0, cells)]
    tail = _start(text[::-1], room // 2)[::-1]
    return _start(text, room - cells_of(tail)) + ellipsis + tail


def _start(text: str, cells: int) -> str:
    """The longest beginning of at most this many cells."""
    used = 0
    for at, char in enumerate(text):
        used += _cells(char)
        if used > cells:
            return text[:at]
    return text


_PATH = re.compile(r"\S*/\S+")
_SHORTEST_PATH = 20
"""Cells that a path keeps: the start of its folder and the end of its name."""


def short_paths(text: str, cells: int, ellipsis: str = "…") -> str:
    """The text with its paths cut in their middle, the longest first, as far as it needs to fit into `cells` cells."""
    for path in sorted(set(_PATH.findall(text)), key=cells_of, reverse=True):
        if (over := cells_of(text) - cells) <= 0:
            break
        text = text.replace(path, middle_cut(path, max(_SHORTEST_PATH, cells_of(path) - over), ellipsis))
    return text


_STEPS = ((60, 1, "s"), (3600, 60, "m"), (86_400, 3600, "h"), (86_400 * 100, 86_400, "d"))


def age(seconds: float | None) -> str:
    """A length of time in at most four cells: `4s`, `12m`, `3h`, `9d`, `>99d`; `-` when unknown.

    Seconds are coarse (5, 10, 15 ...) past the first five, so that a screen with many ages seldom changes.
    """
    if seconds is None:
        return "-"
    seconds = max(0.0, seconds)
    if 5 <= seconds < 60:
        seconds -= seconds % 5
    for limit, unit, name in _STEPS:
        if seconds < limit:
            return f"{int(seconds // unit)}{name}"
    return ">99d"


def duration(seconds: float | None) -> str:
    """A length of time in full: `41s`, `3m 04s`, `2h 05m`, `4d 03h`; `-` when unknown."""
    if seconds is None:
        return "-"
    whole = max(0, int(seconds))
    if whole < 60:
        return f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m {whole % 60:02}s"
    if whole < 86_400:
        return f"{whole // 3600}h {whole % 3600 // 60:02}m"
    return f"{whole // 86_400}d {whole % 86_400 // 3600:02}h"


def count(value: float | None) -> str:
    """A whole number with separators, `-` when unknown: an absent count is never a 0."""
    return "-" if value is None else f"{int(value):,}"


def short_count(value: float | None, width: int) -> str:
    """As `count` where that fits into `width` cells (at least 4), else rounded down: `48.1k`, `312k`, `3.2M`."""
    exact = count(value)
    if value is None or len(exact) <= width:
        return exact
    number = int(value)
    for unit, scale in (("k", 10**3), ("M", 10**6), ("G", 10**9)):
        for short in (f"{number * 10 // scale / 10:,.1f}{unit}", f"{number // scale:,}{unit}"):
            if number < 1000 * scale and len(short) <= width:
                return short
    return exact


def size(value: float | None) -> str:
    """Bytes in decimal units, as storage is billed: `1.2 GB`; `-` when unknown."""
    if value is None:
        return "-"
    number = float(value)
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if abs(number) < 999.95 or unit == "TB":  # 999.96 kB would read 1000.0 kB
            break
        number /= 1000
    return f"{number:.0f} B" if unit == "B" else f"{number:.1f} {unit}"


def plural(number: int, noun: str) -> str:
    """`1 job`, `2 jobs`, `1,204 lines`: for nouns that take an s."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def parse_time(value: str | float | None) -> float | None:
    """Seconds since the epoch from the API's time forms; None when absent or unreadable.

    RFC 3339, or `YYYY-MM-DD HH:MM:SS` without a zone, which is UTC (api-facts: Timestamps). Numbers are seconds, or
    milliseconds when larger than 1e11 (api-facts: Job logs). A time that no calendar has is unreadable.
    """
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, str):
        try:
            parsed = datetime.fromisoformat(value.strip())
        except ValueError:
            return None
        seconds = (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()
    else:
        seconds = value / 1000 if 1e11 < abs(value) < 1e18 else value
    return float(seconds) if _FIRST_TIME < seconds < _LAST_TIME else None


def similar(wrong: str, known: Iterable[str]) -> str:
    """A sentence with the known names that are close to a wrong one; empty where none is."""
    from difflib import get_close_matches  # only after a mistake

    close = get_close_matches(wrong, sorted(set(known)), n=3, cutoff=0.6)
    return f"Did you mean {' or '.join(close)}?" if close else ""
