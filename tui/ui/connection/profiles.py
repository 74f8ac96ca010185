"""Changing the profile: the old account is let go of in full before the new one is shown."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from typing import Any

from textual.app import SuspendNotSupported
from textual.worker import Worker

from tui.errors import AppError
from tui.session.session import Profile, Profiles
from tui.ui.connection.connecting import Connecting
from tui.ui.connection.token import TokenAnswer
from tui.ui.instances.pane import InstancesPane
from tui.ui.kit.dialog import Confirm, Question
from tui.ui.kit.pick import Choice, Pick
from tui.ui.log.pane import LogPane

NONE = "There are no profiles: [profiles.NAME] in config.toml makes one."


class ProfileSwitch(Connecting):
    """Switches between the profiles of the configuration."""

    def action_profiles(self) -> None:
        """Choose a profile."""
        offered = self._offered()
        if not offered:
            self.say(NONE)
            return
        choices = [Choice(one.identity.profile, one.identity.profile, _note(one)) for one in offered]
        self.app.push_screen(Pick("Profile", choices, self.state.identity.profile), self._picked)

    def _picked(self, name: str | None) -> None:
        if name is not None:
            self.switch_profile(name)

    def profile_notes(self) -> dict[str, str]:
        """Names of the profiles, each with a note."""
        return {one.identity.profile: _note(one) for one in self._offered()}

    def _offered(self) -> tuple[Profile, ...]:
        try:
            return self.profiles.offered() if self.profiles else ()
        except AppError as error:
            self.tell(error, "profile")
            return ()

    def switch_profile(self, name: str) -> None:
        """Switch, after a question when a write is on its way."""
        if name == self.state.identity.profile and self.session:
            self.say(f"{name} is the profile already.")
        elif not self.state.busy:
            self._switch(name)
        else:
            effect = "A write is still on its way: it would be cut off, and its outcome not be seen."
            question = Question("Switch the profile", (("To", name),), effect, "Switch")
            self.app.push_screen(Confirm(question), lambda yes: None if yes is None else self._switch(name))

    def _switch(self, name: str) -> None:
        """Find the profile and its token first: when that fails everything stays as it is."""
        chosen = next((one for one in self._offered() if one.identity.profile == name), None)
        if chosen is None or self.profiles is None:
            self.say(f"There is no profile {name} any more.")
            return
        taken = self._take(self.profiles, name, asks=chosen.asks)
        if isinstance(taken, AppError):
            self.tell(taken, "profile")
            return
        old = [worker for worker in self.workers if worker.group != "connect"]
        for worker in old:
            worker.cancel()
        self.run_worker(self._move_to(taken, old), group="connect", exclusive=True, name=f"profile {name}")

    def _take(self, profiles: Profiles, name: str, *, asks: bool) -> Profile | AppError:
        """Choose it; a token command that may ask for a passphrase gets the terminal as it was before the console.

        The error is returned: one that is raised would leave the app suspended.
        """
        with ExitStack() as lent:
            if asks:
                with suppress(SuspendNotSupported):
                    lent.enter_context(self.app.suspend())
            try:
                return profiles.choose(name)
            except AppError as error:
                return error

    async def _move_to(self, chosen: Profile, cancelled: Sequence[Worker[Any]]) -> None:
        await asyncio.gather(*(worker.wait() for worker in cancelled), return_exceptions=True)
        old, self.session = self.session, None
        if old:
            await old.aclose()
        self.switched = True
        self.store.reset(identity=chosen.identity, notices=self.state.notices)
        self.tick()  # at once: the new session must not be told of rows of the old account
        self.query_one(LogPane).show_tail(None)
        self.query_one(InstancesPane).clear_filter()
        self.use_keymap(chosen.keymap)
        await self._connect(TokenAnswer())
        if self.session:
            who = self.state.identity
            self.say(f"Profile {who.profile}: account {who.account_id}, token from {who.token_source}.")


def _note(profile: Profile) -> str:
    who = profile.identity
    account = f"{who.account_id[:4]}..{who.account_id[-4:]}" if who.account_id else "account of its token"
    return "  ".join(part for part in (account, who.colour, "read-only" if who.read_only else "") if part)
