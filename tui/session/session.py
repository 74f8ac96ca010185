"""A live connection to one account: what the screen needs of it, and how it ends."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Protocol

from msgspec import Struct

from tui.polling import Poller
from tui.secret import Secret
from tui.service import Service
from tui.state.store import Identity
from tui.waiting import Wait, at_most, wait_for

CLOSING = 3.0
"""Seconds that closing a session may take."""


class Session(Struct, frozen=True):
    """Service and poller of one account. `close` stops polling and closes the connections, however long that takes."""

    service: Service
    poller: Poller
    close: Callable[[], Coroutine[None, None, None]]
    wait: Wait = wait_for

    async def aclose(self) -> None:
        """Stop polling and close the connections; what hangs is given up, so that nobody has to wait for it to quit."""
        await at_most(CLOSING, self.close(), self.wait)


OpenSession = Callable[[Secret | None, bool], Awaitable[Session]]
"""Opens a session: with a token that was typed in, else the one that the order of sources finds; with True, the demo.

Raises CredentialError when there is none, or AppError.
"""


class Profile(Struct, frozen=True):
    """A profile as it is offered: who one would be. `asks` says that its token command may use the terminal."""

    identity: Identity
    keymap: Mapping[str, str]
    asks: bool = False


class Profiles(Protocol):
    """The profiles of the configuration."""

    def offered(self) -> tuple[Profile, ...]:
        """All profiles as the file has them now. Raises UsageError when it is wrong."""
        ...

    def choose_account(self, account_id: str) -> None:
        """Take this account for every session of the profile in use that is opened from now on."""
        ...

    async def store_token(self) -> str:
        """Store the token that was typed in; where it comes from now, in words. Raises CredentialError."""
        ...

    def other_ways(self) -> str:
        """How a token can be kept without a keyring: a text with lines to copy."""
        ...

    def choose(self, name: str) -> Profile:
        """Take this profile for every session that is opened from now on, with its token where it has one.

        Raises AppError; the profile before stays then. May run a token command: lend it the terminal.
        """
        ...
