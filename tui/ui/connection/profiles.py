"""Changing the profile: the old account is let go of in full before the new one is shown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, suppress
from typing import Any

from textual.app import SuspendNotSupported
from textual.worker import Worker

from tui.errors import AppError
from tui.service import Outcome
from tui.session.session import Profile, Profiles
from tui.state.store import Store
from tui.ui.connection.connector import WORKERS, Connector
from tui.ui.connection.token import TokenAnswer
from tui.ui.desk import Desk
from tui.ui.kit.dialog import Confirm, Question
from tui.ui.kit.pick import Choice, Pick

NONE = "There are no profiles: [profiles.NAME] in config.toml makes one."
BUSY = "A write is still on its way: it would be cut off, and you would not see its outcome."


class ProfileSwitch:
    """Switches between the profiles of the configuration."""

    def __init__(
        self,
        desk: Desk,
        store: Store,
        connector: Connector,
        profiles: Profiles | None,
        *,
        workers: Callable[[], Sequence[Worker[Any]]],
        suspend: Callable[[], AbstractContextManager[None]],
        clear: Callable[[], None],
        use_keymap: Callable[[Mapping[str, str]], None],
    ) -> None:
        """`workers` gives all that runs in the background; `suspend` lends the terminal to a token command.

        `clear` takes the old account off the screen; `use_keymap` lets other keys act.
        """
        self.desk = desk
        self._store = store
        self._connector = connector
        self._profiles = profiles
        self._workers = workers
        self._suspend = suspend
        self._clear = clear
        self._use_keymap = use_keymap
        self.actions = {"app.profiles": self.choose}

    async def choose(self) -> None:
        """Choose a profile from a list."""
        offered = self._offered()
        if not offered:
            self.desk.say(NONE)
            return
        choices = [Choice(one.identity.profile, one.identity.profile, _note(one)) for one in offered]
        name = await self.desk.ask(Pick("Profile", choices, self.desk.state.identity.profile))
        if name is not None:
            self.switch(name)

    def notes(self) -> dict[str, str]:
        """Names of the profiles, each with a note."""
        return {one.identity.profile: _note(one) for one in self._offered()}

    def _offered(self) -> tuple[Profile, ...]:
        try:
            return self._profiles.offered() if self._profiles else ()
        except AppError as error:
            self.desk.show_error(error, "profile")
            return ()

    def switch(self, name: str) -> None:
        """Switch to a profile by its name, after a question when a write is on its way."""
        state = self.desk.state
        if name == state.identity.profile and self._connector.session:
            self.desk.say(f"{name} is already the profile in use.")
        elif state.busy:
            self.desk.start(self._ask(name), "profile")
        else:
            self._switch(name)

    async def _ask(self, name: str) -> None:
        if await self.desk.ask(Confirm(Question("Switch the profile", (("To", name),), BUSY, "Switch"))) is not None:
            self._switch(name)

    def _switch(self, name: str) -> None:
        """Find the profile and its token first: when that fails everything stays as it is."""
        chosen = next((one for one in self._offered() if one.identity.profile == name), None)
        if chosen is None or self._profiles is None:
            self.desk.say(f"The profile {name} no longer exists.")
            return
        taken = self._take(self._profiles, name, asks=chosen.asks)
        if isinstance(taken, AppError):
            self.desk.show_error(taken, "profile")
            return
        old = [worker for worker in self._workers() if worker.group != WORKERS]
        for worker in old:
            worker.cancel()
        self.desk.start(self._move_to(taken, old), WORKERS, exclusive=True, name=f"profile {name}")

    def _take(self, profiles: Profiles, name: str, *, asks: bool) -> Profile | AppError:
        """Choose it; a token command that may ask for a passphrase gets the terminal as it was before the console.

        The error is returned: one that is raised would leave the app suspended.
        """
        with ExitStack() as lent:
            if asks:
                with suppress(SuspendNotSupported):
                    lent.enter_context(self._suspend())
            try:
                return profiles.choose(name)
            except AppError as error:
                return error

    async def _move_to(self, chosen: Profile, cancelled: Sequence[Worker[Any]]) -> None:
        await asyncio.gather(*(worker.wait() for worker in cancelled), return_exceptions=True)
        await self._connector.close()
        self._connector.keeps_screen = True
        state = self._store.state
        self._store.reset(identity=chosen.identity, notices=state.notices, achieved=state.achieved)
        self._clear()  # at once: the new session must not hear of rows of the old account
        self._use_keymap(chosen.keymap)
        await self._connector.open(TokenAnswer(), asked=True)
        if self._connector.session:
            who = self._store.state.identity
            self.desk.say(Outcome(f"Profile {who.profile}", f"account {who.account_id}, token from {who.token_source}"))


def _note(profile: Profile) -> str:
    who = profile.identity
    account = f"{who.account_id[:4]}..{who.account_id[-4:]}" if who.account_id else "account of its token"
    return "  ".join(part for part in (account, who.colour, "read-only" if who.read_only else "") if part)
