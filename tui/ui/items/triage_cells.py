"""Columns, cells and words of triage: failed items by cause."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from tui.models import Stats
from tui.service.items.triage import Cause
from tui.state.store import State
from tui.text import count, one_line, plural, size
from tui.ui.copies import Copyable, Record, copies, pretty, record
from tui.ui.items.cells import ItemRow
from tui.ui.kit.cut import widest
from tui.ui.kit.row_table.row_table import Column
from tui.ui.look import Look

CAUSE_COLUMNS = (
    Column("count", "ITEMS", width=7, align="right"),
    Column("cause", "CAUSE", min_width=20, most=48),
    Column("title", "WHAT IT MEANS", min_width=20, grow=3, drop=1),
    Column("sample", "FOR EXAMPLE", min_width=20, grow=2, drop=2),
)
FAILED_COLUMNS = (
    Column("key", "ITEM", min_width=20, most=90, grow=1, name=True),
    Column("error", "MESSAGE", min_width=16, grow=9),
    Column("size", "SIZE", width=8, align="right", drop=1),
    Column("seen", "SEEN", width=4, align="right", drop=2),
)


@record.register
def _(row: Cause) -> Record:
    told = row.explanation
    return {
        "items": len(row.items),
        "cause": row.name,
        "meaning": f"{told.title}: {told.meaning}",
        "remedy": told.remedy,
        "example": row.items[0].identity,
    }


@copies.register
def _(row: Cause, state: State) -> tuple[Copyable, ...]:
    return (
        Copyable("cause", row.name),
        Copyable("keys of its items", "\n".join(item.identity for item in row.items)),
        Copyable("remedy", row.explanation.remedy),
        Copyable("JSON", pretty({**record(row), "keys": [item.identity for item in row.items]})),
    )


def cause_contents(rows: Sequence[Cause]) -> dict[str, int]:
    """Cells of the longest cause among these rows; what it means has what is left."""
    return {"cause": widest(one_line(row.name) for row in rows)}


def failed_contents(rows: Sequence[ItemRow]) -> dict[str, int]:
    """Cells of the longest key among these rows; messages have what is left."""
    return {"key": widest(one_line(row.item.key or row.item.id) for row in rows)}


def cause_cells(cause: Cause, look: Look) -> tuple[Text | str, ...]:
    """One cell a column of CAUSE_COLUMNS."""
    return (
        look.text(count(len(cause.items)), "error"),
        Text(cause.name, "bold") if cause.every else one_line(cause.name),
        cause.explanation.title,
        look.text(one_line(cause.items[0].key), "muted"),
    )


def failed_cells(row: ItemRow, look: Look) -> tuple[Text | str, ...]:
    """One cell a column of FAILED_COLUMNS."""
    item = row.item
    return (
        one_line(item.key or item.id),
        look.text(one_line(item.error or "-"), "muted"),
        size(item.file_size),
        look.text(row.seen, "muted"),
    )


def remedy(cause: Cause | None, look: Look) -> Text:
    """What the cause means and what to do about it."""
    if cause is None:
        return Text()
    told = cause.explanation
    line = Text.assemble((f"{told.title}. ", "bold"), told.meaning)
    return line.append("\nRemedy  ", look.style("muted")).append(told.remedy)


def found(items: int, groups: int, total: int | None, reading: bool, look: Look) -> str:
    """`7 failed, 6 causes`; while it is read, of how many."""
    words = f"{items:,} failed, {plural(groups, 'cause')}"
    if reading:
        return f"{items:,} of {count(total) if total is not None else 'more'}, reading{look.signs.ellipsis}"
    more = f", of {total:,}: {look.key('triage.more')} reads more" if total is not None and total > items else ""
    return words + more


def calm(stats: Stats | None) -> str:
    """What stands where no item has failed; the source itself may have."""
    source = stats.index_source_errors if stats else None
    if source:
        names = ", ".join(one_line(name) for name in list(source)[:5])
        return f"No item has failed, but the source could not be read: {names}.\nThe job's log tells more."
    return "No item has failed."
