"""A bug of a view, a pane or a worker costs that view and nothing else, and is kept with its report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest

from tests.harness import Console, console
from tui.models import InstanceKey
from tui.polling.poller import Poller
from tui.ui.bugs import TOO_MANY, WITHIN
from tui.ui.configure.form import Form
from tui.ui.desk import Desk
from tui.ui.instances.text_tabs import OverviewTab
from tui.ui.jobs.pane import JobsPane
from tui.ui.kit.dialog import Confirm
from tui.ui.kit.row_table.row_table import RowTable
from tui.ui.kit.text_dialog import TextDialog
from tui.ui.main_screen import MainScreen
from tui.ui.namespaces.list_view import NamespaceList
from tui.ui.requests.table import RequestTable


def failing(self: object, *arguments: Any, **named: Any) -> NoReturn:
    """Any method with a bug."""
    raise ZeroDivisionError("planted")


async def failing_later(self: object, *arguments: Any, **named: Any) -> NoReturn:
    """Any coroutine with a bug."""
    raise ZeroDivisionError("planted")


VIEWS: dict[str, tuple[type, str, Callable[..., Any], tuple[str, ...]]] = {
    "a dialog's key": (TextDialog, "action_scroll", failing, ("?", "j")),
    "a dialog's mount": (Confirm, "on_mount", failing, ("S",)),
    "a dialog's compose": (Confirm, "facts", failing, ("S",)),
    "a dialog's resize": (TextDialog, "resized", failing, ("?",)),
    "a dialog's painting": (TextDialog, "_laid_out", failing, ("?",)),
    "a view's mount": (RequestTable, "on_mount", failing, ("@",)),
    "a view's callback": (NamespaceList, "draw_hints", failing, ("n",)),
    "a form": (Form, "draw", failing, ("M",)),
}
ELSEWHERE: dict[str, tuple[type, str, Callable[..., Any], tuple[str, ...]]] = {
    "a worker": (Desk, "ask", failing_later, ("S",)),
    "an action": (MainScreen, "action_zoom", failing, ("z",)),
}


def plant(monkeypatch: pytest.MonkeyPatch, kind: type, name: str, bug: Callable[..., Any]) -> None:
    monkeypatch.setattr(kind, name, bug)


def _reports(folder: Path) -> list[Path]:
    return list(folder.glob("crash-*.txt"))


async def kept(seen: Console, reports: Path, words: str, where: str) -> None:
    """The bug is in the list of errors with its report, and the console works; then it is as if there was none."""
    assert seen.app.is_running, where
    assert len(seen.app.screen_stack) == 1, f"the view is closed: {where}"
    found = _reports(reports)
    assert len(found) == 1, where
    assert "ZeroDivisionError: planted" in found[0].read_text(), where
    assert len(seen.store.state.notices) == 1, where
    error = seen.store.state.notices[0].error
    assert "ZeroDivisionError" in error.title, where
    assert words in error.detail, where
    assert str(found[0]) in error.hint, where
    await seen.press("j", "j")
    seen.store.update(notices=())
    found[0].unlink()
    forgive(seen)


def forgive(seen: Console) -> None:
    """Count the bugs anew: too many of them at once end the console."""
    seen.app.bugs._times.clear()


async def test_a_view_with_a_bug_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(tmp_path, bugs=True) as seen:
        for where, (kind, name, bug, keys) in VIEWS.items():
            with monkeypatch.context() as planted:
                plant(planted, kind, name, bug)
                await seen.press(*keys)
                await seen.until(lambda: seen.store.state.notices, f"the bug of {where} is kept")
                await seen.turn()
            await kept(seen, tmp_path / "reports", "closed", where)
            assert "Help" not in seen.text(), where
            await seen.press("?")
            await seen.until(lambda: "Help" in seen.text(), f"the help opens after the bug of {where}")
            await seen.press("escape")


async def test_a_worker_or_an_action_with_a_bug_ends_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(tmp_path, bugs=True) as seen:
        for where, (kind, name, bug, keys) in ELSEWHERE.items():
            with monkeypatch.context() as planted:
                plant(planted, kind, name, bug)
                await seen.press(*keys)
                await seen.until(lambda: seen.store.state.notices, f"the bug of {where} is kept")
            await kept(seen, tmp_path / "reports", "else keeps working", where)
            await seen.press(*keys)
            assert len(seen.store.state.notices) == 0, where
            await seen.press("escape")


async def test_a_pane_with_a_bug_is_marked_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with console(tmp_path, bugs=True) as seen:

        async def selects_another(before: InstanceKey | None, title: str) -> None:
            await seen.press("j")
            await seen.until(lambda: seen.store.state.selected != before, f"the selection goes on: {title}")

        for kind, title in ((JobsPane, "Jobs"), (OverviewTab, "Detail")):
            with monkeypatch.context() as planted:
                plant(planted, kind, "draw", failing)
                await seen.press("j")
                await seen.until(lambda: seen.store.state.notices, f"the bug of {title} is kept")
                await seen.until(lambda: "see the errors" in seen.text(), f"{title} is marked")
                line = next(one for one in seen.text().splitlines() if "see the errors" in one)
                assert title in line, title
                assert seen.store.state.selected is not None, title
                selected = seen.store.state.selected
            await selects_another(selected, title)
            seen.store.update(notices=())
            await seen.until(lambda: "see the errors" not in seen.text(), f"{title} unmarked when dismissed")
            forgive(seen)


async def test_what_was_typed_elsewhere_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The help of a form has a bug: the form below it keeps its draft."""
    async with console(tmp_path, bugs=True) as seen:
        await seen.press("/", "d", "o", "c", "s")
        with monkeypatch.context() as planted:
            plant(planted, RequestTable, "on_mount", failing)
            await seen.press("enter", "@")
            await seen.until(lambda: seen.store.state.notices, "the bug is kept")
        await kept(seen, tmp_path / "reports", "closed", "the requests")
        assert "/docs" in seen.text() or "docs" in seen.text()


