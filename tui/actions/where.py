"""Where a key works that does nothing here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tui.actions.action import Place
from tui.actions.keymap import keys_of
from tui.actions.registry import BY_ID, at

_SPOTS = (
    ("the instances", "app.pane-1", (Place.INSTANCES, Place.TABLES)),
    ("the detail", "app.pane-2", (Place.DETAIL,)),
    ("the jobs", "app.pane-3", (Place.JOBS, Place.TABLES)),
    ("the log", "app.pane-4", (Place.LOG,)),
    ("the items tab", "app.pane-2", (Place.ITEMS, Place.TABLES)),
    ("the search tab", "app.pane-2", (Place.SEARCH, Place.TABLES)),
    ("the triage", "instance.triage", (Place.TRIAGE, Place.VIEW)),
)
"""Spots that the main screen leads to, the action that goes there, and the places whose keys work there."""


def elsewhere(key: str, names: frozenset[str], keymap: Mapping[str, str]) -> str:
    """`N works in the instances (1) and the log (4).`, or nothing for a key that works nowhere.

    `key` is what the operator calls it, `names` what bindings may call it.
    """
    spots = list(_spots(names, keymap))
    if not spots:
        return ""
    *others, last = spots
    return f"{key} works in {', '.join(others)}{' and ' if others else ''}{last}."


def _spots(names: frozenset[str], keymap: Mapping[str, str]) -> Iterator[str]:
    for words, way, places in _SPOTS:
        if any(names.intersection(keys_of(action, keymap)) for action in at(*places)):
            yield f"{words} ({keys_of(BY_ID[way], keymap)[0]})"
