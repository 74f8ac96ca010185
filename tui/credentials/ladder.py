"""The ladder: the first source that has a token wins, and one that is broken stops the search with a reason."""

from __future__ import annotations

import resource
from collections.abc import Mapping, MutableMapping
from pathlib import Path

from tui.config import Settings
from tui.credentials.keychain import keyring_get
from tui.credentials.sources import (
    COMMAND_SECONDS,
    Credential,
    from_command,
    from_file,
    from_plain_file,
    from_stdin,
    from_systemd,
    typed_token,
)

VARIABLE = "CLOUDFLARE_API_TOKEN"
STDIN = Path("-")
"""The name of a token file that stands for standard input."""


def find_token(
    settings: Settings,
    environ: MutableMapping[str, str],
    *,
    command_seconds: float = COMMAND_SECONDS,
    keyring: bool = True,
) -> Credential | None:
    """The token of this profile: flags, environment, systemd, token_command, plain file, keyring. None: nowhere.

    Call it before the screen starts: a command may ask on the terminal. CLOUDFLARE_API_TOKEN is taken out of
    `environ` (pass os.environ), so that no child ever sees it. Raises CredentialError for a source that is there and
    cannot be used, and KeyringUnusable, of which the operator may choose to go on without a keyring; it never goes
    on to a weaker source by itself. With `keyring=False` the last step, the slow one, is left to the caller.
    """
    found = shared_token(settings, environ, command_seconds=command_seconds)
    return found or profile_token(settings, environ, command_seconds=command_seconds, keyring=keyring)


def shared_token(
    settings: Settings, environ: MutableMapping[str, str], *, command_seconds: float = COMMAND_SECONDS
) -> Credential | None:
    """The part of the ladder that was given to the process, whatever its profile: flags, environment, systemd."""
    variable = environ.pop(VARIABLE, "")
    if settings.command_flag:
        name = Path(settings.command_flag[0]).name
        return from_command(settings.command_flag, f"--token-command ({name})", environ, command_seconds)
    if settings.token_file == STDIN:
        return from_stdin()
    if settings.token_file:
        return from_file(settings.token_file, f"--token-file {settings.token_file}")
    if variable:
        return typed_token(variable, f"environment {VARIABLE}")
    return from_systemd(environ)


def profile_token(
    settings: Settings, environ: Mapping[str, str], *, command_seconds: float = COMMAND_SECONDS, keyring: bool = True
) -> Credential | None:
    """The part of the ladder that belongs to the profile: its token_command, its plain file, its keyring entry."""
    if settings.token_command:
        source = f"token_command of profile {settings.profile} ({Path(settings.token_command[0]).name})"
        return from_command(settings.token_command, source, environ, command_seconds)
    found = from_plain_file(environ, settings.profile)
    return found or (keyring_get(settings.profile, environ) if keyring else None)


def forbid_core_dumps() -> None:
    """No core file of this process or its children: it would hold the token."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
