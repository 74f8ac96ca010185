"""Column layout and cell fitting of the row table: pure functions, all lengths in terminal cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Literal, NamedTuple

from msgspec import Struct
from rich.cells import cell_len
from rich.text import Text

from tui.ui.kit.cut import printable, shorten, shorten_middle, shorten_text

NO_CONTENTS: Mapping[str, int] = MappingProxyType({})
"""Nothing is known of what the columns hold."""


class Column(Struct, frozen=True):
    """One column: `width` fixes it, otherwise it starts at `min_width` and gets a `grow` weighted share of the spare
    room. When the table is too narrow the column with the highest `drop` goes first; 0 stays for ever. One that may be
    dropped can also want so many cells of `spare` room for the others, or it is not shown; with a `min_width` of 0 it
    is not shown either where the rows have nothing in it.

    With `most` it is as wide as its widest content, up to that, before a column with a higher `drop` gets any room; a
    `whole` one is that wide or dropped, a `late` one gets more than its least only when all others have theirs. What
    does not fit is cut at the end, or as a `name` in its middle."""

    id: str
    title: str
    width: int | None = None
    min_width: int = 4
    grow: int = 0
    align: Literal["left", "right"] = "left"
    drop: int = 0
    spare: int = 0
    most: int = 0
    whole: bool = False
    late: bool = False
    name: bool = False

    @property
    def least(self) -> int:
        """The width below which the column is not shown."""
        return self.min_width if self.width is None else self.width

    @property
    def weight(self) -> int:
        """Its part in the spare room: 0 for a fixed column."""
        return self.grow if self.width is None else 0

    def wanted(self, contents: Mapping[str, int]) -> int:
        """The width at which nothing of its content is cut, within its bounds."""
        if self.width is not None or not self.most:
            return self.least
        return max(self.min_width, min(self.most, contents.get(self.id, 0)))


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


def arrange(columns: Sequence[Column], available: int, contents: Mapping[str, int] = NO_CONTENTS) -> Layout:
    """Lay `columns` out in `available` cells. The line is wider than that only when no more column may be dropped.

    `contents`: cells of the widest content of a column, by its id.
    """
    widths = _served(columns, available, contents) if contents else _kept(columns, available)
    spare = max(0, available - sum(width + 1 for width in widths.values()))
    total = sum(columns[index].weight for index in widths)
    places: list[ColumnPlace] = []
    weight = given = 0
    for index in sorted(widths):
        weight += columns[index].weight
        share = spare * weight // total if total else 0  # of all columns so far: rounding never loses a cell
        places.append(ColumnPlace(index, widths[index] + share - given))
        given = share
    return Layout(tuple(places), sum(place.width + 1 for place in places))


def _kept(columns: Sequence[Column], available: int) -> dict[int, int]:
    """Least widths of the columns that stay; among equals the rightmost goes first, and one always stays."""
    kept = {index: column.least for index, column in enumerate(columns) if column.least}
    while len(kept) > 1 and _needed(kept) + max(columns[index].spare for index in kept) > available:
        worst = max(kept, key=lambda index: (columns[index].drop, index))
        if not columns[worst].drop:
            break
        del kept[worst]
    return kept


def _served(columns: Sequence[Column], available: int, contents: Mapping[str, int]) -> dict[int, int]:
    """Widths by content: a column gets room for all of its own before one with a higher `drop` gets any."""
    widths = {index: column.least for index, column in enumerate(columns) if not column.drop}
    for index in sorted(range(len(columns)), key=lambda index: (columns[index].drop, index)):
        one, spare = columns[index], available - _needed(widths)
        wanted = one.least if one.late else one.wanted(contents)
        if index in widths:
            widths[index] += max(0, min(spare, wanted - one.least))
        elif wanted and spare > (wanted if one.whole else one.least) + one.spare:
            widths[index] = min(wanted, spare - 1)
    for index in (index for index in widths if columns[index].late):
        spare = available - _needed(widths)
        widths[index] += max(0, min(spare, columns[index].wanted(contents) - widths[index]))
    return widths


def _needed(widths: Mapping[int, int]) -> int:
    """Cells that these columns need, each with the gutter cell to its left."""
    return sum(width + 1 for width in widths.values())


def fit(text: str, width: int, ellipsis: str, align: str = "left", *, middle: bool = False) -> str:
    """`text` shortened and padded to exactly `width` cells, control characters as spaces."""
    text = (shorten_middle if middle else shorten)(printable(text), width, ellipsis)
    padding = " " * (width - cell_len(text))
    return padding + text if align == "right" else text + padding


def fit_text(text: Text, width: int, ellipsis: str, *, middle: bool = False) -> Text:
    """As `fit` for styled text, but not padded; `text` itself is left alone."""
    return shorten_text(text, width, ellipsis, middle=middle)
