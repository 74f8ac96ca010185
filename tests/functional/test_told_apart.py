"""What looks alike is told apart: accounts of a token, instances of one id, items of one key."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.text import Text

from tests.harness import Console, console, stage
from tests.unit.fake_screen import FakeScreen
from tui.errors import AccountUnchosen
from tui.models import InstanceKey, Item
from tui.secret import Secret
from tui.session.session import Session
from tui.state.store import Link
from tui.ui.items.cells import item_cells, item_rows
from tui.ui.kit.pick import Pick


@pytest.mark.parametrize("answered", [True, False])
async def test_which_of_several_accounts_is_a_question_and_the_link_is_fine(tmp_path: Path, answered: bool) -> None:
    made, chosen = stage(tmp_path), []
    opening = made.app._open_session
    made.app._profiles = Chooser(chosen)  # type: ignore[assignment]

    async def open_session(token: Secret | None, demo: bool) -> Session:
        if not chosen:
            error = AccountUnchosen("Which account?", "This token can see 2 accounts.")
            error.accounts = (("a" * 32, "Acme"), ("b" * 32, "Beta"))
            raise error
        return await opening(token, demo)

    made.app._open_session = open_session
    async with made.app.run_test(size=(120, 40)) as pilot:
        seen = Console(made, pilot)
        await seen.sees("R chooses one")
        await seen.press("R")
        await seen.until(lambda: isinstance(made.app.screen, Pick), "the question")
        assert seen.store.state.connection.link is not Link.OFFLINE
        await seen.sees("Beta")
        await seen.press(*(("down", "enter") if answered else ("escape",)))
        if answered:
            await seen.until(lambda: seen.store.state.fleet.value, "the list")
            assert chosen == ["b" * 32]
        else:
            await seen.until(lambda: not isinstance(made.app.screen, Pick), "it is closed")
            await seen.sees("R chooses one")
            assert made.app.is_running


class Chooser:
    """Profiles of which only the account is of interest."""

    def __init__(self, chosen: list[str]) -> None:
        self._chosen = chosen

    def choose_account(self, account_id: str) -> None:
        self._chosen.append(account_id)

    def offered(self) -> tuple[()]:
        return ()


async def test_one_of_two_instances_of_an_id_is_deleted_by_its_whole_name(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await seen.session.service.configs.create({"namespace": "archive", "id": "sandbox", "type": "built-in"})
        await seen.session.service.read.fleet()
        await seen.pass_time(1, 0.5)
        seen.app.screen.query_one("#instances-table").move_to(InstanceKey("archive", "sandbox"))
        await seen.pass_time(0.4, 0.2)
        await seen.press("D")
        await seen.sees("type archive/sandbox to delete it")
        await seen.sees("in built-in storage")
        await seen.press(*"sandbox", "enter")
        assert not seen.received("DELETE")
        await seen.press(*(["backspace"] * 7), *"archive/sandbox", "tab", "tab", "enter")
        await seen.until(lambda: seen.received("DELETE", "archive/instances/sandbox"), "the deletion")


def test_items_of_several_sources_say_which() -> None:
    items = tuple(Item(id=str(n), key="a.md", source_id=source) for n, source in enumerate(("builtin", "docs", None)))
    shown = [item_cells(row, FakeScreen.look)[1] for row in item_rows(items, 0.0)]
    assert [Text.assemble(cell).plain for cell in shown] == ["a.md  built-in", "a.md  docs", "a.md  no source"]
    alone = item_cells(item_rows(items[:1], 0.0)[0], FakeScreen.look)[1]
    assert Text.assemble(alone).plain == "a.md"
