"""Switching the profile by its keys: the old account is let go of, the new one is shown in its own colour."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.filled import fill_as_before
from tests.functional.test_bulk import FRESH, mark
from tests.functional.test_writes import go_to
from tests.harness import TOKEN, Console, FakeTime, Stage, loaded, session_of
from tests.mirror import Mirror
from tui.emulator import Emulator, EmulatorConfig
from tui.errors import AppError, CredentialError
from tui.secret import Secret
from tui.session.session import Profile, Session
from tui.state.store import Identity, State, Store
from tui.ui.app import ConsoleApp
from tui.ui.connection.token import TokenScreen
from tui.ui.kit.dialog import Confirm

ACCOUNTS = {"prod": "a" * 32, "staging": "b" * 32, "nobody": "c" * 32}
COLOURS = {"prod": "red", "staging": "green", "nobody": ""}


class TwoAccounts:
    """Profiles with a world each: `prod` has the demo's, `staging` is empty, `nobody` has no token."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.time = FakeTime()
        self.store = Store(State(identity=self.profile("prod").identity))
        self.emulators = {
            name: Emulator(
                EmulatorConfig(token=TOKEN, clock=self.time.clock, account=ACCOUNTS[name], seed=seed), fill_as_before
            )
            for name, seed in (("prod", "demo"), ("staging", "empty"))
        }
        self.now = "prod"
        self.broken: AppError | None = None
        self.opened: list[Session] = []
        self.closed: list[Session] = []

    def profile(self, name: str) -> Profile:
        keymap = {"app.help": "f4", "instances.create": "f6"} if name == "staging" else {}
        return Profile(Identity(name, ACCOUNTS[name], colour=COLOURS[name], read_only=name == "staging"), keymap)

    def choose_account(self, account_id: str) -> None:
        raise AssertionError("each profile has its account")

    async def store_token(self) -> str:
        return "a test's keyring"

    def other_ways(self) -> str:
        return "three lines"

    def offered(self) -> tuple[Profile, ...]:
        return tuple(map(self.profile, ACCOUNTS))

    def choose(self, name: str) -> Profile:
        if self.broken:
            raise self.broken
        self.now = name
        return self.profile(name)

    async def open(self, token: Secret | None, demo: bool) -> Session:
        if self.now == "nobody":
            raise CredentialError("No API token was found", "Looked everywhere.")
        made = session_of(self.emulators[self.now], self.time, self.store, self.folder / "audit.jsonl")
        self.store.update(identity=self.profile(self.now).identity)

        async def close() -> None:
            await made.aclose()
            self.closed.append(session)

        session = Session(made.service, made.poller, close)
        self.opened.append(session)
        return session


@asynccontextmanager
async def two_accounts(tmp_path: Path) -> AsyncIterator[tuple[Console, TwoAccounts]]:
    """A console on `prod`."""
    world = TwoAccounts(tmp_path)
    app = ConsoleApp(world.store, world.open, clock=world.time, profiles=world)
    try:
        async with app.run_test(size=(120, 40), notifications=True) as pilot:
            made = Stage(app, world.emulators["prod"], world.time, Mirror(app))
            yield await loaded(made, pilot), world
    finally:
        for emulator in world.emulators.values():
            emulator.close()


def chip(seen: Console) -> str:
    """The background behind the profile's name on the status bar."""
    spans = seen.app.screen_stack[0].query_one("#status").text.spans
    return next((str(span.style).rpartition(" on ")[2] for span in spans if " on " in str(span.style)), "")


async def test_a_switch_lets_go_of_the_old_account_and_shows_the_new_one(tmp_path: Path) -> None:
    async with two_accounts(tmp_path) as (seen, world):
        await go_to(seen, "default", "handbook")
        assert chip(seen) == "red"
        await seen.press("slash", *"hand", "enter", "p")
        await seen.sees("bbbb..bbbb  green  read-only")
        await seen.press("j", "enter")
        await seen.sees("This account has no AI Search instances yet.")
        assert "creates the first" not in seen.text(), "what it may only read"
        assert seen.app.look().key("instances.create") == "f6"
        line = seen.text().splitlines()[0]
        assert " staging  · RO" in line
        assert "bbbb…bbbb" in line
        assert chip(seen) == "green"
        assert world.closed == world.opened[:1]
        assert "handbook" not in seen.text()
        assert (seen.store.state.selected, seen.store.state.jobs, seen.store.state.stats) == (None, {}, {})
        before = len(world.emulators["prod"].received)
        await seen.pass_time(120, 5)
        assert len(world.emulators["prod"].received) == before, "nothing of the old profile goes on"
        await seen.press("f4")
        await seen.sees("In tables")


async def test_and_back_by_the_palette(tmp_path: Path) -> None:
    async with two_accounts(tmp_path) as (seen, world):
        await seen.press("colon", *"profile", "space", *"stag", "enter")
        await seen.sees("This account has no AI Search instances yet.")
        await seen.press("colon", *"profile", "space", *"prod", "enter")
        await seen.sees("docs-search")
        assert chip(seen) == "red"
        assert world.closed == world.opened[:2]
        await seen.press("colon", *"profile", "space", *"prod", "enter")
        await seen.sees("prod is already the profile in use.")
        assert len(world.opened) == 3


async def test_a_profile_that_cannot_be_taken_leaves_all_as_it_is_and_without_a_token_there_is_a_way_back(
    tmp_path: Path,
) -> None:
    async with two_accounts(tmp_path) as (seen, world):
        world.broken = CredentialError("Token command failed", "token_command of profile staging ended with code 3.")
        await seen.press("p", "j", "enter")
        await seen.sees("Token command failed")
        assert not world.closed
        assert "docs-search" in seen.text()
        assert chip(seen) == "red"
        world.broken = None
        await seen.press("p", "j", "j", "enter")
        await seen.until(lambda: isinstance(seen.app.screen, TokenScreen), "the question for a token")
        await seen.press("escape")
        await seen.pilot.pause()
        assert seen.app.is_running
        assert not seen.app._exit, "leaving the question does not leave the console"
        await seen.press("p", "k", "k", "enter")
        await seen.sees("docs-search")


async def test_work_on_its_way_makes_it_ask_and_is_cut_off_cleanly(tmp_path: Path) -> None:
    async with two_accounts(tmp_path) as (seen, world):
        await mark(seen, FRESH)
        await seen.press("S", "tab", "enter")
        received = world.emulators["prod"].received
        await seen.until(lambda: any(one.method == "POST" for one in received), "the first of two syncs")
        await seen.press("escape", "p", "j", "enter")
        await seen.until(lambda: isinstance(seen.app.screen, Confirm), "the question")
        assert not world.closed
        await seen.press("tab", "enter")
        await seen.sees("This account has no AI Search instances yet.")
        await seen.pass_time(60, 5)
        assert (seen.store.state.doing, seen.store.state.writes_in_flight) == ("", 0)
        assert len([one for one in world.emulators["prod"].received if one.method == "POST"]) == 1
        assert not [one for one in world.emulators["staging"].received if one.method != "GET"]
