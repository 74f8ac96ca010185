"""Actions of namespaces and service tokens."""

from __future__ import annotations

from tui.actions.action import Action
from tui.actions.disabled import no_instance
from tui.actions.place import Place

NAMESPACES = (
    Action("instance.move", "V", "Move", "Move the instance to another namespace.", writes=True, reason=no_instance),
    Action("app.tokens", "*", "Service tokens", "Service tokens, and which instances use each."),
    Action(
        "namespaces.filter",
        "/",
        "Filter",
        "Substring, !inverse or /regex/ of the name or the description.",
        Place.NAMESPACES,
        hint="filter",
        run="filter",
    ),
    Action(
        "namespaces.create",
        "N",
        "New namespace",
        "Create a namespace.",
        Place.NAMESPACES,
        hint="new",
        writes=True,
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
        run="delete",
    ),
    Action(
        "tokens.filter",
        "/",
        "Filter",
        "Substring, !inverse or /regex/ of the name, the id or the state.",
        Place.TOKENS,
        hint="filter",
        run="filter",
    ),
    Action(
        "tokens.create",
        "N",
        "New token",
        "Register an API token, for instances to read their buckets with.",
        Place.TOKENS,
        hint="new",
        writes=True,
        run="create",
    ),
    Action(
        "tokens.delete",
        "D",
        "Delete token",
        "Delete a service token that no instance uses.",
        Place.TOKENS,
        hint="delete",
        writes=True,
        run="delete",
    ),
)
