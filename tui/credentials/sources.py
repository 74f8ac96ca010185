"""The sources of a token that are not a keyring: a command, a file, a prompt; and what a token may look like."""

from __future__ import annotations

import errno
import getpass
import os
import stat
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TextIO

from msgspec import Struct

from tui.config import config_dir
from tui.errors import CredentialError
from tui.secret import Secret
from tui.system.private_files import make_folder, replace_file
from tui.system.subprocesses import run
from tui.text import one_line, safe

COMMAND_SECONDS = 60.0
"""How long a token command may take: long enough to type a passphrase."""
TOKEN_LIMIT = 4096
_SYSTEMD_NAME = "aisearch-token"


class Credential(Struct, frozen=True):
    """A token and where it came from, in words that complete "the token is from ..."."""

    token: Secret
    source: str


def typed_token(text: str, source: str = "the prompt, for this session only") -> Credential:
    """The credential of a text that somebody or something gave; surrounding white space does not count.

    Raises CredentialError when it cannot be a token. The message never quotes it.
    """
    token = text.strip()
    if wrong := _shape(token):
        raise CredentialError("Not a usable token", f"What came from {source} {wrong}.", "It is the bare token only.")
    return Credential(Secret(token), source)


def _shape(token: str) -> str:
    """What is wrong with it, as the end of a sentence; empty when nothing is."""
    if not token:
        return "is empty"
    if len(token) > TOKEN_LIMIT:
        return f"is longer than {TOKEN_LIMIT:,} characters"
    if "\n" in token or "\r" in token:
        return "has more than one line"
    if token.lower().startswith("bearer "):
        return "starts with the word Bearer"
    if not token.isascii() or not token.isprintable() or " " in token:
        return "has blanks, control characters or letters outside ASCII"
    if token[0] in "\"'" or token[-1] in "\"'":
        return "has quotes around it"
    return ""


def from_command(argv: Sequence[str], source: str, environ: Mapping[str, str], seconds: float) -> Credential:
    """Run a token command without a shell and take its stdout. On failure its stderr is shown, its stdout never."""
    try:
        done = run(argv, environ=environ, seconds=seconds, terminal=True)
    except TimeoutError:
        hint = f"Run it by hand to see what it waits for: {argv[0]}"
        raise CredentialError("Token command timed out", f"{source} took over {seconds:g} s.", hint) from None
    except OSError as error:
        detail = f"{source} could not run: {error.strerror}."
        raise CredentialError("Token command failed", detail, "Check the program's name and PATH.") from None
    if done.code:
        how = f"exit code {done.code}" if done.code > 0 else f"signal {-done.code}"
        said = one_line(safe(done.err.decode("utf-8", "replace").strip()))[-400:]
        raise CredentialError("Token command failed", f"{source} ended with {how}.", said or "It wrote nothing.")
    lines = done.out.decode("utf-8", "replace").strip().splitlines()
    return typed_token(lines[0] if lines else "", source)  # an entry of pass has more lines below the token


def from_file(path: Path, source: str, *, forbidden: int = 0o077) -> Credential:
    """The token in a file that nobody else can read or swap.

    Raises CredentialError unless it is a regular file (not a symlink), owned by this user or root, and free of the
    mode bits of `forbidden`.
    """
    text = _read_guarded(path, source, forbidden)
    return typed_token(text, source)


def from_stdin(stdin: TextIO | None = None) -> Credential:
    """The first line of standard input, for scripts. Raises CredentialError when it is a terminal, or says nothing."""
    given = stdin or sys.stdin
    if given is None or given.isatty():
        hint = "For example: pass show cloudflare/ai-search | aisearch login --token-file -"
        raise CredentialError("No token on standard input", "--token-file - reads it from a pipe or a file.", hint)
    lines = given.read(TOKEN_LIMIT + 64).strip().splitlines()
    return typed_token(lines[0] if lines else "", "standard input")


def _read_guarded(path: Path, source: str, forbidden: int) -> str:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        why = "it is a symbolic link" if error.errno == errno.ELOOP else str(error.strerror)
        raise CredentialError("Token file refused", f"{source}: {why}.", "Give the path of the file itself.") from None
    try:
        _check_owner_and_mode(os.fstat(handle), path, source, forbidden)
        return os.read(handle, TOKEN_LIMIT + 64).decode("utf-8", "replace")
    finally:
        os.close(handle)


def _check_owner_and_mode(found: os.stat_result, path: Path, source: str, forbidden: int) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise CredentialError("Token file refused", f"{source}: it is not a regular file.")
    if found.st_uid not in (os.geteuid(), 0):
        raise CredentialError(
            "Token file refused", f"{source}: it belongs to another user.", "Make a copy of your own."
        )
    if found.st_mode & forbidden:
        detail = f"{source}: its mode {stat.S_IMODE(found.st_mode):04o} lets others in."
        raise CredentialError("Token file refused", detail, f"chmod 600 {path}")


def _is_there(path: Path) -> bool:
    """Whether there is something at `path`, a dangling link too. What cannot be looked at counts: opening it tells."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def from_systemd(environ: Mapping[str, str]) -> Credential | None:
    """The service manager's credential, if there is one.

    Group-readable is allowed here: systemd grants access by an ACL, whose mask shows in the group bits, and nobody
    else can enter the directory.
    """
    directory = environ.get("CREDENTIALS_DIRECTORY")
    if not directory or not _is_there(path := Path(directory) / _SYSTEMD_NAME):
        return None
    return from_file(path, f"systemd credential {_SYSTEMD_NAME}", forbidden=0o037)


def prompt_token(ask: Callable[[str], str] = getpass.getpass) -> Credential:
    """Ask on the terminal without echo. Raises CredentialError when there is no terminal or nothing is typed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", getpass.GetPassWarning)  # it would echo what is typed
            return typed_token(ask("Cloudflare API token (not shown): "))
    except (EOFError, KeyboardInterrupt):
        raise CredentialError("No token given", "The prompt was cancelled.") from None
    except (OSError, getpass.GetPassWarning):
        detail = "There is no terminal on which to ask without showing the token."
        raise CredentialError("No token given", detail, "Use --token-file or --token-command.") from None


# The plain file: written only when the operator asked for insecure storage.


def plain_path(environ: Mapping[str, str], profile: str) -> Path:
    """Where `--insecure-storage` keeps the token of a profile."""
    return config_dir(environ) / "tokens" / profile


def from_plain_file(environ: Mapping[str, str], profile: str) -> Credential | None:
    """The token that was stored by `plain_put`, if any."""
    path = plain_path(environ, profile)
    return from_file(path, f"plain file {path} (insecure storage)") if _is_there(path) else None


def plain_put(environ: Mapping[str, str], profile: str, token: Secret) -> Path:
    """Store the token unencrypted, mode 0600, in place of an older one; the path."""
    path = plain_path(environ, profile)
    try:
        make_folder(path.parent)
        replace_file(path, token.reveal() + "\n")
    except OSError as error:
        raise CredentialError("Token could not be stored", f"{path}: {error.strerror}.") from None
    return path


def plain_delete(environ: Mapping[str, str], profile: str) -> bool:
    """Remove the plain file; False when there was none. Raises CredentialError where it cannot be removed."""
    path = plain_path(environ, profile)
    try:
        path.unlink()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        detail = f"{path}: {error.strerror}."
        raise CredentialError("The plain file could not be removed", detail, "Remove it yourself.") from None
    return True
