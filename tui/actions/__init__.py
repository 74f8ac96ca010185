"""Every action as one row of data: bindings, footer, help, README and the keymap check derive from it."""

from __future__ import annotations

from tui.actions.elsewhere import elsewhere
from tui.actions.keymap import check_keymap, keys_of
from tui.actions.kinds import Action, Place, Reason
from tui.actions.reasons import NO_ID, cooldown
from tui.actions.table import ACTIONS, BY_ID, at

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
