"""What the console wants to know waits for the operator's key: it never takes the keys by itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.harness import TOKEN, Console, console
from tui.errors import AccountUnchosen
from tui.secret import Secret
from tui.session.session import Session
from tui.ui.connection.token import TokenScreen
from tui.ui.kit.pick import Pick
from tui.ui.main_screen import MainScreen

SIZES = [(80, 24), (120, 40)]


class TwoAccounts:
    """The account is not known until one of two was chosen."""

    def __init__(self, seen: Console) -> None:
        main = seen.app.screen_stack[0]
        assert isinstance(main, MainScreen)
        self.connector = main.features.connector
        self._real = self.connector._open_session
        self.chosen = ""
        self.connector._open_session = self.open
        self.connector._choose_account = self.choose

    def choose(self, account_id: str) -> None:
        self.chosen = account_id

    async def open(self, token: Secret | None, demo: bool) -> Session:
        if self.chosen:
            return await self._real(token, demo)
        error = AccountUnchosen("Which account?", "This token can see 2 accounts.", "Start with --account ID.")
        error.accounts = (("a" * 32, "Acme"), ("b" * 32, "Beta"))
        raise error


async def test_which_account_waits_for_a_key_and_can_be_left(tmp_path: Path) -> None:
    async with console(tmp_path, judged=False) as seen:
        world = TwoAccounts(seen)
        async for size in seen.in_windows(SIZES):
            assert "NO ACCOUNT" not in seen.text(), size
            assert "This token can see" not in seen.text(), size
            world.chosen = ""
            seen.store.reset(identity=seen.store.state.identity)
            world.connector.connect()
            await seen.sees("NO ACCOUNT")
            assert len(seen.app.screen_stack) == 1, size
            assert "R chooses one" in seen.text().splitlines()[0], size
            await seen.sees("This token can see 2 accounts")
            await seen.press("3", "1", "R")
            await seen.until(lambda: isinstance(seen.app.screen, Pick), "the question")
            await seen.press("escape")
            assert seen.app.is_running, size
            assert not seen.app._exit, size
            await seen.press("R")
            await seen.until(lambda: isinstance(seen.app.screen, Pick), "the question again")
            await seen.press("down", "enter")
            await seen.pass_time(3, 0.5)
            await seen.sees("docs-search")
            assert world.chosen == "b" * 32, size
            await seen.press("1")  # the message of this size goes


async def test_a_refused_token_takes_no_key_from_what_is_being_done(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        right = seen.emulator.config
        for busy in (("slash", *"docs"), ("colon", *"filt"), ("?",), ("2",)):
            await seen.press(*busy)
            before = seen.app.screen
            seen.emulator.config = replace(right, token="another-token-987654")
            await seen.pass_time(60, 2)
            await seen.until(lambda: "REFUSED" in seen.store.state.connection.link, "the refusal")
            assert seen.app.screen is before, busy
            await seen.press("escape", "escape", "R")
            await seen.until(lambda: isinstance(seen.app.screen, TokenScreen), "the question")
            await seen.sees("Paste another API token")
            seen.emulator.config = right
            await seen.paste(TOKEN)
            await seen.press("enter")
            await seen.pass_time(3, 0.5)
            await seen.until(lambda: "REFUSED" not in seen.store.state.connection.link, f"{busy}: connected again")
            assert len(seen.app.screen_stack) == 1, busy
