"""Saving tables: rows as shown, a private file, nothing replaced or followed by accident, nothing typed lost."""

from __future__ import annotations

import csv
import io
import json
import stat
from pathlib import Path

import pytest
from textual.widgets import Input

from tests.functional.test_writes import go_to
from tests.harness import START, Console, console
from tui.ui.kit.records import default_name
from tui.ui.kit.save_dialog import SaveRows


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current directory of the console."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def files(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def save_as(seen: Console, path: str) -> None:
    """Open the dialog, give a path, press enter."""
    await seen.press("s")
    await seen.until(lambda: isinstance(seen.app.screen, SaveRows), "the dialog")
    await seen.press("shift+tab")
    seen.app.screen.query_one(Input).value = path
    await seen.press("enter")


async def test_the_table_is_saved_as_it_is_shown(tmp_path: Path, here: Path) -> None:
    async with console(tmp_path) as seen:
        await seen.press("slash", *"!docs", "enter", "o", "j", "enter")
        await seen.pilot.pause()
        await seen.press("s")
        await seen.sees("Save instances")
        assert seen.app.screen.focused.id == "cancel"
        await seen.press("tab", "enter")
        await seen.sees("Saved")
        name = f"instances-{default_name('x', START)[2:10]}"
        (file,) = files(here)
        assert file.name.startswith(name)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        rows = list(csv.DictReader(io.StringIO(file.read_text())))
        table = seen.app.screen.query_one("#instances-table")
        assert [row["id"] for row in rows] == [key.id for key in table._rows.keys_from()]
        assert "docs-search" not in [row["id"] for row in rows]
        billing = next(row for row in rows if row["id"] == "billing-kb")
        assert (billing["namespace"], billing["error"], billing["kind"]) == ("support", "5", "r2")


async def test_json_of_the_jobs_into_a_folder(tmp_path: Path, here: Path) -> None:
    async with console(tmp_path) as seen:
        key = await go_to(seen, "default", "docs-search")
        await seen.press("3")
        await save_as(seen, str(tmp_path / "jobs.json"))
        await seen.until((tmp_path / "jobs.json").exists, "the file")
        jobs = json.loads((tmp_path / "jobs.json").read_text())
        assert [job["id"] for job in jobs] == [job.id for job in seen.store.state.jobs[key].value or ()]
        assert jobs[0]["state"] == "done"
        assert 60 < jobs[0]["seconds"] < 80
        assert not files(here)


async def test_a_file_that_is_there_is_replaced_only_when_asked_twice(tmp_path: Path, here: Path) -> None:
    (here / "mine.csv").write_text("precious")
    async with console(tmp_path) as seen:
        await save_as(seen, "mine.csv")
        await seen.sees("Replace it?")
        assert seen.app.screen.focused.id == "cancel"
        assert (here / "mine.csv").read_text() == "precious"
        await seen.press("tab", "enter")
        await seen.until(lambda: not isinstance(seen.app.screen, SaveRows), "saved")
        assert (here / "mine.csv").read_text().startswith("namespace,id,state")


@pytest.mark.parametrize(
    ("path", "words"), [("link.csv", "a symbolic link"), ("x.txt", "not end in .csv"), ("no/x.csv", "No such file")]
)
async def test_what_cannot_be_saved_says_why_and_keeps_the_path(
    tmp_path: Path, here: Path, path: str, words: str
) -> None:
    (here / "target").write_text("precious")
    (here / "link.csv").symlink_to(here / "target")
    async with console(tmp_path) as seen:
        await save_as(seen, path)
        await seen.sees(words)
        assert seen.app.screen.query_one(Input).value == path
        assert (here / "target").read_text() == "precious"
        await seen.press("escape")
        assert len(seen.app.screen_stack) == 1
