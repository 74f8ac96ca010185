"""The mouse and the order of the table, without an app."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.build import instance, state
from tests.unit.fake_screen import FakeScreen
from tui.state.instance_rows import COLUMNS, Order
from tui.ui.instances.sort import SORT_WORDS, SortInstances
from tui.ui.terminal.mouse import NEITHER, OFF, ON, Mouse


@pytest.mark.parametrize(("after", "words"), [(True, ON), (False, OFF), (None, NEITHER)])
async def test_the_mouse_says_how_it_is_now(tmp_path: Path, after: bool | None, words: str) -> None:
    screen = FakeScreen(tmp_path, state(instance("docs")))
    await screen.run(Mouse(screen.desk, lambda: after), "app.mouse")
    assert screen.said == [words]


@pytest.mark.parametrize(
    ("before", "chosen", "after"),
    [
        (Order(), "error", Order("error")),
        (Order("error"), "error", Order("error", reverse=True)),
        (Order("error", reverse=True), "error", Order("error")),
        (Order("error"), "name", Order("name")),
        (Order("error"), None, Order("error")),
    ],
)
async def test_the_same_column_again_reverses(tmp_path: Path, before: Order, chosen: str | None, after: Order) -> None:
    screen = FakeScreen(tmp_path, state(instance("docs")))
    screen.answer = lambda dialog: chosen
    held = [before]
    await screen.run(SortInstances(screen.desk, lambda: held[-1], held.append), "instances.sort")
    assert held[-1] == after


def test_every_column_has_words() -> None:
    assert set(SORT_WORDS) == set(COLUMNS)
