"""The report of a bug: what a developer needs, without a token and without the values of variables."""

from __future__ import annotations

import os
import platform
import re
import sys
import traceback
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from tui import __version__
from tui.contract import Exchange
from tui.secret import MASK, masked
from tui.system.private_files import make_folder, write_new
from tui.text import safe

REQUESTS = 50
KEPT = 10
"""Reports that stay; older ones are removed."""
LIBRARIES = ("textual", "rich", "httpx", "httpcore", "msgspec", "keyring", "starlette", "uvicorn")
TERMINAL = ("TERM", "COLORTERM", "LANG", "LC_ALL", "LC_CTYPE", "TERM_PROGRAM", "NO_COLOR")
_BEARER = re.compile(r"(?i)\b(bearer|authorization:?)(\s+)(?!\*)\S+")


def leave(error: BaseException, exchanges: Iterable[Exchange], folder: Path) -> int:
    """Write the report, say where on stderr, and return the exit code 1. The terminal is as it was before."""
    kind = type(_cause(error)).__name__
    try:
        where = f"A report without the token is in {write_report(error, exchanges, folder)}"
    except OSError as failure:
        where = f"No report could be written to {folder}: {failure.strerror}\n{report(error, exchanges)}"
    print(f"aisearch: unexpected error ({kind}). This is a bug.\n{where}", file=sys.stderr)
    return 1


def write_report(error: BaseException, exchanges: Iterable[Exchange], folder: Path) -> Path:
    """Write the report to a new file of mode 0600 in `folder`; its path. Raises OSError."""
    name = f"crash-{datetime.now(UTC):%Y%m%d-%H%M%S}-{os.getpid()}"
    text = report(error, exchanges)
    path = _write(make_folder(folder), name, text)
    for old in sorted(folder.glob("crash-*.txt"))[:-KEPT]:
        with suppress(OSError):
            old.unlink()
    return path


def _write(folder: Path, name: str, text: str) -> Path:
    """A new file of this name; with a number where there is one of the same second."""
    for number in range(1, KEPT):
        with suppress(FileExistsError):
            return write_new(folder / f"{name}{f'-{number}' if number > 1 else ''}.txt", text)
    return write_new(folder / f"{name}-{KEPT}.txt", text)


def report(error: BaseException, exchanges: Iterable[Exchange]) -> str:
    """The report's text: versions, terminal, traceback, the last requests without their bodies."""
    return scrubbed("\n".join((*_header(), "", *_trace(_cause(error)), "", *_requests(exchanges), "")))


def scrubbed(text: str) -> str:
    """The text without any secret of this process, and with nothing that a terminal would obey."""
    return "\n".join(safe(line) for line in _BEARER.sub(rf"\1\2{MASK}", masked(text)).splitlines())


def _cause(error: BaseException) -> BaseException:
    """The bug itself: a failed worker wraps it."""
    inner = getattr(error, "error", None)
    return inner if isinstance(inner, BaseException) else error


def _header() -> Iterator[str]:
    yield f"aisearch {__version__}, {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"
    yield f"Python {platform.python_version()} on {platform.platform()}"
    yield ", ".join(f"{name} {_version(name)}" for name in LIBRARIES)
    yield ", ".join(f"{name}={os.environ[name]}" for name in TERMINAL if name in os.environ)
    yield f"ssh: {'SSH_CONNECTION' in os.environ}, tmux: {'TMUX' in os.environ}, screen: {'STY' in os.environ}"


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "-"


def _trace(error: BaseException) -> Iterator[str]:
    """The traceback with its source lines only: locals hold what the operator typed and what the server sent."""
    for part in traceback.TracebackException.from_exception(error, capture_locals=False).format():
        yield part.rstrip("\n")


def _requests(exchanges: Iterable[Exchange]) -> Iterator[str]:
    last = tuple(exchanges)[-REQUESTS:]
    yield f"The last {len(last)} requests:"
    for one in last:
        at = datetime.fromtimestamp(one.started, UTC)
        query = f"?{one.query}" if one.query else ""
        told = f"{one.status or '-'} {one.millis:.0f} ms, retries {one.retries}, ray {one.ray or '-'} {one.failure}"
        yield f"{at:%H:%M:%S} {one.method} {one.path}{query} {told}".rstrip()
