"""Column layout and cell fitting of the row table: pure functions, all lengths in terminal cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from msgspec import Struct
from rich.cells import cell_len, chop_cells
from rich.text import Text

# A line break or another control character inside a cell would break the geometry of its line.
_CONTROLS = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)], " ")
# Code points looked at per cell when text is cut: enough for stacked combining marks.
_POINTS_PER_CELL = 8


class Column(Struct, frozen=True):
    """One column: `width` fixes it, otherwise it starts at `min_width` and gets a `grow` weighted share of the spare
    room. When the table is too narrow the column with the highest `drop` goes first; 0 stays for ever. One that may be
    dropped can also want so many cells of `spare` room for the others, or it is not shown."""

    id: str
    title: str
    width: int | None = None
    min_width: int = 4
    grow: int = 0
    align: Literal["left", "right"] = "left"
    drop: int = 0
    spare: int = 0

    @property
    def least(self) -> int:
        """The width below which the column is not shown."""
        return self.min_width if self.width is None else self.width

    @property
    def weight(self) -> int:
        """Its part in the spare room: 0 for a fixed column."""
        return self.grow if self.width is None else 0


class Glyphs(Struct, frozen=True):
    """The symbols of the table, each exactly one cell wide. `both` stands for the cursor on a marked row."""

    cursor: str = "▌"
    mark: str = "•"
    both: str = "◆"
    ellipsis: str = "…"
    ascending: str = "▲"
    descending: str = "▼"


ASCII_GLYPHS = Glyphs(cursor=">", mark="*", both="#", ellipsis="~", ascending="^", descending="v")


class ColumnPlace(NamedTuple):
    """A column that is shown: its position among all columns, and its width."""

    column: int
    width: int


class Layout(NamedTuple):
    """The shown columns from left to right, and the width of a whole line, the gutters included."""

    places: tuple[ColumnPlace, ...]
    width: int


def arrange(columns: Sequence[Column], available: int) -> Layout:
    """Lay `columns` out in `available` cells. The line is wider than that only when no more column may be dropped."""
    kept = _keep(columns, available)
    spare = max(0, available - _needed(columns, kept))
    total = sum(columns[index].weight for index in kept)
    places: list[ColumnPlace] = []
    weight = given = 0
    for index in kept:
        weight += columns[index].weight
        share = spare * weight // total if total else 0  # of all columns so far: rounding never loses a cell
        places.append(ColumnPlace(index, columns[index].least + share - given))
        given = share
    return Layout(tuple(places), _needed(columns, kept) + given)


def _keep(columns: Sequence[Column], available: int) -> list[int]:
    """Indexes of the columns that stay; among equals the rightmost goes first, and one always stays."""
    kept = list(range(len(columns)))
    while len(kept) > 1 and _needed(columns, kept) + max(columns[index].spare for index in kept) > available:
        worst = max(kept, key=lambda index: (columns[index].drop, index))
        if not columns[worst].drop:
            break
        kept.remove(worst)
    return kept


def _needed(columns: Sequence[Column], kept: Sequence[int]) -> int:
    """Cells that these columns need at least, each with the gutter cell to its left."""
    return sum(columns[index].least + 1 for index in kept)


def fit(text: str, width: int, ellipsis: str, align: str = "left") -> str:
    """`text` shortened and padded to exactly `width` cells, control characters as spaces."""
    text = shorten(_printable(text), width, ellipsis)
    padding = " " * (width - cell_len(text))
    return padding + text if align == "right" else text + padding


def fit_text(text: Text, width: int, ellipsis: str) -> Text:
    """As `fit` for styled text, but not padded; `text` itself is left alone."""
    plain = _printable(text.plain)
    if plain != text.plain:
        text = text.copy()
        text.plain = plain
    if cell_len(plain) <= width:
        return text
    return text[: len(_cut(plain, width - 1))].append(ellipsis) if width > 0 else Text()


def shorten(text: str, width: int, ellipsis: str) -> str:
    """`text` itself when it fits into `width` cells, otherwise its beginning and the ellipsis."""
    if cell_len(text) <= width:
        return text
    return _cut(text, width - 1) + ellipsis if width > 0 else ""


def _cut(text: str, width: int) -> str:
    """The longest beginning of at most `width` cells; no wide or combined character is torn."""
    if width <= 0:
        return ""
    if text.isascii():
        return text[:width]
    return chop_cells(text[: width * _POINTS_PER_CELL], width)[0]


def _printable(text: str) -> str:
    """`text` without what moves the terminal's cursor."""
    return text if text.isprintable() else text.translate(_CONTROLS)
