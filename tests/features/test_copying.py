"""Copying and saving rows without an app."""

from __future__ import annotations

from pathlib import Path

from tests.unit.build import NOW, instance, read_at, state
from tests.unit.fake_screen import FakeScreen
from tui.errors import UsageError
from tui.models import Stats
from tui.service import Outcome
from tui.state.instance_rows import Row, row
from tui.ui.copying.copying import Copying
from tui.ui.copying.saving import SaveTable

ROWS: list[Row] = [row(instance(name), read_at(Stats(completed=9), NOW), None, NOW) for name in ("docs", "kb")]


class Clipboard:
    """Keeps what was copied, or refuses."""

    def __init__(self, refusal: UsageError | None = None) -> None:
        self.texts: list[str] = []
        self.refusal = refusal

    async def put(self, text: str) -> str:
        if self.refusal:
            raise self.refusal
        self.texts.append(text)
        return "on the clipboard"


async def test_one_row_is_offered_by_what_it_can_be_copied_as_and_where_it_went_is_said(tmp_path: Path) -> None:
    screen, clipboard = FakeScreen(tmp_path, state(instance("docs"))), Clipboard()
    screen.answer = lambda dialog: "id"
    Copying(screen.desk, clipboard.put).rows(ROWS[:1])
    await screen.idle()
    assert clipboard.texts == ["docs"]
    assert screen.outcomes[-1] == Outcome("Copied the id", "on the clipboard")


async def test_many_rows_are_a_line_each(tmp_path: Path) -> None:
    screen, clipboard = FakeScreen(tmp_path, state(instance("docs"))), Clipboard()
    screen.answer = lambda dialog: "id"
    Copying(screen.desk, clipboard.put).rows(ROWS)
    await screen.idle()
    assert clipboard.texts == ["docs\nkb"]
    assert screen.outcomes[-1] == Outcome("Copied the id of 2 rows", "on the clipboard")


async def test_nothing_chosen_nothing_copied_and_a_refusal_is_shown(tmp_path: Path) -> None:
    screen, clipboard = FakeScreen(tmp_path, state(instance("docs"))), Clipboard(UsageError("No clipboard"))
    copying = Copying(screen.desk, clipboard.put)
    copying.rows(ROWS)
    await screen.idle()
    assert not screen.errors
    copying.text("docs", "id")
    await screen.idle()
    assert [error.title for error in screen.errors] == ["No clipboard"]
    copying.rows([])
    copying.text("", "id")
    await screen.idle()
    assert screen.said[-2:] == ["There is no row to copy.", "There is nothing to copy."]


async def test_saved_rows_say_where_they_are(tmp_path: Path) -> None:
    screen = FakeScreen(tmp_path, state(instance("docs")))
    saving = SaveTable(screen.desk)
    saving.rows("instances", [])
    saving.rows("instances", ROWS)
    screen.answer = lambda dialog: "Saved 2 rows: /tmp/instances.csv"
    await screen.idle()
    assert screen.said == ["There are no rows to save."]
    assert screen.outcomes == [Outcome("Saved 2 rows: /tmp/instances.csv")]
    assert len(screen.dialogs) == 1