async def test_many_bugs_at_once_end_the_console(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ZeroDivisionError):  # noqa: PT012
        async with console(tmp_path, bugs=True) as seen:
            plant(monkeypatch, MainScreen, "action_zoom", failing)
            for _ in range(TOO_MANY):
                assert seen.app.is_running
                await seen.press("z")
            assert not seen.app.is_running


async def test_as_many_bugs_in_a_longer_time_do_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    async with console(tmp_path, bugs=True) as seen:
        seen.app.bugs._monotonic = lambda: now
        plant(monkeypatch, MainScreen, "action_zoom", failing)
        for _ in range(TOO_MANY * 2):
            await seen.press("z")
            assert seen.app.is_running
            now += WITHIN / 2 + 0.1
        assert len(seen.store.state.notices) == TOO_MANY * 2


async def test_a_main_screen_that_cannot_be_painted_ends_the_console(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ZeroDivisionError):  # noqa: PT012
        async with console(tmp_path, bugs=True) as seen:
            plant(monkeypatch, RowTable, "render_line", failing)
            await seen.press("j")
            await seen.until(lambda: not seen.app.is_running, "it ends")


@pytest.mark.parametrize("times", [1, TOO_MANY - 1])
async def test_a_bug_of_the_poller_before_the_first_frame_is_one_like_any_other(
    times: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[bool] = []
    start = Poller.start

    def fails_at_once(poller: Poller, failed: Callable[[Exception], None]) -> None:
        start(poller, failed)
        for _ in range(times):
            failed(ZeroDivisionError("planted"))
        drawn.extend(one.is_mounted for one in made)

    made: list[MainScreen] = []
    make = MainScreen.__init__

    def remembered(screen: MainScreen, *arguments: Any, **named: Any) -> None:
        make(screen, *arguments, **named)
        made.append(screen)

    monkeypatch.setattr(MainScreen, "__init__", remembered)
    monkeypatch.setattr(Poller, "start", fails_at_once)
    async with console(tmp_path, bugs=True) as seen:
        assert drawn == [False]
        assert len(seen.store.state.notices) == times
        await seen.sees("ZeroDivisionError")
        await seen.press("j")
        assert seen.app.is_running
    assert len(_reports(tmp_path / "reports")) >= 1


async def test_many_bugs_of_the_poller_before_the_first_frame_end_the_console(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(poller: Poller) -> NoReturn:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr(Poller, "_watch_forever", broken)
    with pytest.raises(ZeroDivisionError):
        async with console(tmp_path, bugs=True, wait=False) as seen:
            await seen.until(lambda: not seen.app.is_running, "it ends")
