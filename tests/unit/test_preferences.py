"""Columns that exist, and an order that survives the program, but never stops it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tui.config import rules
from tui.state.instance_rows import Order
from tui.state.preferences import Preferences
from tui.ui.instances.cells import INSTANCE_COLUMNS, chosen_columns


def test_the_configuration_knows_the_columns_of_the_table() -> None:
    assert tuple(column.id for column in INSTANCE_COLUMNS) == rules.COLUMNS


def test_columns_come_in_the_order_that_was_chosen() -> None:
    assert [INSTANCE_COLUMNS[place].id for place in chosen_columns(("age", "name"))] == ["age", "name"]
    assert len(chosen_columns(())) == len(INSTANCE_COLUMNS)


@pytest.mark.parametrize("value", [[], ["age"], ["name", "name"], ["name", "nope"], "name", [["name"]], 3])
def test_columns_that_make_no_table_are_refused(value: object) -> None:
    with pytest.raises(TypeError):
        rules.RULES["columns"].read(value)


def test_an_order_is_remembered_in_a_private_file(tmp_path: Path) -> None:
    file = tmp_path / "state" / "view.json"
    assert Preferences(file=file).order() == Order()
    Preferences(file=file).remember(Order("error", True))
    assert Preferences(file=file).order() == Order("error", True)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [one.name for one in file.parent.iterdir()] == ["view.json"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"order": 3}', '{"order": {"column": "nope"}}', "\udcff"])
def test_a_spoilt_memory_is_no_memory(tmp_path: Path, text: str) -> None:
    file = tmp_path / "view.json"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    assert Preferences(file=file).order() == Order()


def test_where_nothing_can_be_kept_nothing_fails(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    Preferences(file=tmp_path / "file" / "view.json").remember(Order("age"))
    Preferences().remember(Order("age"))
