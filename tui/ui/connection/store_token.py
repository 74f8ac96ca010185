"""Storing a token that was typed in, once it is known to work."""

from __future__ import annotations

from collections.abc import Callable

from rich.text import Text

from tui.errors import CredentialError
from tui.service import Outcome
from tui.session.session import Profiles
from tui.ui.desk import Desk
from tui.ui.kit.dialog import Confirm, Question
from tui.ui.kit.text_dialog import TextDialog

EFFECT = "It is stored in the keyring of this machine and read back. Nothing is sent to Cloudflare."


class StoreToken:
    """Into the keyring; where there is none, three lines to copy say how else it can be kept."""

    def __init__(self, desk: Desk, profiles: Profiles | None, stored: Callable[[str], None]) -> None:
        """`stored` is called with where the token comes from now, in words."""
        self.desk = desk
        self._profiles = profiles
        self._stored = stored
        self.actions = {"app.store-token": self.store}

    async def store(self) -> None:
        """Ask, then store it."""
        profiles, who = self._profiles, self.desk.state.identity
        if profiles is None:
            return
        facts = (("Profile", who.profile), ("Account", who.account))
        if await self.desk.ask(Confirm(Question("Store the token", facts, EFFECT, "Store it"))) is None:
            return
        try:
            source = await profiles.store_token()
        except CredentialError as error:
            self.desk.record_error(error, "token")
            text = f"{error.title}. {error.detail}\n\nAny one of these three lines keeps it:\n{profiles.other_ways()}"
            await self.desk.ask(TextDialog("The token was not stored", Text(text)))
            return
        self._stored(source)
        self.desk.say(Outcome("The token is stored", source))
