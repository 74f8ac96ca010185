"""The operator's own keys: applied, and refused when they could not work."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from tui.actions.action import Action
from tui.actions.place import PLACES, Place, keys_at
from tui.actions.registry import BY_ID, at
from tui.errors import UsageError
from tui.text import similar


def keys_of(action: Action, keymap: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """The keys of an action, with the operator's own keymap applied."""
    return tuple(key.strip() for key in (keymap or {}).get(action.id, action.keys).split(","))


def check_keymap(keymap: Mapping[str, str], line: Callable[[str], str]) -> None:
    """Refuse a keymap with an unknown id, or one that gives a key two meanings in one place.

    `line(id)` tells where in the file an entry stands. Raises UsageError. Textual would ignore the one and silently
    drop a binding for the other.
    """
    for action_id in keymap:
        if action_id not in BY_ID:
            raise UsageError(
                "Unknown action in the keymap",
                f"{line(action_id)}: there is no action {action_id!r}.",
                f"{similar(action_id, BY_ID)} Known actions: {', '.join(BY_ID)}.".lstrip(),
            )
    for place, facts in PLACES.items():
        if facts.focused or place is Place.EVERYWHERE:
            shared = [one for one in keys_at(place) if not (facts.hides and one is Place.EVERYWHERE)]
            _check_clashes(at(*shared, Place.ANYTIME), keymap, line)


def _check_clashes(actions: Iterable[Action], keymap: Mapping[str, str], line: Callable[[str], str]) -> None:
    taken: dict[str, Action] = {}
    for action in actions:
        for key in keys_of(action, keymap):
            other = taken.setdefault(key, action)
            if other is not action and (action.id in keymap or other.id in keymap):
                wrong = action.id if action.id in keymap else other.id
                raise UsageError(
                    "Two actions on one key",
                    f"{line(wrong)}: {key!r} already means {other.title if wrong == action.id else action.title!r}.",
                    "Choose another key, or move the other action too.",
                )
