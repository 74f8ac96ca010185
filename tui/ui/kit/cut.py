"""Cutting text to a width in terminal cells: a sentence at its end, a name in its middle. Pure functions."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from rich.cells import cell_len, chop_cells
from rich.text import Text

# A line break or another control character inside a cell would break the geometry of its line.
_CONTROLS = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)], " ")
# Code points looked at per cell when text is cut: enough for stacked combining marks.
_POINTS_PER_CELL = 8


def shorten(text: str, width: int, ellipsis: str) -> str:
    """`text` itself when it fits into `width` cells, otherwise its beginning and the ellipsis."""
    if cell_len(text) <= width:
        return text
    return _beginning(text, width - 1) + ellipsis if width > 0 else ""


def shorten_middle(text: str, width: int, ellipsis: str) -> str:
    """`text` itself when it fits into `width` cells, otherwise its beginning, the ellipsis, and its end.

    For names: those that differ at the end differ on the screen. No wide or combined character is torn.
    """
    if cell_len(text) <= width:
        return text
    head, tail = _both_ends(text, width - 1)
    return f"{head}{ellipsis}{tail}" if width > 0 else ""


def shorten_text(text: Text, width: int, ellipsis: str, *, middle: bool = False) -> Text:
    """As `shorten`, or with `middle` as `shorten_middle`, for styled text; `text` itself is left alone."""
    plain = printable(text.plain)
    if plain != text.plain:
        text = text.copy()
        text.plain = plain
    if cell_len(plain) <= width:
        return text
    if width <= 0:
        return Text()
    head, tail = _both_ends(plain, width - 1) if middle else (_beginning(plain, width - 1), "")
    cut = text[: len(head)].append(ellipsis)
    return cut.append_text(text[len(plain) - len(tail) :]) if tail else cut


def widest(texts: Iterable[str]) -> int:
    """Cells of the widest of these texts."""
    return max(map(cell_len, texts), default=0)


def printable(text: str) -> str:
    """`text` without what moves the terminal's cursor."""
    return text if text.isprintable() else text.translate(_CONTROLS)


def _both_ends(text: str, room: int) -> tuple[str, str]:
    """Beginning and end, of `room` cells together at most; the beginning has the odd one."""
    tail = _end(text, room // 2)
    return _beginning(text, room - cell_len(tail)), tail


def _beginning(text: str, width: int) -> str:
    """The longest beginning of at most `width` cells."""
    if width <= 0:
        return ""
    if text.isascii():
        return text[:width]
    return chop_cells(text[: width * _POINTS_PER_CELL], width)[0]


def _end(text: str, width: int) -> str:
    """The longest end of at most `width` cells that does not begin with a mark of the character before."""
    if width <= 0:
        return ""
    if text.isascii():
        return text[-width:]
    end = text[-width * _POINTS_PER_CELL :]
    while end and (cell_len(end) > width or not cell_len(end[0]) or unicodedata.combining(end[0])):
        end = end[1:]
    return end
