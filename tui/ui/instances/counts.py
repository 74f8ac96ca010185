"""The words around the instance table: how many, how old, and why there is none."""

from __future__ import annotations

from rich.text import Text

from tui.state.instance_rows import RowFilter
from tui.state.store import Link, State
from tui.text import age
from tui.ui.kit.stale import unread
from tui.ui.look import Look


def stale(state: State) -> bool:
    """Whether the list could not be read again."""
    return state.fleet.error is not None or state.connection.link in (Link.OFFLINE, Link.REFUSED)


def counted(state: State, shown: int, now: float) -> str:
    """`17 of 212`, with the age of a list that could not be read again; empty before the first."""
    fleet = state.fleet
    if fleet.value is None:
        return ""
    old = f", {age(now - fleet.at)} old" if stale(state) and fleet.at else ""
    return f"{shown:,} of {len(fleet.value):,}{old}"


def no_rows(state: State, wanted: RowFilter, look: Look) -> Text | str:
    """What stands where no row is, and what to do about it."""
    fleet = state.fleet
    if fleet.value is None:
        error = fleet.error or state.connection.error
        if error:
            return unread(error, look)
        return f"{state.connection.link.value.capitalize()}{look.signs.ellipsis}"
    if fleet.value and wanted.text.strip():
        return f"No instance matches the filter.\n{look.key('app.escape')} clears it."
    if fleet.value and state.namespace is not None:
        return f"No instance in namespace {state.namespace}.\n{look.key('instances.namespace')} shows another, or all."
    return f"This account has no AI Search instances yet.\n{look.key('instances.create')} creates the first."
