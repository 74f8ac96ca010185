"""`aisearch doctor`: what the console would work with here, and what is in its way. Never a token, never a write."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Iterator, Mapping, MutableMapping
from importlib import metadata
from pathlib import Path
from typing import Any

from msgspec import Struct

from tui import __version__
from tui.commands.checks import ANYWHERE, Sight, asked, look, permitted, verify
from tui.config import Settings, load_settings, state_dir
from tui.credentials import (
    WINDOW_WORDS,
    Credential,
    KeyringUnusable,
    asks_in_a_window,
    find_token,
    forbid_core_dumps,
    keyring_get,
    keyring_name,
)
from tui.errors import AppError, CredentialError, Unauthorized, Unreachable, UsageError
from tui.explain.lookup import CLOCK_MATTERS, wrong_clock
from tui.text import one_line

OK, NOTE, BAD = "ok", "--", "!!"
"""Well; worth knowing; in the way."""
STATES = {OK: "ok", NOTE: "note", BAD: "bad"}
_WIDTH = 14
LIBRARIES = ("textual", "httpx", "keyring", "msgspec")


class Finding(Struct, frozen=True):
    """One line of the report, its further lines, and the exit code it calls for."""

    what: str
    mark: str
    said: str
    more: tuple[str, ...] = ()
    code: int = 0

    def text(self) -> str:
        """As it is printed: further lines stand below the first."""
        rest = "".join(f"\n{' ' * (_WIDTH + 4)}{line}" for line in self.more if line)
        return f"{self.what:<{_WIDTH}}{self.mark}  {self.said}{rest}"

    def json(self) -> str:
        """The same as one JSON object on one line; `state` is ok, note or bad."""
        more = [line for line in self.more if line]
        value = {"finding": self.what, "state": STATES[self.mark], "said": self.said, "more": more, "code": self.code}
        return json.dumps(value)


def doctor(flags: Mapping[str, Any], environ: MutableMapping[str, str] = os.environ) -> int:
    """Print a finding a line; 0 when nothing is in the way, else the exit code the console would end with."""
    forbid_core_dumps()
    settings, as_json = load_settings(flags, environ), bool(flags.get("json"))
    if not as_json:
        print(f"aisearch {__version__} on {versions()}\n")
    codes = []
    for finding in findings(settings, environ):
        print(finding.json() if as_json else finding.text(), flush=True)
        codes.append(finding.code)
    return next((code for code in (3, 4, 2, 1) if code in codes), 0)


def versions() -> str:
    """Python, system and libraries on one line."""
    libraries = (f"{name} {metadata.version(name)}" for name in LIBRARIES)
    return " · ".join((f"Python {platform.python_version()}", f"{platform.system()} {platform.release()}", *libraries))


def findings(settings: Settings, environ: MutableMapping[str, str]) -> Iterator[Finding]:
    """All findings, those that take their time last."""
    yield _configuration(settings)
    yield _state(state_dir(environ))
    yield from _terminal(settings, environ)
    if asks_in_a_window():
        print(f"aisearch: {WINDOW_WORDS}", file=sys.stderr, flush=True)
    yield _keyring(settings, environ)
    try:
        found = find_token(settings, environ)
    except KeyringUnusable:
        found = None
    except CredentialError as error:
        yield _refused("Token", error)
        return
    if found is None:
        yield Finding("Token", BAD, "none was found in any source", ("Run `aisearch login`, or see --help.",), 3)
        return
    weak = "insecure storage" in found.source
    yield Finding("Token", NOTE if weak else OK, found.source)
    yield from _api(settings, found)


def _configuration(settings: Settings) -> Finding:
    there = str(settings.file) if settings.file.exists() else f"{settings.file} is not there: defaults"
    known = f"profile {settings.profile}" + (f" of {', '.join(settings.profiles)}" if settings.profiles else "")
    origins = tuple(f"{name} from {where}" for name, where in settings.origins.items())
    return Finding("Configuration", OK, there, (known, *origins))


def _state(folder: Path) -> Finding:
    """Whether the audit can be written: without it a write that succeeded is reported as an error."""
    place = next(one for one in (folder, *folder.parents) if os.access(one, os.F_OK))
    if not os.access(place, os.W_OK | os.X_OK):
        return Finding("State", BAD, f"{folder}: {place} cannot be written", ("Fix its permissions.",), 1)
    for name in ("audit.jsonl", "audit.jsonl.lock"):
        file = folder / name
        if os.path.lexists(file) and (file.is_symlink() or not file.is_file() or not os.access(file, os.W_OK)):
            hint = "Left by another user (sudo)? Give it back to yours, or move it away: writes are not recorded."
            return Finding("State", BAD, f"{file} cannot be written", (hint,), 1)
    if place == folder and folder.stat().st_mode & 0o077:
        return Finding("State", NOTE, f"{folder} can be entered by others; the files in it cannot be read")
    return Finding("State", OK, str(folder) if place == folder else f"{folder} (will be created)")


def _terminal(settings: Settings, environ: Mapping[str, str]) -> Iterator[Finding]:
    from tui.ui.terminal import clipboard, terminal

    missing = [name for name, number in (("input", 0), ("error output", 2)) if not os.isatty(number)]
    try:
        facts = terminal.detect(environ, stdin=True, stderr=True, ascii_only=settings.ascii, theme=settings.theme)
    except UsageError as error:
        yield Finding("Terminal", BAD, f"{error.title}: {error.detail}", (error.hint,), 2 if not missing else 0)
        return
    colours = "none (NO_COLOR)" if facts.no_color else f"{facts.colours:,}"
    around = f", in {facts.multiplexer}" if facts.multiplexer else ""
    said = f"{facts.name}, colours: {colours}{around}{', over ssh' if facts.ssh else ''}"
    signs = "ASCII signs" if facts.ascii else "UTF-8"
    no_tty = f"standard {' and '.join(missing)} is not a terminal: the console would not start" if missing else ""
    yield Finding(
        "Terminal", NOTE if missing else OK, said, (f"{signs}, theme {facts.theme}, {facts.fps} frames/s", no_tty)
    )
    yield Finding("Clipboard", OK, clipboard.way(facts), (f"and always {state_dir(environ) / clipboard.FILE_NAME}",))


def _keyring(settings: Settings, environ: Mapping[str, str]) -> Finding:
    """Which back end, and whether it answers; a machine without one is no fault."""
    try:
        name = keyring_name(environ)
        stored = keyring_get(settings.profile, environ)
    except KeyringUnusable as error:
        return Finding("Keyring", NOTE, error.title, (*error.detail.split("; "), error.hint))
    has = "has a token" if stored else "has no token"
    return Finding("Keyring", OK, f"{name} works and {has} for profile {settings.profile}")


def _api(settings: Settings, found: Credential) -> Iterator[Finding]:
    try:
        sight = asked(found.token, settings.base_url, ANYWHERE, look)
    except AppError as error:
        yield _refused("API", error)
        return
    yield Finding("API", OK, f"{settings.base_url} answered in {sight.millis:.0f} ms")
    if abs(sight.offset) > CLOCK_MATTERS:
        wrong = wrong_clock(sight.offset)
        yield Finding("Clock", NOTE, wrong.detail, (wrong.hint,))
    account = settings.account or (sight.accounts[0].id if len(sight.accounts) == 1 else "")
    yield from _accounts(sight, account)
    if not account:
        return
    try:
        status = asked(found.token, settings.base_url, account, verify)
    except AppError as error:
        yield _refused("Token kind", error)
        return
    until = f", valid until {status.expires_on}" if status.expires_on else ""
    yield Finding("Token kind", OK, f"{sight.kind}, {status.status or 'active'}{until}")
    try:
        asked(found.token, settings.base_url, account, permitted)
    except AppError as error:
        yield _refused("Permissions", error)
        return
    yield Finding("Permissions", OK, "AI Search in this account", ("AI Search:Run shows at the first search only.",))


def _accounts(sight: Sight, account: str) -> Iterator[Finding]:
    lines = tuple(f"{'*' if one.id == account else ' '} {one.id}  {one_line(one.name)}" for one in sight.accounts)
    if not account:
        hint = "Choose one: --account ID, CLOUDFLARE_ACCOUNT_ID, `account` of the profile, or `aisearch login`."
        yield Finding("Accounts", BAD, f"the token can see {len(lines)}, and none is chosen", (*lines, hint), 2)
    elif lines and not any(one.id == account for one in sight.accounts):
        yield Finding("Accounts", NOTE, f"{account} is not among those that the token can list", lines)
    else:
        yield Finding("Accounts", OK, f"{len(lines)} to see" if lines else f"{account}; the token lists none", lines)


def _refused(what: str, error: AppError) -> Finding:
    code = 3 if isinstance(error, CredentialError | Unauthorized) else 4 if isinstance(error, Unreachable) else 1
    return Finding(what, BAD, error.title, (error.detail, error.hint, error.reference), code)
