"""Actions on whole configurations: make, change, copy, compare, delete."""

from __future__ import annotations

from tui.actions.action import Action
from tui.actions.disabled import no_instance
from tui.actions.place import Place

CONFIGS = (
    Action(
        "instance.modify",
        "M",
        "Modify",
        "Change the configuration: a form, or JSON in your editor.",
        hint="modify",
        writes=True,
        reason=no_instance,
    ),
    Action(
        "instances.create",
        "N",
        "New instance",
        "Create an instance.",
        Place.INSTANCES,
        hint="new",
        writes=True,
    ),
    Action(
        "instance.clone",
        "C",
        "Clone",
        "Create an instance with the configuration of this one.",
        writes=True,
        reason=no_instance,
    ),
    Action(
        "instance.delete",
        "D",
        "Delete",
        "Delete the instance, after a look at what would be lost.",
        hint="delete",
        writes=True,
        reason=no_instance,
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
