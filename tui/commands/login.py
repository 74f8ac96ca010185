"""`aisearch login` and `aisearch logout`: a token is checked, stored where only its owner gets at it, and removed."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

from msgspec import Struct

from tui.commands.checks import ANYWHERE, Sight, asked, look, permitted, verify
from tui.commands.save_account import remember_account
from tui.config import Settings, load_settings
from tui.credentials import (
    VARIABLE,
    WINDOW_WORDS,
    Credential,
    KeyringAbsent,
    KeyringUnusable,
    asks_in_a_window,
    find_token,
    forbid_core_dumps,
    keyring_delete,
    keyring_get,
    keyring_put,
    plain_delete,
    plain_put,
    prompt_token,
    ways_text,
)
from tui.errors import UsageError
from tui.models import Account
from tui.text import one_line

ATTEMPTS = 3
"""How often a wrong number may be typed."""


class Talk(Struct, frozen=True):
    """How a command speaks with the operator: lines out, an answer in, and a token in without echo."""

    say: Callable[[str], object] = print
    ask: Callable[[str], str] = input
    secret: Callable[[], Credential] = prompt_token


def login(flags: Mapping[str, Any], environ: MutableMapping[str, str] = os.environ, talk: Talk | None = None) -> int:
    """Verify a token and store it for the profile; 0. Raises AppError; then nothing was stored."""
    talk = talk or Talk()
    forbid_core_dumps()
    shadowed = bool(environ.get(VARIABLE))
    settings = load_settings(flags, environ)
    insecure = bool(flags.get("insecure_storage"))
    if not insecure:
        if asks_in_a_window():
            talk.say(WINDOW_WORDS)
        _try_keyring(settings, environ, talk)
    credential = _token(settings, environ, talk)
    sight = asked(credential.token, settings.base_url, ANYWHERE, look)
    account = choose_account(sight, settings.account, talk)
    talk.say(f"Account: {_named(account)}")
    status = asked(credential.token, settings.base_url, account.id, verify)
    asked(credential.token, settings.base_url, account.id, permitted)
    until = f", valid until {status.expires_on}" if status.expires_on else ""
    talk.say(f"The {sight.kind} is active{until}, and may use AI Search in this account.")
    _store(settings, credential, environ, insecure=insecure, talk=talk)
    _keep_account(settings, account, sight, talk)
    if shadowed or settings.token_command:
        first = VARIABLE if shadowed else f"token_command of profile {settings.profile}"
        talk.say(f"Note: {first} is set and takes precedence.")
    return 0


def _try_keyring(settings: Settings, environ: Mapping[str, str], talk: Talk) -> None:
    """A keyring that cannot be used is said before anything is typed, with other ways. Raises KeyringUnusable."""
    try:
        keyring_get(settings.profile, environ)
    except KeyringUnusable as error:
        talk.say("Without a keyring, one of these three lines keeps a token:")
        talk.say(ways_text(settings.profile, settings.file))
        error.hint += " `aisearch login --insecure-storage` keeps it in a plain file that only you can read."
        raise


def logout(flags: Mapping[str, Any], environ: MutableMapping[str, str] = os.environ, talk: Talk | None = None) -> int:
    """Remove the stored token of the profile; 0. Raises KeyringUnusable where a keyring may still have it."""
    talk = talk or Talk()
    settings = load_settings(flags, environ)
    removed = plain_delete(environ, settings.profile)
    if removed:
        talk.say(f"The token of profile {settings.profile} was removed from the plain file.")
    try:
        if keyring_delete(settings.profile, environ):
            talk.say(f"The token of profile {settings.profile} was removed from the keyring.")
            removed = True
    except KeyringAbsent as error:
        talk.say(f"{error.title}: {error.detail}")
    if removed:
        talk.say("The token itself is still valid: revoke it in the dashboard when nothing else uses it.")
    else:
        talk.say(f"No token is stored for profile {settings.profile}.")
    return 0


def choose_account(sight: Sight, wanted: str | None, talk: Talk) -> Account:
    """The account to use: the one that was named, the only one, or the one the operator picks. Raises UsageError."""
    if wanted:
        return next((one for one in sight.accounts if one.id == wanted), Account(id=wanted))
    if len(sight.accounts) == 1:
        return sight.accounts[0]
    if not sight.accounts:
        if sight.refusal and sight.status is None:
            raise sight.refusal  # neither a user's token nor one that may list its account: it is none
        raise UsageError(
            "Which account?", "This token cannot list any account.", "Name it with --account ID (32 hex digits)."
        )
    talk.say("This token can see several accounts:")
    for number, one in enumerate(sight.accounts, 1):
        talk.say(f"  {number:>2}  {_named(one)}")
    for _ in range(ATTEMPTS):
        answer = _answer(talk, f"Which one, 1 to {len(sight.accounts)}? ")
        if answer.isdecimal() and 1 <= int(answer) <= len(sight.accounts):
            return sight.accounts[int(answer) - 1]
    raise UsageError("Which account?", "None was chosen.", "Name it with --account ID.")


def _answer(talk: Talk, question: str) -> str:
    try:
        return talk.ask(question).strip()
    except (EOFError, KeyboardInterrupt):
        raise UsageError("Which account?", "None was chosen.", "Name it with --account ID.") from None


def _named(account: Account) -> str:
    return f"{one_line(account.name)}  {account.id}".strip()


def _token(settings: Settings, environ: MutableMapping[str, str], talk: Talk) -> Credential:
    """The token of a flag, or what is typed. Not what is stored already, nor what the environment happens to have."""
    if settings.command_flag or settings.token_file:
        found = find_token(settings, environ, keyring=False)
        if found:
            return found
    environ.pop(VARIABLE, None)
    talk.say(f"Profile {settings.profile}. The token needs the permissions AI Search:Edit and AI Search:Run.")
    return talk.secret()


def _store(settings: Settings, found: Credential, environ: Mapping[str, str], *, insecure: bool, talk: Talk) -> None:
    if insecure:
        path = plain_put(environ, settings.profile, found.token)
        talk.say(f"Stored UNENCRYPTED in {path} (mode 0600): insecure storage, as asked for.")
        return
    name = keyring_put(settings.profile, found.token, environ)
    talk.say(f"Stored in the keyring ({name}) for profile {settings.profile}, and read back.")
    if plain_delete(environ, settings.profile):
        talk.say("The plain file of an earlier login was removed.")


def _keep_account(settings: Settings, account: Account, sight: Sight, talk: Talk) -> None:
    """Put a choice into the configuration, so that the console does not ask again; or say how."""
    from_flag = settings.origins.get("account", "").startswith("flag")
    if (settings.account and not from_flag) or len(sight.accounts) == 1:
        return
    try:
        kept = remember_account(settings.file, settings.profile, account.id)
    except OSError as error:
        talk.say(f"{settings.file} cannot be written: {error.strerror}.")
        kept = False
    if kept:
        talk.say(f"The account was written to {settings.file}.")
    else:
        table = f"[profiles.{settings.profile}] of {settings.file}"
        talk.say(f'To keep the account, set account = "{account.id}" in {table}.')
