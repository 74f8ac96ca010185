"""Columns and cells of the instance table."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from tui.state.instance_rows import Row
from tui.text import one_line, short_count
from tui.ui.kit.row_table.row_table import Column
from tui.ui.look import Look

INSTANCE_COLUMNS = (
    Column("state", " ", width=1),
    Column("name", "NAME", min_width=13, most=32, name=True),
    Column("word", "STATE", min_width=5, most=15, whole=True, drop=3),
    Column("namespace", "NS", min_width=7, most=28, name=True, drop=4),
    Column("error", "ERR", width=4, align="right"),
    Column("queued", "QUEUE", width=5, align="right", drop=1),
    Column("done", "DONE", width=6, align="right", drop=2),
    Column("age", "AGE", width=4, align="right", drop=5),
    Column("next", "NEXT", width=4, align="right", drop=6),
    Column("source", "SOURCE", min_width=12, most=60, name=True, drop=7),
)
DIM = Style(dim=True)


def chosen_columns(names: Sequence[str]) -> tuple[int, ...]:
    """Positions in INSTANCE_COLUMNS of the columns with these ids, in this order; of all without any."""
    places = {column.id: place for place, column in enumerate(INSTANCE_COLUMNS)}
    return tuple(places[name] for name in names) or tuple(range(len(INSTANCE_COLUMNS)))


def contents(rows: Sequence[Row]) -> dict[str, int]:
    """Cells of the widest content of these rows, of the columns that go by it."""
    texts = {
        "name": [row.key.id for row in rows],
        "word": [_word(row) for row in rows],
        "namespace": [row.key.namespace for row in rows],
        "source": [row.source for row in rows],
    }
    return {name: max((cell_len(one_line(text)) for text in column), default=0) for name, column in texts.items()}


def _word(row: Row) -> str:
    """The state; what is old has its age before it."""
    return f"{row.old} ago {one_line(row.word)}" if row.old else one_line(row.word)


def instance_cells(row: Row, look: Look) -> tuple[Text | str, ...]:
    """One cell a column of INSTANCE_COLUMNS. Zeroes are quiet, errors are not; what is old is dim, with its age."""
    sign, word = look.health(row.health), Text(_word(row), look.health_style(row.health))
    if row.old:
        word = look.text(word.plain, "muted")
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
