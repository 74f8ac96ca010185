"""Columns and cells of the instance table."""

from __future__ import annotations

from collections.abc import Sequence

from rich.style import Style
from rich.text import Text

from tui.state.instance_rows import Row
from tui.text import one_line, short_count
from tui.ui.kit.row_table.row_table import Column
from tui.ui.look import Look

INSTANCE_COLUMNS = (
    Column("state", " ", width=1),
    Column("name", "NAME", min_width=13, grow=3),
    Column("word", "STATE", width=15, drop=5),
    Column("namespace", "NS", min_width=7, grow=1, drop=2),
    Column("error", "ERR", width=4, align="right"),
    Column("queued", "QUEUE", width=5, align="right", drop=1),
    Column("done", "DONE", width=6, align="right"),
    Column("age", "AGE", width=4, align="right", drop=3),
    Column("next", "NEXT", width=4, align="right", drop=6),
    Column("source", "SOURCE", min_width=16, grow=2, drop=7, spare=12),
)
DIM = Style(dim=True)


def chosen_columns(names: Sequence[str]) -> tuple[int, ...]:
    """Positions in INSTANCE_COLUMNS of the columns with these ids, in this order; of all without any."""
    places = {column.id: place for place, column in enumerate(INSTANCE_COLUMNS)}
    return tuple(places[name] for name in names) or tuple(range(len(INSTANCE_COLUMNS)))


def instance_cells(row: Row, look: Look) -> tuple[Text | str, ...]:
    """One cell a column of INSTANCE_COLUMNS. Zeroes are quiet, errors are not; what is old is dim, with its age."""
    sign, word = look.health(row.health), Text(one_line(row.word), look.health_style(row.health))
    if row.old:
        word = look.text(f"{row.old} ago {one_line(row.word)}", "muted")
        cells = [cell if isinstance(cell, Text) else Text(cell) for cell in _cells(row, sign, word, look)]
        for cell in cells:
            cell.stylize(DIM)
        return tuple(cells)
    return _cells(row, sign, word, look)


def _cells(row: Row, sign: Text, word: Text, look: Look) -> tuple[Text | str, ...]:
    return (
        sign,
        one_line(row.key.id),
        word,
        look.text(one_line(row.key.namespace), "muted"),
        _number(row.error, "error", 4, look),
        _number(row.queued, "active", 5, look),
        _number(row.completed, "", 6, look),
        look.text(row.age, "muted"),
        look.text(row.next_sync, "muted"),
        look.text(one_line(row.source), "muted"),
    )


def chosen_cells(row: Row, look: Look, places: Sequence[int]) -> list[Text | str]:
    """The cells at these positions only."""
    cells = instance_cells(row, look)
    return [cells[place] for place in places]


def _number(value: int | None, meaning: str, width: int, look: Look) -> Text:
    quiet = not value
    return look.text(short_count(value, width), "muted" if quiet else meaning)
