"""Namespaces and service tokens without an app."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.build import NOW, instance, job, key, state
from tests.unit.fake_screen import FakeScreen
from tui.models import Namespace
from tui.state.store import read_at
from tui.ui.kit.dialog import Confirm
from tui.ui.kit.pick import Pick
from tui.ui.namespaces.namespaces import Namespaces
from tui.ui.tokens.tokens import Tokens

NAMES = read_at((Namespace(name="default"), Namespace(name="support")), NOW)


async def test_there_is_nowhere_to_move_to(tmp_path: Path) -> None:
    screen = FakeScreen(tmp_path, state(instance("docs"), namespaces=read_at((Namespace(name="default"),), NOW)))
    await screen.run(Namespaces(screen.desk), "instance.move")
    assert not screen.dialogs
    assert screen.said[-1].startswith("There is no other namespace: n shows them")


async def test_moving_warns_of_a_running_job_and_asks_twice(tmp_path: Path) -> None:
    screen = FakeScreen(tmp_path, state(instance("docs"), namespaces=NAMES, jobs=(job("21694851"),)))
    screen.answer = lambda dialog: "support" if isinstance(dialog, Pick) else None
    await screen.run(Namespaces(screen.desk), "instance.move")
    question = screen.dialogs[-1]
    assert isinstance(question, Confirm)
    assert question._question.warning == "Job 21694851 is still running."
    assert dict(question.facts())["To"] == "support"
    assert not screen.outcomes


async def test_the_target_is_what_was_selected_when_the_key_was_pressed(tmp_path: Path) -> None:
    screen = FakeScreen(tmp_path, state(instance("docs"), instance("kb"), namespaces=NAMES))

    def look_elsewhere(dialog: object) -> str | None:
        screen.store.update(selected=key("kb"))
        return "support" if isinstance(dialog, Pick) else None

    screen.answer = look_elsewhere
    await screen.run(Namespaces(screen.desk), "instance.move")
    assert dict(screen.dialogs[-1].facts())["Instance"] == "docs"  # type: ignore[attr-defined]


async def test_without_a_session_the_tokens_say_so(tmp_path: Path) -> None:
    screen = FakeScreen(tmp_path, state(instance("docs")))
    screen.session = None
    await screen.run(Tokens(screen.desk), "app.tokens")
    assert [error.title for error in screen.errors] == ["Not connected"]
    assert not screen.dialogs


@pytest.mark.parametrize("action_id", ["instances.namespace", "app.tokens"])
async def test_the_lists_open(tmp_path: Path, action_id: str) -> None:
    screen = FakeScreen(tmp_path, state(instance("docs"), namespaces=NAMES))
    feature = Namespaces(screen.desk) if action_id == "instances.namespace" else Tokens(screen.desk)
    await screen.run(feature, action_id)
    assert len(screen.dialogs) == 1
