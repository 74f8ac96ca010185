"""Requests, help, deletion and comparison without an app: what they ask, say and send."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.build import instance, job, key, state
from tests.unit.fake_screen import FakeScreen
from tui.errors import ServerFault
from tui.state.store import Identity, Notice
from tui.ui.help.errors import Errors
from tui.ui.help.help import Help
from tui.ui.instances.compare import CompareInstances
from tui.ui.instances.delete import DeleteInstance
from tui.ui.kit.text_dialog import TextDialog
from tui.ui.requests.requests import Requests


async def test_the_request_log_shows_the_calls_of_the_session(tmp_path: Path) -> None:
    screen = FakeScreen(tmp_path, state(instance("docs")))
    await screen.desk.service.read.stats(key("docs"))
    requests = Requests(screen.desk, lambda text, what: None)
    await screen.run(requests, "app.requests")
    assert [one.path for one in requests._calls()] == ["stats"]
    screen.session = None
    assert requests._calls() == (), "without a session the log is empty, not an error"


async def test_help_is_about_the_place_in_focus(tmp_path: Path) -> None:
    screen = FakeScreen(tmp_path, state(instance("docs")))
    await screen.run(Help(screen.desk, lambda: "log", lambda text, what: None), "app.help")
    dialog = screen.dialogs[0]
    assert isinstance(dialog, TextDialog)
    assert callable(dialog._text)
    assert dialog._text(80).plain.lstrip().startswith("Log")


@pytest.mark.parametrize(("answer", "left"), [("dismiss", 0), (None, 1)])
async def test_errors_stay_until_they_are_dismissed(tmp_path: Path, answer: str | None, left: int) -> None:
    notices = (Notice(0.0, "write", ServerFault("It failed")),)
    screen = FakeScreen(tmp_path, state(instance("docs"), notices=notices))
    screen.answer = lambda dialog: answer
    await screen.run(Help(screen.desk, lambda: "instances", lambda text, what: None), "app.errors")
    assert isinstance(screen.dialogs[0], Errors)
    assert len(screen.store.state.notices) == left


@pytest.mark.parametrize("typed", [None, "kb", ""])
async def test_without_the_exact_id_nothing_is_deleted(tmp_path: Path, typed: str | None) -> None:
    screen = FakeScreen(tmp_path, state(instance("docs"), instance("kb")))
    screen.answer = lambda dialog: typed
    await screen.run(DeleteInstance(screen.desk), "instance.delete")
    assert screen.dialogs
    assert not [one for one in screen.server.names() if "delete" in one]


async def test_what_would_be_lost_is_read_before_the_question_is_answered(tmp_path: Path) -> None:
    screen = FakeScreen(tmp_path, state(instance("docs"), jobs=(job(),)))
    seen: list[bool] = []
    screen.answer = lambda dialog: seen.append("get_instance" in screen.server.names())
    await screen.run(DeleteInstance(screen.desk), "instance.delete")
    assert seen == [True]
    assert [name for name, _ in screen.shown] == ["show"]


async def test_read_only_is_said_and_no_dialog_opens(tmp_path: Path) -> None:
    screen = FakeScreen(tmp_path, state(instance("docs"), identity=Identity(read_only=True)))
    await screen.run(DeleteInstance(screen.desk), "instance.delete")
    assert not screen.dialogs
    assert "Read-only" in screen.said[0]


@pytest.mark.parametrize("marks", [(), (key("docs"),), (key("docs"), key("kb"), key("web"))])
async def test_a_comparison_wants_two(tmp_path: Path, marks: tuple) -> None:  # type: ignore[type-arg]
    screen = FakeScreen(tmp_path, state(instance("docs"), instance("kb"), instance("web"), marks=marks))
    await screen.run(CompareInstances(screen.desk), "instances.compare")
    assert not screen.dialogs
    assert "Mark two instances with space, then d compares them" in screen.said[-1]


async def test_a_comparison_that_cannot_be_read_says_so_and_is_kept(tmp_path: Path) -> None:
    screen = FakeScreen(tmp_path, state(instance("docs"), instance("kb"), marks=(key("docs"), key("kb"))))
    screen.server.failures["get_instance"] = [ServerFault("It failed"), ServerFault("It failed")]
    await screen.run(CompareInstances(screen.desk), "instances.compare")
    assert [error.title for error in screen.errors] == ["It failed"]
    assert [notice.where for notice in screen.store.state.notices] == ["compare"]
    assert not screen.dialogs
