"""Saved rows can be read back, and the file is private, new, and never somebody else's."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.build import NOW
from tui.errors import UsageError
from tui.ui.kit.records import FileTaken, csv_text, default_name, encoded, json_text, save

TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r\0"))
VALUES = st.none() | st.booleans() | st.integers() | TEXTS
RECORDS = st.lists(st.dictionaries(st.sampled_from(("id", "errors", "note")), VALUES, min_size=1), min_size=1)


@given(RECORDS)
def test_json_comes_back_as_it_was(records: list[dict[str, Any]]) -> None:
    assert json.loads(json_text(records)) == records


@given(RECORDS)
def test_csv_has_a_row_for_each_record_and_no_formula(records: list[dict[str, Any]]) -> None:
    rows = list(csv.DictReader(io.StringIO(csv_text(records), newline="")))
    assert len(rows) == len(records)
    for row, record in zip(rows, records, strict=True):
        for name, value in record.items():
            if isinstance(value, str):
                assert row[name] in (value, f"'{value}")
                assert not row[name].startswith(("=", "+", "-", "@"))
            elif isinstance(value, int) and not isinstance(value, bool):
                assert row[name] == str(value), "a negative number is no formula"


def test_a_text_that_a_spreadsheet_would_run_is_disarmed() -> None:
    assert csv_text([{"id": "=cmd|'/c calc'!A0"}]).splitlines()[1].startswith("'=cmd")


@pytest.mark.parametrize(
    ("what", "start"),
    [("instances", "instances-"), ("../../etc/passwd", "etc-passwd-"), (".hidden", "hidden-"), ("\x1b[2J", "2J-")],
)
def test_the_default_name_stays_in_its_folder(what: str, start: str) -> None:
    name = default_name(what, NOW)
    assert name.startswith(start)
    assert Path(name).name == name
    assert name.endswith(".csv")


@given(TEXTS)
def test_any_words_give_a_file_name(what: str) -> None:
    name = default_name(what, NOW)
    assert Path(name).name == name
    assert not name.startswith((".", "-"))
    assert len(name) < 100


def test_the_ending_chooses_the_format() -> None:
    assert encoded([{"a": 1}], Path("x.CSV")) == b"a\n1\n"
    assert json.loads(encoded([{"a": 1}], Path("x.json"))) == [{"a": 1}]
    with pytest.raises(UsageError, match="Which format"):
        encoded([{"a": 1}], Path("x.txt"))


def test_a_file_is_private_and_asked_about_before_it_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    before = os.umask(0)
    try:
        assert save(path, b"one") == path
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(FileTaken):
        save(path, b"two")
    assert path.read_bytes() == b"one"
    path.chmod(0o644)
    save(path, b"two", replace=True)
    assert path.read_bytes() == b"two"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["rows.csv"]


@pytest.mark.parametrize("replace", [False, True])
def test_a_link_is_never_followed(tmp_path: Path, replace: bool) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    link = tmp_path / "rows.csv"
    link.symlink_to(victim)
    with pytest.raises(UsageError) as caught:
        save(link, b"x", replace=replace)
    assert "symbolic link" in caught.value.detail
    link.unlink()
    link.symlink_to(tmp_path / "nowhere.csv")
    with pytest.raises(UsageError):
        save(link, b"x", replace=replace)
    assert victim.read_bytes() == b"precious"
    assert not (tmp_path / "nowhere.csv").exists()


@pytest.mark.parametrize(("name", "words"), [("", "a folder"), ("no/such/x.csv", "No such file"), ("a\0b", "usable")])
def test_what_cannot_be_written_says_why(tmp_path: Path, name: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        save(tmp_path / name, b"x")
    assert words in caught.value.detail
