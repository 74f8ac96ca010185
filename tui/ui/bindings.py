"""Textual bindings out of the action table: the only place where the two meet."""

from __future__ import annotations

from textual.binding import Binding, BindingType

from tui.actions import Action, Place, at


def bindings(*places: Place) -> list[BindingType]:
    """The bindings of some places; ids are the action ids, so that a keymap can move them."""
    return [_binding(action, priority=Place.ANYTIME in places) for action in at(*places)]


def _binding(action: Action, *, priority: bool) -> Binding:
    return Binding(action.keys, action.method, action.title, show=False, id=action.id, priority=priority)
