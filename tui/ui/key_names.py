"""Keys as an operator calls them."""

from __future__ import annotations

_NAMES = {
    "question_mark": "?",
    "slash": "/",
    "escape": "esc",
    "equals_sign": "=",
    "comma": ",",
    "pagedown": "pgdn",
    "pageup": "pgup",
}


def key_name(key: str) -> str:
    """A key as a keyboard names it, short."""
    return _NAMES.get(key, key)
