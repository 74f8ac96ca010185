"""What an action is: a row of data with its keys, its words, and why it cannot run now."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from msgspec import Struct

from tui.state.store import State

Reason = Callable[[State, float], str | None]
"""Why an action cannot run now, from the state and the time in epoch seconds; None when it can."""


class Place(StrEnum):
    """Where an action's keys work: ANYTIME also in dialogs and while typing, EVERYWHERE on the main screen.

    ITEMS and SEARCH are tabs of the detail pane, whose keys win over the screen's. VIEW is what the full-window views
    share.
    """

    ANYTIME = "anytime"
    EVERYWHERE = "everywhere"
    TABLES = "tables"
    INSTANCES = "instances"
    DETAIL = "detail"
    JOBS = "jobs"
    LOG = "log"
    ITEMS = "items"
    VIEW = "view"
    ITEM = "item"
    TRIAGE = "triage"
    SEARCH = "search"
    BESIDE = "beside"
    NAMESPACES = "namespaces"
    TOKENS = "tokens"


class Action(Struct, frozen=True):
    """One thing an operator can do. `run` names the method `action_RUN` of the widget that owns the place."""

    id: str
    keys: str
    title: str
    help: str
    place: Place = Place.EVERYWHERE
    run: str = ""
    hint: str = ""
    writes: bool = False
    reason: Reason | None = None

    @property
    def method(self) -> str:
        """The Textual action: the last part of the id unless `run` says otherwise."""
        return self.run or self.id.partition(".")[2].replace("-", "_")


def rows(place: Place, *rows: tuple[str, str, str, str]) -> tuple[Action, ...]:
    """Actions that only look and are always possible: (name, keys, title, help)."""
    return tuple(Action(f"{place.value}.{name}", keys, title, text, place) for name, keys, title, text in rows)
