"""What an action is: a row of data with its keys, its words, and why it cannot run now."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from tui.actions.disabled import not_connected
from tui.actions.place import Place
from tui.state.store import State

Reason = Callable[[State, float], str | None]
"""Why an action cannot run now, from the state and the time in epoch seconds; None when it can."""


class Action(Struct, frozen=True):
    """One thing an operator can do: one row of data.

    Without `run` a feature does it: the main screen finds it by the id (`screen.run('id')`). With `run` the widget that
    owns the place does it by itself, in its method `action_RUN`: moving a cursor, scrolling.
    """

    id: str
    keys: str
    title: str
    help: str
    place: Place = Place.EVERYWHERE
    run: str = ""
    hint: str = ""
    writes: bool = False
    reason: Reason | None = None

    def why_not(self, state: State, now: float) -> str:
        """Why it cannot run now, empty when it can; `now` is in epoch seconds. Link and read-only are asked here."""
        reason = self.reason(state, now) if self.reason else None
        return reason or (not_connected(state) if self.writes else None) or ""

    @property
    def method(self) -> str:
        """The Textual action that a key or the palette runs."""
        return self.run or f"screen.run('{self.id}')"


def rows(place: Place, *rows: tuple[str, str, str, str] | tuple[str, str, str, str, str]) -> tuple[Action, ...]:
    """Actions of a widget that only look, always possible: (name, keys, title, help), and `run` where it differs."""
    return tuple(
        Action(f"{place.value}.{name}", keys, title, text, place, run=run[0] if run else name.replace("-", "_"))
        for name, keys, title, text, *run in rows
    )
