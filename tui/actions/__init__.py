"""Every action as one row of data: bindings, footer, help, README and the keymap check derive from it."""

from __future__ import annotations

from tui.actions.action import Action, Place, Reason
from tui.actions.disabled import NO_ID, cooldown
from tui.actions.keymap import check_keymap, keys_of
from tui.actions.registry import ACTIONS, BY_ID, at
from tui.actions.where import elsewhere

__all__ = [
    "ACTIONS",
    "BY_ID",
    "NO_ID",
    "Action",
    "Place",
    "Reason",
    "at",
    "check_keymap",
    "cooldown",
    "elsewhere",
    "keys_of",
]
