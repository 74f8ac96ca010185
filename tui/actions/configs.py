"""Actions on whole configurations: make, change, copy, compare, delete."""

from __future__ import annotations

from tui.actions.action import Action
from tui.actions.disabled import no_instance, not_connected
from tui.actions.place import Place
from tui.state.store import State


def no_create(state: State, now: float) -> str | None:
    """Needs a link and the right to write."""
    return not_connected(state)


def no_change(state: State, now: float) -> str | None:
    """Needs an instance, a link and the right to write."""
    return no_instance(state, now) or not_connected(state)


CONFIGS = (
    Action(
        "instance.modify",
        "M",
        "Modify",
        "Change the configuration: a form, or JSON in your editor.",
        hint="modify",
        writes=True,
        reason=no_change,
        run="modify",
    ),
    Action(
        "instances.create",
        "N",
        "New instance",
        "Create an instance.",
        Place.INSTANCES,
        run="ask('create')",
        hint="new",
        writes=True,
        reason=no_create,
    ),
    Action(
        "instance.clone",
        "C",
        "Clone",
        "Create an instance with the configuration of this one.",
        writes=True,
        reason=no_change,
        run="clone",
    ),
    Action(
        "instance.delete",
        "D",
        "Delete",
        "Delete the instance, after a look at what would be lost.",
        hint="delete",
        writes=True,
        reason=no_change,
    ),
    Action(
        "instances.compare",
        "d",
        "Compare",
        "Two configurations side by side: the two marked ones, or the marked one and this one.",
        Place.INSTANCES,
        reason=no_instance,
    ),
)
