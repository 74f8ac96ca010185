"""The record of writes: JSON Lines, one object a write, readable by its owner only."""

from __future__ import annotations

import fcntl
import getpass
import json
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from tui.errors import AppError
from tui.state.store import Identity
from tui.system.private_files import encoded, make_folder, open_to_append

MAX_BYTES = 5_000_000
"""Size at which the file is moved aside to `audit.jsonl.1`."""


class AuditEntry(Struct, frozen=True):
    """One write: what was asked of which target, and how it came out."""

    action: str
    target: str
    outcome: str
    ray: str | None = None


class Audit:
    """Appends entries to a file of mode 0600. A file that cannot be written is an error, never ignored."""

    def __init__(self, path: Path, clock: Callable[[], float], most: int = MAX_BYTES) -> None:
        """`most` is the size in bytes at which the file is moved aside."""
        self.path = path
        self._clock = clock
        self._most = most

    def record(self, identity: Identity, entry: AuditEntry) -> None:
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
        """Under a lock of its own file: the record itself is moved aside, and another console may be about to."""
        make_folder(self.path.parent)
        with os.fdopen(open_to_append(self.path.with_name(self.path.name + ".lock")), "a") as lock:
            with suppress(OSError):  # a network file system may have no locks: then one console is as safe as it was
                fcntl.flock(lock, fcntl.LOCK_EX)
            if self.path.exists() and self.path.stat().st_size > self._most:
                self.path.replace(self.path.with_name(self.path.name + ".1"))
            with os.fdopen(open_to_append(self.path), "ab") as file:
                file.write(encoded(line + "\n"))


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a uid without a passwd entry, as in many containers
        return str(os.getuid())
