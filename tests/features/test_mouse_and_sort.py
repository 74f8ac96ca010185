"""The mouse and the order of the table, without an app."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.build import instance, state
from tests.unit.fake_screen import FakeScreen
from tui.errors import UsageError
from tui.state.instance_rows import COLUMNS, Order
from tui.ui.instances.sort import COLUMN_NOTES, SORT_WORDS, SYNONYMS, SortInstances
from tui.ui.palette.offer import Offer, commands
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


OFFER = Offer((), commands({"default": ""}, COLUMN_NOTES, {}, of_columns=SYNONYMS))


def test_every_synonym_means_a_column_and_is_no_other_ones_name() -> None:
    assert set(SYNONYMS.values()) == set(COLUMNS)
    assert not set(SYNONYMS) & set(COLUMNS)


@pytest.mark.parametrize(
    ("typed", "column"),
    [
        ("errors", "error"),
        ("ERR", "error"),
        ("error", "error"),
        ("Queue", "queued"),
        ("done", "done"),
        ("AGE", "age"),
        ("last  activity", "age"),
        ("name", "name"),
        ("id", "name"),
        ("STATE", "state"),
        ("NS", "namespace"),
        ("next", "next"),
        ("next sync", "next"),
        ("source", "source"),
    ],
)
def test_sort_takes_the_words_that_an_operator_would_type(typed: str, column: str) -> None:
    assert OFFER.check(f"sort {typed}") == f"sort {column}"
    assert OFFER.entries(f"sort {typed}")[0].command == f"sort {column}"


def test_a_column_that_is_none_is_answered_with_those_there_are() -> None:
    with pytest.raises(UsageError) as caught:
        OFFER.check("sort colour")
    assert all(column in caught.value.detail for column in COLUMNS)


@pytest.mark.parametrize(("typed", "first"), [("err", "error"), ("na", "name"), ("sou", "source"), ("que", "queued")])
def test_sort_is_completed_while_it_is_typed(typed: str, first: str) -> None:
    assert OFFER.entries(f"sort {typed}")[0].command == f"sort {first}"
