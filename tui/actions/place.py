"""The one table of places: where keys work, what a place is called, which others share it, and how one gets there."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from msgspec import Struct


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
    FLEET = "fleet"
    SEARCH = "search"
    BESIDE = "beside"
    NAMESPACES = "namespaces"
    TOKENS = "tokens"
    EVALUATION = "evaluation"
    COVERAGE = "coverage"


class PlaceFacts(Struct, frozen=True):
    """What is to be known of one place.

    `title` heads its keys in help. `shares` are the other places whose keys work there too, nearest first; a key has
    one meaning among them all (`hides`: except EVERYWHERE's, which this place's own keys may hide). `hinted` are the
    places whose actions the bottom line offers. `spot` names the place in a sentence, `way` is the action that leads
    there from the main screen; both are empty where nothing on the main screen leads there.
    """

    title: str
    shares: tuple[Place, ...] = ()
    hinted: tuple[Place, ...] = ()
    spot: str = ""
    way: str = ""
    hides: bool = False

    @property
    def focused(self) -> bool:
        """Whether the focus can be there: a set of keys that only others share is no place to be."""
        return bool(self.shares)


_P = Place
_VIEW = (_P.VIEW, _P.TABLES)
PLACES: Mapping[Place, PlaceFacts] = MappingProxyType(
    {
        _P.EVERYWHERE: PlaceFacts("Everywhere"),
        _P.ANYTIME: PlaceFacts("At any time, in dialogs too"),
        _P.TABLES: PlaceFacts("In tables"),
        _P.INSTANCES: PlaceFacts(
            "Instances", (_P.TABLES, _P.EVERYWHERE), (_P.INSTANCES, _P.EVERYWHERE), "the instances", "app.pane-1"
        ),
        _P.DETAIL: PlaceFacts("Detail", (_P.EVERYWHERE,), (_P.EVERYWHERE,), "the detail", "app.pane-2"),
        _P.JOBS: PlaceFacts("Jobs", (_P.TABLES, _P.EVERYWHERE), (_P.JOBS, _P.EVERYWHERE), "the jobs", "app.pane-3"),
        _P.LOG: PlaceFacts("Log", (_P.EVERYWHERE,), (_P.LOG, _P.EVERYWHERE), "the log", "app.pane-4"),
        _P.ITEMS: PlaceFacts(
            "Items of an instance",
            (_P.TABLES, _P.EVERYWHERE),
            (_P.ITEMS, _P.EVERYWHERE),
            "the items tab",
            "app.pane-2",
            hides=True,
        ),
        _P.SEARCH: PlaceFacts(
            "Search in an instance",
            (_P.TABLES, _P.EVERYWHERE),
            (_P.SEARCH, _P.EVERYWHERE),
            "the search tab",
            "app.pane-2",
            hides=True,
        ),
        _P.VIEW: PlaceFacts("In views that fill the window"),
        _P.ITEM: PlaceFacts("One item", _VIEW, (_P.ITEM, _P.VIEW)),
        _P.TRIAGE: PlaceFacts("Triage", _VIEW, (_P.TRIAGE, _P.VIEW), "the triage", "instance.triage"),
        _P.FLEET: PlaceFacts(
            "Triage of all instances", _VIEW, (_P.FLEET, _P.VIEW), "the triage of all instances", "app.triage"
        ),
        _P.BESIDE: PlaceFacts("Two searches side by side", _VIEW, (_P.BESIDE, _P.VIEW)),
        _P.NAMESPACES: PlaceFacts("Namespaces", _VIEW, (_P.NAMESPACES, _P.VIEW)),
        _P.COVERAGE: PlaceFacts("Coverage", _VIEW, (_P.COVERAGE, _P.VIEW), "the coverage", "instance.coverage"),
        _P.EVALUATION: PlaceFacts("Evaluation", _VIEW, (_P.EVALUATION, _P.VIEW), "the evaluation", "app.evaluation"),
        _P.TOKENS: PlaceFacts("Service tokens", _VIEW, (_P.TOKENS, _P.VIEW)),
    }
)


def keys_at(place: Place) -> tuple[Place, ...]:
    """The places whose keys work where the focus is at `place`, nearest first."""
    return (place, *PLACES[place].shares)
