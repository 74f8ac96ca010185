"""The record of writes: JSON Lines, one object a write, readable by its owner only."""

from __future__ import annotations

import getpass
import json
import os
import socket
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from tui.errors import AppError
from tui.store import Identity

MAX_BYTES = 5_000_000
"""Size at which the file is moved aside to `audit.jsonl.1`."""


class Entry(Struct, frozen=True):
    """One write: what was asked of which target, and how it came out."""

    action: str
    target: str
    outcome: str
    ray: str | None = None


class Audit:
    """Appends entries to a file of mode 0600. A file that cannot be written is an error, never ignored."""

    def __init__(self, path: Path, clock: Callable[[], float]) -> None:
        self.path = path
        self._clock = clock

    def record(self, identity: Identity, entry: Entry) -> None:
        """Append one line. Raises AppError when the file cannot be written."""
        line = {
            "time": datetime.fromtimestamp(self._clock(), UTC).isoformat(timespec="milliseconds"),
            "who": f"{_user()}@{socket.gethostname()}",
            "profile": identity.profile,
            "account": identity.account_id,
            "action": entry.action,
            "target": entry.target,
            "outcome": entry.outcome,
            "ray": entry.ray,
        }
        try:
            self._append(json.dumps(line, ensure_ascii=False))
        except OSError as error:
            missing = f"{entry.action} {entry.target}: {entry.outcome}"
            raise AppError(
                "The audit file cannot be written",
                f"{self.path}: {error.strerror or error}. Not recorded: {missing}.",
                "Make room, or fix the permissions of the state directory.",
            ) from error

    def _append(self, line: str) -> None:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.path.exists() and self.path.stat().st_size > MAX_BYTES:
            self.path.replace(self.path.with_name(self.path.name + ".1"))
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
        with os.fdopen(os.open(self.path, flags, 0o600), "a", encoding="utf-8") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(line + "\n")


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a uid without a passwd entry, as in many containers
        return str(os.getuid())
