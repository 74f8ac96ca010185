"""Every action as one row of data: bindings, footer, help, README and the keymap check derive from it."""

from __future__ import annotations

from tui.actions.action import Action, Reason
from tui.actions.disabled import NO_ID, cooldown, not_connected
from tui.actions.keymap import check_keymap, keys_of
from tui.actions.place import PLACES, Place, keys_at
from tui.actions.registry import ACTIONS, BY_ID, at
from tui.actions.where import elsewhere

__all__ = [
    "ACTIONS",
    "BY_ID",
    "NO_ID",
    "PLACES",
    "Action",
    "Place",
    "Reason",
    "at",
    "check_keymap",
    "cooldown",
    "elsewhere",
    "keys_at",
    "keys_of",
    "not_connected",
]
