"""Actions of namespaces and service tokens."""

from __future__ import annotations

from tui.actions.action import Action
from tui.actions.disabled import no_instance, not_connected
from tui.actions.place import Place
from tui.state.store import State


def no_write(state: State, now: float) -> str | None:
    """Needs a link and the right to write."""
    return not_connected(state)


def no_move(state: State, now: float) -> str | None:
    """Needs an instance, a link and the right to write."""
    return no_instance(state, now) or not_connected(state)


NAMESPACES = (
    Action(
        "instance.move", "V", "Move", "Move the instance to another namespace.", writes=True, reason=no_move, run="move"
    ),
    Action("app.tokens", "*", "Service tokens", "Service tokens, and which instances use each.", run="tokens"),
    Action(
        "namespaces.create",
        "N",
        "New namespace",
        "Create a namespace.",
        Place.NAMESPACES,
        hint="new",
        writes=True,
        reason=no_write,
        run="create",
    ),
    Action(
        "namespaces.describe",
        "M",
        "Describe",
        "Change the description of the namespace.",
        Place.NAMESPACES,
        hint="describe",
        writes=True,
        reason=no_write,
        run="describe",
    ),
    Action(
        "namespaces.delete",
        "D",
        "Delete namespace",
        "Delete the namespace, when it is empty.",
        Place.NAMESPACES,
        hint="delete",
        writes=True,
        reason=no_write,
        run="delete",
    ),
    Action(
        "tokens.delete",
        "D",
        "Delete token",
        "Delete a service token that no instance uses.",
        Place.TOKENS,
        hint="delete",
        writes=True,
        reason=no_write,
        run="delete",
    ),
)
