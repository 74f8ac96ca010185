"""Every action as one row of data: bindings, footer, help, README and the keymap check derive from it."""

from __future__ import annotations

from tui.actions.action import Action, Reason
from tui.actions.custom import PREFIX, check_custom, custom_action, where_it_works, works_at
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
    "PREFIX",
    "Action",
    "Place",
    "Reason",
    "at",
    "check_custom",
    "check_keymap",
    "cooldown",
    "custom_action",
    "elsewhere",
    "keys_at",
    "keys_of",
    "not_connected",
    "where_it_works",
    "works_at",
]
