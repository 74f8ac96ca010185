"""Namespaces in a table, and what stands in their dialogs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec import Struct
from rich.text import Text

from tui.models import Instance, Namespace, Page
from tui.models.instance import DEFAULT_NAMESPACE
from tui.state.store import State
from tui.text import count, plural
from tui.text_filter import matcher
from tui.ui.kit.cut import widest
from tui.ui.kit.row_table.row_table import Column
from tui.ui.look import Look

NAMESPACE_COLUMNS = (
    Column("name", "NAMESPACE", min_width=15, most=30, name=True),
    Column("instances", "INSTANCES", width=9, align="right"),
    Column("created", "CREATED", width=10, drop=2),
    Column("description", "DESCRIPTION", min_width=16, grow=4, drop=1),
)


def contents(rows: Sequence[NamespaceRow]) -> dict[str, int]:
    """Cells of the longest name among these rows; descriptions have what is left."""
    return {"name": widest(row.name for row in rows) + 1}


class NamespaceRow(Struct, frozen=True):
    """One namespace; without a name: all of them. `instances` is None while the list of instances is unknown."""

    name: str
    instances: int | None
    created: str = ""
    description: str = ""

    @property
    def fixed(self) -> bool:
        """Whether it can be neither described nor deleted."""
        return self.name in ("", DEFAULT_NAMESPACE)


def namespace_rows(state: State) -> tuple[NamespaceRow, ...]:
    """All namespaces, then `default`, then the others by name; those that only instances name are there too."""
    known = {one.name: one for one in state.namespaces.value or ()}
    fleet = state.fleet.value
    counts = Counter(one.key.namespace for one in fleet or ())
    names = sorted({*known, *counts, DEFAULT_NAMESPACE}, key=lambda name: (name != DEFAULT_NAMESPACE, name))
    rows = (
        _row(known.get(name) or Namespace(name=name), counts[name] if fleet is not None else None) for name in names
    )
    return (NamespaceRow("", len(fleet) if fleet is not None else None), *rows)


def matching(rows: tuple[NamespaceRow, ...], words: str) -> tuple[NamespaceRow, ...]:
    """The namespaces that a filter keeps; the row of them all only without one. Raises UsageError."""
    wanted = matcher(words)
    if wanted is None:
        return rows
    return tuple(row for row in rows if row.name and wanted.matches(f"{row.name} {row.description}"))


def _row(namespace: Namespace, instances: int | None) -> NamespaceRow:
    return NamespaceRow(
        namespace.name, instances, (namespace.created_at or "")[:10], " ".join((namespace.description or "").split())
    )


def namespace_cells(row: NamespaceRow, look: Look) -> tuple[Text | str, ...]:
    """One cell a column of NAMESPACE_COLUMNS."""
    description = row.description or ("every account has it" if row.name == DEFAULT_NAMESPACE else "")
    return (
        row.name or Text("all namespaces", "bold"),
        look.text(count(row.instances), "" if row.instances else "muted"),
        look.text(row.created or ("-" if row.name else ""), "muted"),
        look.text(description, "" if row.description else "muted"),
    )


def not_empty(name: str, page: Page[Instance], look: Look) -> Text:
    """Why a namespace cannot be deleted: what is in it, and what to do."""
    total = page.total if page.total is not None else len(page.items)
    lines = [Text(f"{name} still holds {plural(total, 'instance')}, and only an empty namespace can be deleted:")]
    lines += [Text(f"  {one.id}") for one in page.items]
    if total > len(page.items):
        lines.append(look.text(f"  and {total - len(page.items):,} more", "muted"))
    ways = f"move ({look.key('instance.move')}) or delete ({look.key('instance.delete')}) them"
    lines += [Text(), Text(f"In the instances, {ways}; then delete the namespace.")]
    return Text("\n").join(lines)


def targets(state: State, current: str) -> Iterable[NamespaceRow]:
    """Namespaces that an instance of `current` can be moved to."""
    return (row for row in namespace_rows(state) if row.name not in ("", current))
