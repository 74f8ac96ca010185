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


@pytest.mark.parametrize(("looked", "on", "all_of_it"), [(99, True, 0), (100, True, 1), (100, False, 0)])
def test_all_is_looked_at_when_that_is_due(looked: int, on: bool, all_of_it: int) -> None:
    with (
        patch.object(gc, "get_count", lambda: (7, 1, looked)),
        patch.object(gc, "isenabled", lambda: on),
        patch.object(gc, "collect") as collect,
    ):
        garbage.collect_old()
    assert collect.call_count == all_of_it


def test_it_begins_with_what_is_new() -> None:
    gc.disable()
    with patch.object(gc, "freeze") as freeze:
        garbage.begin()
    assert gc.isenabled()
    assert gc.get_threshold() == (garbage.YOUNG, garbage.OFTEN, garbage.LATEST)
    assert freeze.call_count == 1
