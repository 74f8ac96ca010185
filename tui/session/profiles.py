"""Which profile is in use, and the token of each: what is found once is kept for as long as the program runs."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from tui import actions
from tui.config import OF_THE_ACCOUNT, CustomCommand, Settings, load_settings
from tui.credentials import (
    VARIABLE,
    Credential,
    KeyringAbsent,
    asks_in_a_window,
    in_background,
    keyring_get,
    keyring_put,
    profile_token,
    shared_token,
    ways_text,
)
from tui.secret import Secret
from tui.session.session import Profile
from tui.state.store import TYPED, Identity

_START_ONLY = ("account", "namespace", "base_url", "token_command", "token_file")
"""Flags that speak of the profile that the program was started with, not of one that is chosen later."""


class ConfiguredProfiles:
    """The profiles of `config.toml` under the flags and the environment. Fulfils `tui.session.session.Profiles`."""

    def __init__(self, flags: Mapping[str, Any], environ: Mapping[str, str]) -> None:
        """Raises UsageError for a wrong configuration, keymap included."""
        self._flags = dict(flags)
        self._environ = environ
        self._start = self.settings = self._checked(load_settings(flags, environ))
        self.demo = bool(flags.get("demo"))
        self._shared: Credential | None = None
        self._found: dict[str, Credential] = {}

    # tokens

    def find_early(self) -> None:
        """Look for the token before the screen starts: a command may ask on the terminal. Raises CredentialError.

        The keyring and the prompt come later, so that nothing slow stands before the first paint.
        """
        if self.demo:
            os.environ.pop(VARIABLE, None)  # no child sees it in the demo either
            return
        self._shared = shared_token(self._start, os.environ)
        self._keep(self._shared or profile_token(self._start, self._environ, keyring=False))

    async def credential(self, window: Callable[[], None] = lambda: None) -> Credential | None:
        """The token of the profile in use. The keyring is asked now, off the screen's thread. Raises CredentialError.

        `window` is called before a keyring is asked that may wait for the operator in a window of its own. A profile
        without a token of its own uses the one that was given to the whole program.
        """
        name = self.settings.profile
        if name not in self._found:
            if asks_in_a_window():
                window()
            try:
                found = await in_background(lambda: keyring_get(name, self._environ))
            except KeyringAbsent:
                if self._shared is None:
                    raise
                found = None
            self._keep(found or self._shared)
        return self._found.get(name)

    def typed(self, token: Secret) -> None:
        """The operator typed another token for the profile in use."""
        self._keep(Credential(token, f"{TYPED}, kept in memory only"))

    async def store_token(self) -> str:
        """Store the token that was typed in; where it comes from now, in words. Raises KeyringUnusable."""
        name, found = self.settings.profile, self._found[self.settings.profile]
        keyring = await in_background(lambda: keyring_put(name, found.token, self._environ))
        self._found[name] = replace(found, source=f"keyring ({keyring}), profile {name}")
        return self._found[name].source

    def other_ways(self) -> str:
        """How a token can be kept without a keyring: a text with lines to copy."""
        return ways_text(self.settings.profile, self.settings.file)

    def _keep(self, found: Credential | None) -> None:
        if found:
            self._found[self.settings.profile] = found

    def choose_account(self, account_id: str) -> None:
        """The operator chose one of the accounts that the token can see."""
        self.settings = replace(self.settings, account=account_id)

    # profiles

    @property
    def identity(self) -> Identity:
        """Who we are, as far as the configuration tells."""
        return _profile(self.settings, demo=self.demo).identity

    def offered(self) -> tuple[Profile, ...]:
        """All profiles as the file has them now. Raises UsageError when it is wrong."""
        names = load_settings(self._lasting_flags(), self._environ).profiles
        return tuple(self._offer(self._settings_of(name)) for name in names)

    def choose(self, name: str) -> Profile:
        """Take this profile from now on; its command or file is asked for the token, if it has one. Raises AppError."""
        settings = self._checked(self._settings_of(name))
        found = None if name in self._found else profile_token(settings, self._environ, keyring=False)
        self.settings, self.demo = settings, False
        self._keep(found)
        return self._offer(settings)

    def _offer(self, settings: Settings) -> Profile:
        offered = _profile(settings, demo=False)
        return replace(offered, asks=offered.asks and settings.profile not in self._found)

    def _settings_of(self, name: str) -> Settings:
        """The profile's own account and address go before those of the environment, which were for the start."""
        if name == self._start.profile:
            return self._start
        flags = {**self._lasting_flags(), "profile": name}
        general = load_settings(flags, self._environ)
        variables = {variable for names in OF_THE_ACCOUNT.values() for variable in names}
        own = load_settings(flags, {key: value for key, value in self._environ.items() if key not in variables})
        base_url = own.base_url if "base_url" in own.origins else general.base_url
        return replace(own, account=own.account or general.account, base_url=base_url)

    def _lasting_flags(self) -> dict[str, Any]:
        return {name: value for name, value in self._flags.items() if name not in (*_START_ONLY, "profile")}

    def _checked(self, settings: Settings) -> Settings:
        actions.check_keymap(settings.keymap, settings.keymap_place)
        custom = [(_action(one), one.where) for one in settings.commands]
        actions.check_custom(custom, settings.keymap)
        return settings


def _action(one: CustomCommand) -> actions.Action:
    return actions.custom_action(one.name, one.keys, actions.Place(one.place), one.title, one.run[0], one.needs)


def _profile(settings: Settings, *, demo: bool) -> Profile:
    identity = Identity(
        profile="demo" if demo else settings.profile,
        account_id="" if demo else settings.account or "",
        base_url=settings.base_url,
        read_only=settings.read_only,
        demo=demo,
        colour="" if demo else settings.colour or "",
    )
    return Profile(identity, settings.keymap, asks=bool(settings.token_command))
