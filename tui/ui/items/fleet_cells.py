"""Columns, cells and words of the triage of all instances."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct
from rich.text import Text

from tui.models import InstanceKey, Item
from tui.service.items.fleet_failures import Failures, FleetCause, Trouble
from tui.state.store import State
from tui.text import count, one_line, plural
from tui.ui.copies import Copyable, Record, copies, pretty, record
from tui.ui.kit.cut import widest
from tui.ui.kit.row_table.row_table import Column
from tui.ui.look import Look

FLEET_COLUMNS = (
    Column("count", "ITEMS", width=7, align="right"),
    Column("instances", "INSTANCES", width=9, align="right"),
    Column("cause", "CAUSE", min_width=20, most=48),
    Column("title", "WHAT IT MEANS", min_width=20, grow=3, drop=1),
)
PART_COLUMNS = (
    Column("count", "ITEMS", width=7, align="right"),
    Column("instance", "INSTANCE", min_width=24, most=61, grow=1, name=True),
    Column("sample", "FOR EXAMPLE", min_width=20, grow=9, drop=1),
)
NAMED = 4
"""Instances that are named in a line; the others are counted."""


class PartRow(Struct, frozen=True):
    """The items of one instance that one cause has stopped."""

    key: InstanceKey
    items: tuple[Item, ...]


@record.register
def _(row: FleetCause) -> Record:
    fields = dict(record(row.cause))
    return {**fields, "instances": {str(key): len(items) for key, items in row.parts}}


@copies.register
def _(row: FleetCause, state: State) -> tuple[Copyable, ...]:
    return (
        Copyable("cause", row.cause.name),
        Copyable("instances", "\n".join(str(key) for key, _ in row.parts)),
        Copyable("remedy", row.cause.explanation.remedy),
        Copyable("JSON", pretty(record(row))),
    )


@record.register
def _(row: PartRow) -> Record:
    return {"instance": str(row.key), "items": len(row.items), "keys": [item.identity for item in row.items]}


@copies.register
def _(row: PartRow, state: State) -> tuple[Copyable, ...]:
    return (
        Copyable("instance", str(row.key)),
        Copyable("keys of its items", "\n".join(item.identity for item in row.items)),
        Copyable("JSON", pretty(record(row))),
    )


def fleet_cause_cells(row: FleetCause, look: Look) -> tuple[Text | str, ...]:
    """One cell a column of FLEET_COLUMNS."""
    cause = row.cause
    return (
        look.text(count(len(cause.items)), "error"),
        count(len(row.parts)),
        Text(cause.name, "bold") if cause.every else one_line(cause.name),
        cause.explanation.title,
    )


def fleet_contents(rows: Sequence[FleetCause]) -> dict[str, int]:
    """Cells of the longest cause among these rows; what it means has what is left."""
    return {"cause": widest(one_line(row.cause.name) for row in rows)}


def part_contents(rows: Sequence[PartRow]) -> dict[str, int]:
    """Cells of the longest name among these rows; examples have what is left."""
    return {"instance": widest(str(row.key) for row in rows)}


def part_cells(row: PartRow, look: Look) -> tuple[Text | str, ...]:
    """One cell a column of PART_COLUMNS."""
    return count(len(row.items)), str(row.key), look.text(one_line(row.items[0].key), "muted")


def part_rows(row: FleetCause | None) -> tuple[PartRow, ...]:
    """The instances of a cause."""
    return tuple(PartRow(key, items) for key, items in row.parts) if row else ()


def how_far(found: Sequence[Failures], trouble: Trouble, reading: bool, look: Look) -> str:
    """`41 failed in 9 instances, 12 causes`; while it is read: how many of how many, and what that costs."""
    if reading:
        of = plural(len(trouble.counted), "instance")
        return f"{len(found)} of {of}, {plural(trouble.requests, 'request')}, reading{look.signs.ellipsis}"
    items = sum(len(one.items) for one in found)
    return f"{items:,} failed in {plural(sum(bool(one.items) for one in found), 'instance')}"


def left_out(found: Sequence[Failures], trouble: Trouble) -> str:
    """What is missing in what is shown, by name; empty when nothing is."""
    failed = [f"{one.key} ({one.error.title})" for one in found if one.error]
    partly = [f"{one.key} ({one.unread:,} more)" for one in found if one.unread and not one.error]
    words = [
        f"Not read: {_named(failed)}." if failed else "",
        f"Read in part: {_named(partly)}." if partly else "",
        f"Not counted yet, so not looked at: {_named(map(str, trouble.uncounted))}." if trouble.uncounted else "",
    ]
    return " ".join(word for word in words if word)


def _named(names: Iterable[str]) -> str:
    every = list(names)
    more = f" and {len(every) - NAMED:,} more" if len(every) > NAMED else ""
    return ", ".join(every[:NAMED]) + more
