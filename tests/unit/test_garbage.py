"""When garbage is looked for: all of it only while nobody types."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from unittest.mock import patch

import pytest

from tui.system import garbage


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    enabled, threshold = gc.isenabled(), gc.get_threshold()
    yield
    gc.set_threshold(*threshold)
    (gc.enable if enabled else gc.disable)()


@pytest.mark.parametrize(("looked", "on", "all_of_it"), [(299, True, 0), (300, True, 1), (300, False, 0)])
def test_all_is_looked_at_when_that_is_due(looked: int, on: bool, all_of_it: int) -> None:
    with (
        patch.object(gc, "get_count", lambda: (7, 1, looked)),
        patch.object(gc, "isenabled", lambda: on),
        patch.object(gc, "collect") as collect,
    ):
        garbage.collect_old()
    assert collect.call_count == all_of_it


@pytest.mark.parametrize(("new", "on", "looked_at"), [(999, True, []), (1_000, True, [1]), (1_000, False, [])])
def test_what_is_new_is_looked_at_when_that_is_due(new: int, on: bool, looked_at: list[int]) -> None:
    with (
        patch.object(gc, "get_count", lambda: (new, 1, 0)),
        patch.object(gc, "isenabled", lambda: on),
        patch.object(gc, "collect", side_effect=lambda generation: found.append(generation)),
    ):
        found: list[int] = []
        garbage.collect_young()
    assert found == looked_at


def test_it_begins_with_what_is_new() -> None:
    gc.disable()
    with patch.object(gc, "freeze") as freeze:
        garbage.begin()
    assert gc.isenabled()
    assert gc.get_threshold() == (garbage.AT_LATEST, 1, garbage.LATEST)
    assert freeze.call_count == 1
