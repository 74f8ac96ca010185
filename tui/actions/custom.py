"""The operator's own commands as actions, and the check that no key of theirs means something else already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tui.actions.action import Action
from tui.actions.disabled import no_instance, no_job
from tui.actions.keymap import keys_of
from tui.actions.place import PLACES, Place, keys_at
from tui.actions.registry import at
from tui.errors import UsageError
from tui.state.store import State

PREFIX = "custom."
ON_THE_MAIN_SCREEN = (Place.INSTANCES, Place.DETAIL, Place.ITEMS, Place.SEARCH, Place.JOBS, Place.LOG)


def custom_action(name: str, keys: str, place: Place, title: str, runs: str, needs: frozenset[str]) -> Action:
    """A command of the operator's as an action; `needs` names the values that it cannot run without."""

    def reason(state: State, now: float) -> str | None:
        if "job" in needs and (why := no_job(state, now)):
            return why
        return no_instance(state, now) if needs & {"id", "namespace", "job", "item", "key"} else None

    return Action(PREFIX + name, keys, title, f"Your own command: {runs}", place, hint=title, reason=reason)


def check_custom(custom: Sequence[tuple[Action, str]], keymap: Mapping[str, str]) -> None:
    """Refuse a command whose key means something else where it works; each comes with its place in the file.

    Raises UsageError.
    """
    taken: list[Action] = []
    for action, where in custom:
        others = (*_actions_where(action.place), *(one for one in taken if _meet(one.place, action.place)))
        _check(action, where, others, keymap)
        taken.append(action)


def _actions_where(place: Place) -> tuple[Action, ...]:
    """All whose keys work where a command's key does."""
    places = ON_THE_MAIN_SCREEN if place is Place.EVERYWHERE else (place,)
    return at(*{Place.ANYTIME, Place.EVERYWHERE, *(one for spot in places for one in keys_at(spot))})


def _meet(one: Place, other: Place) -> bool:
    return one is other or Place.EVERYWHERE in (one, other) or {one, other} == {Place.DETAIL, Place.ITEMS}


def _check(action: Action, where: str, others: Iterable[Action], keymap: Mapping[str, str]) -> None:
    for key in keys_of(action):
        for other in others:
            if key in keys_of(other, keymap):
                raise UsageError(
                    "Two actions on one key",
                    f"{where}: {key!r} already means {other.title!r} there.",
                    "Choose another key, or move the other action in [keymap].",
                )


def works_at(action: Action, place: str) -> bool:
    """Whether the action's key works where the focus is at `place`."""
    return action.place in (Place.EVERYWHERE, *keys_at(Place(place))) or (
        action.place is Place.DETAIL and place in (Place.ITEMS, Place.SEARCH)
    )


def where_it_works(action: Action, keymap: Mapping[str, str]) -> str:
    """A sentence that says where the action's key works."""
    facts = PLACES[action.place]
    return f"{keys_of(action, keymap)[0]} works in {facts.spot or facts.title.lower()}."
