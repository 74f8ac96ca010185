"""The words around the instance table tell apart: nothing yet, nothing at all, nothing that matches, nothing new."""

from __future__ import annotations

from types import MappingProxyType

import pytest
from msgspec.structs import replace

from tests.unit.build import NOW, instance, state
from tui.errors import AppError, Unreachable
from tui.models import Stats
from tui.state.instance_rows import RowFilter
from tui.state.store import Connection, Link, Reading, State, read_at
from tui.ui.instances.counts import counted, no_rows, stale
from tui.ui.look import Look
from tui.ui.themes import THEMES, palette

LOOK = Look(palette(THEMES[0]))
GONE = Unreachable("No reply", "The name was not found.", "Look at the network.")
NONE = RowFilter()


def test_how_many_of_how_many() -> None:
    assert counted(State(), 0, NOW) == ""
    many = state(*(instance(f"i{n}") for n in range(1212)), stats=Stats(completed=1))
    assert counted(many, 17, NOW) == "17 of 1,212, known 1 of 1,212"
    all_known = MappingProxyType({one.key: read_at(Stats(), NOW) for one in many.fleet.value or ()})
    assert counted(replace(many, stats=all_known), 17, NOW) == "17 of 1,212"
    assert counted(replace(many, listing=(1200, 5002)), 17, NOW) == "1,200 of 5,002"


def test_what_an_earlier_run_kept_is_shown_with_its_age() -> None:
    shown = replace(state(instance()), fleet=Reading((instance(),), NOW - 7200, kept=True))
    assert stale(shown)
    assert counted(shown, 1, NOW) == "1 of 1, 2h old"


def test_a_list_that_could_not_be_read_again_says_its_age() -> None:
    shown = state(instance(), stats=Stats())
    assert not stale(shown)
    failed = replace(shown, fleet=read_at((instance(),), NOW - 600).failure(GONE, NOW))
    assert stale(failed)
    assert counted(failed, 1, NOW) == "1 of 1, 10m old"
    assert stale(replace(shown, connection=Connection(Link.OFFLINE, GONE)))


@pytest.mark.parametrize(
    ("shown", "wanted", "words"),
    [
        (State(), NONE, "Connecting…"),
        (State(fleet=Reading().failure(GONE, NOW)), NONE, "No reply\nThe name was not found.\nLook at the network."),
        (State(connection=Connection(Link.OFFLINE, AppError("Only a title"))), NONE, "Only a title"),
        (state(), NONE, "This account has no AI Search instances yet.\nN creates the first."),
        (state(instance()), RowFilter("zzz"), "No instance matches the filter.\nesc clears it."),
        (state(instance(), namespace="empty"), NONE, "No instance in namespace empty.\nn shows another, or all."),
    ],
)
def test_why_there_is_no_row(shown: State, wanted: RowFilter, words: str) -> None:
    assert str(no_rows(shown, wanted, LOOK)) == words
