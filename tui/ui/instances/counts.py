"""The words around the instance table: how many, how old, and why there is none."""

from __future__ import annotations

from rich.text import Text

from tui.state.instance_rows import RowFilter
from tui.state.store import Link, State
from tui.text import age
from tui.ui.kit.stale import unread
from tui.ui.look import Look
from tui.ui.pane import offer


def stale(state: State) -> bool:
    """Whether the list could not be read again, or is that of an earlier run still."""
    return state.fleet.kept or state.fleet.error is not None or state.connection.link in (Link.OFFLINE, Link.REFUSED)


def counted(state: State, shown: int, now: float) -> str:
    """`17 of 212`, with how many are known while not all are, and the age of a list that is not of now.

    While the list is read for the first time: `1,200 of 5,002`. Empty before anything has come.
    """
    fleet = state.fleet
    if fleet.value is None:
        return ""
    if state.listing:
        return f"{state.listing[0]:,} of {state.listing[1]:,}"
    known = sum(one.value is not None for one in state.stats.values())
    partly = f", known {known:,} of {len(fleet.value):,}" if known < len(fleet.value) else ""
    old = f", {age(now - fleet.at)} old" if stale(state) and fleet.at else ""
    return f"{shown:,} of {len(fleet.value):,}{old or partly}"


def no_rows(state: State, wanted: RowFilter, look: Look) -> Text | str:
    """What stands where no row is, and what to do about it."""
    fleet = state.fleet
    if fleet.value is None:
        error = fleet.error or state.connection.error
        if error:
            return unread(error, look)
        return f"{state.connection.link.value.capitalize()}{look.signs.ellipsis}"
    if fleet.value and wanted.group and not wanted.text.strip():
        return f"No instance is in the state {wanted.group} now.\n{look.key('app.escape')} shows all."
    if fleet.value and wanted.narrows:
        return f"No instance matches the filter.\n{look.key('app.escape')} clears it."
    if fleet.value and state.namespace is not None:
        return f"No instance in namespace {state.namespace}.\n{look.key('instances.namespace')} shows another, or all."
    words = "This account has no AI Search instances yet."
    return offer(words, "instances.create", "creates the first.", state, look)
