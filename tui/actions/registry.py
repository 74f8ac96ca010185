"""The table: every action there is."""

from __future__ import annotations

from collections.abc import Mapping

from tui.actions.action import Action
from tui.actions.configs import CONFIGS
from tui.actions.items import ITEMS, VIEWS
from tui.actions.lab import LAB
from tui.actions.log import LOG
from tui.actions.namespaces import NAMESPACES
from tui.actions.place import Place
from tui.actions.screen import SCREEN, WRITES
from tui.actions.search import SEARCH
from tui.actions.tables import DETAIL, INSTANCES, JOBS, TABLES
from tui.actions.tools import TOOLS

ACTIONS: tuple[Action, ...] = (
    *SCREEN,
    *TOOLS,
    *WRITES,
    *CONFIGS,
    *TABLES,
    *INSTANCES,
    *DETAIL,
    *JOBS,
    *LOG,
    *SEARCH,
    *ITEMS,
    *VIEWS,
    *NAMESPACES,
    *LAB,
)
BY_ID: Mapping[str, Action] = {action.id: action for action in ACTIONS}


def at(*places: Place) -> tuple[Action, ...]:
    """The actions of some places, in table order."""
    return tuple(action for action in ACTIONS if action.place in places)
