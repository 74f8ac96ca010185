"""Where a key works that does nothing here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tui.actions.keymap import keys_of
from tui.actions.place import PLACES, Place, keys_at
from tui.actions.registry import BY_ID, at


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
    for place, facts in PLACES.items():
        reached = [one for one in keys_at(place) if one is not Place.EVERYWHERE]
        if facts.way and any(names.intersection(keys_of(action, keymap)) for action in at(*reached)):
            yield f"{facts.spot} ({keys_of(BY_ID[facts.way], keymap)[0]})"
