"""The OS keyring from the program's side: a process for each call, killed when it does not answer in time."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tui.credentials.sources import Credential, typed_token
from tui.errors import CredentialError
from tui.secret import Secret
from tui.system.subprocesses import run
from tui.text import one_line, safe

DEADLINE = 3.0
"""Seconds for one call. A working keyring takes 0.2; a broken one may take two minutes or for ever."""
WINDOW_DEADLINE = 60.0
"""Seconds on macOS, whose keychain asks the operator in a window and waits for the answer."""
WINDOW_TITLE = "The keychain is asked for the token"
WINDOW_WORDS = "macOS asks in a window whether Python may use the keychain: choose Always Allow there."
_WORKER = Path(__file__).with_name("keychain_worker.py")
_OTHERWISE = (
    "Otherwise use --token-command, --token-file or CLOUDFLARE_API_TOKEN, or type the token for this session only."
)


class KeyringUnusable(CredentialError):
    """The keyring cannot be asked. The operator may go on without it, knowingly."""


class KeyringLocked(KeyringUnusable):
    """It is there, and locked."""


class KeyringTimedOut(KeyringUnusable):
    """It is there, and does not answer."""


class KeyringAbsent(KeyringUnusable):
    """There is none on this machine or in this session, or it is switched off."""


class KeyringFailed(KeyringUnusable):
    """It answered with an error of its own."""


_KINDS: dict[str, tuple[type[KeyringUnusable], str, str]] = {
    "locked": (
        KeyringLocked,
        "The keyring is locked",
        "Unlock it (log in to the desktop, or `gnome-keyring-daemon --unlock`) and try again.",
    ),
    "timed out": (
        KeyringTimedOut,
        "The keyring does not answer",
        "Restart its service (`systemctl --user restart gnome-keyring-daemon`, or log in again).",
    ),
    "absent": (
        KeyringAbsent,
        "There is no usable keyring",
        "On a server without a desktop this is normal.",
    ),
    "failed": (
        KeyringFailed,
        "The keyring failed",
        "`aisearch doctor` shows which keyring is used.",
    ),
}


def keyring_get(
    profile: str, environ: Mapping[str, str] = os.environ, *, seconds: float | None = None
) -> Credential | None:
    """The token stored for the profile; None when the keyring works and has none. Raises KeyringUnusable."""
    reply = _ask({"do": "get", "profile": profile}, environ, seconds)
    token = reply.get("token")
    return None if token is None else typed_token(token, f"keyring ({reply['backend']}), profile {profile}")


def keyring_put(
    profile: str, token: Secret, environ: Mapping[str, str] = os.environ, *, seconds: float | None = None
) -> str:
    """Store the token, read it back and compare; the keyring's name. Raises KeyringUnusable."""
    return str(_ask({"do": "put", "profile": profile, "token": token.reveal()}, environ, seconds)["backend"])


def keyring_delete(profile: str, environ: Mapping[str, str] = os.environ, *, seconds: float | None = None) -> bool:
    """Remove the token of the profile; False when there was none. Raises KeyringUnusable."""
    return bool(_ask({"do": "delete", "profile": profile}, environ, seconds)["deleted"])


def keyring_name(environ: Mapping[str, str] = os.environ, *, seconds: float | None = None) -> str:
    """Which keyring would be used, whether or not it is locked. Raises KeyringUnusable, whose detail says why not."""
    return str(_ask({"do": "name"}, environ, seconds)["backend"])


def deadline() -> float:
    """Seconds that the keyring of this system has for one call."""
    return WINDOW_DEADLINE if asks_in_a_window() else DEADLINE


def asks_in_a_window() -> bool:
    """Whether this system's keyring may open a window and wait for the operator."""
    return sys.platform == "darwin"


def _ask(request: dict[str, str], environ: Mapping[str, str], seconds: float | None) -> dict[str, Any]:
    """One call of the worker. `-P`: a keyring.py in the current directory must not be what gets the token."""
    seconds = deadline() if seconds is None else seconds
    give = json.dumps({**request, "path": [one for one in sys.path if Path(one).is_absolute()]}).encode()
    try:
        done = run([sys.executable, "-P", str(_WORKER)], environ=environ, seconds=seconds, give=give)
        reply: dict[str, Any] = json.loads(done.out)
    except TimeoutError:
        raise _unusable("timed out", f"no reply within {seconds:g} s") from None
    except (OSError, ValueError):
        raise _unusable("failed", "its process ended without a reply") from None
    if "error" in reply:
        raise _unusable(reply["error"], reply["detail"])
    return reply


def _unusable(kind: str, why: str) -> KeyringUnusable:
    error, title, remedy = _KINDS[kind]
    if kind == "timed out" and asks_in_a_window():
        remedy = f"{WINDOW_WORDS} Then try again."
    return error(title, one_line(safe(why))[:400], f"{remedy} {_OTHERWISE}")
