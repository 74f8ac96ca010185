"""A live connection to one account: what the screen needs of it, and how it ends."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from msgspec import Struct

from tui.polling import Poller
from tui.secret import Secret
from tui.service import Service
from tui.store import Identity


class Session(Struct, frozen=True):
    """Service and poller of one account. `aclose` stops polling and closes the connections."""

    service: Service
    poller: Poller
    aclose: Callable[[], Awaitable[None]]


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

    def choose(self, name: str) -> Profile:
        """Take this profile for every session that is opened from now on, with its token where it has one.

        Raises AppError; the profile before stays then. May run a token command: lend it the terminal.
        """
        ...
