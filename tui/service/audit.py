"""The record of writes: JSON Lines, two a write, readable by its owner only.

The first line of a write, whose outcome is `begun`, is there before the request leaves: what ends the process in
between (a kill, a full disk, a hang-up) leaves a trace of what the server may have done. The second one has the same
`write`.
"""

from __future__ import annotations

import errno
import fcntl
import getpass
import json
import os
import secrets
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from tui.errors import AppError
from tui.state.store import Identity
from tui.system.private_files import encoded, make_folder, open_to_append

MAX_BYTES = 5_000_000
"""Size at which the file is moved aside to `audit.jsonl.1`."""
BEGUN = "begun"
"""The outcome in the line that is written before the request."""
LOCK_SECONDS, LOCK_STEP = 0.5, 0.01
"""How long a lock that another program holds is waited for, and between two looks at it."""
HINT = "Make room, or fix the permissions of the state directory."


class AuditEntry(Struct, frozen=True):
    """One line: what is asked of which target, and how it came out. `write` is the same in both lines of a write."""

    action: str
    target: str
    outcome: str
    ray: str | None = None
    write: str = ""


class Audit:
    """Appends entries to a file of mode 0600. A file that cannot be written is an error, never ignored."""

    def __init__(
        self,
        path: Path,
        clock: Callable[[], float],
        most: int = MAX_BYTES,
        *,
        required: bool = False,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`most` is the size in bytes at which the file is moved aside; `required`: no write without its first line."""
        self.path = path
        self.required = required
        self._clock = clock
        self._most = most
        self._sleep = sleep
        self._patience = LOCK_SECONDS

    def new_write(self) -> str:
        """What the two lines of one write have in common."""
        return secrets.token_hex(4)

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
            "write": entry.write,
        }
        try:
            self._append(encoded(json.dumps(line, ensure_ascii=False) + "\n"))
        except OSError as error:
            missing = f"{entry.action} {entry.target}: {entry.outcome}"
            raise AppError(
                "The audit file cannot be written",
                f"{self.path}: {error.strerror or error}. Not recorded: {missing}.",
                HINT,
            ) from error

    def _append(self, line: bytes) -> None:
        """Under a lock of its own file: the record itself is moved aside, and another console may be about to."""
        make_folder(self.path.parent)
        with self._locked() as alone:
            if alone and self.path.exists() and self.path.stat().st_size > self._most:
                self.path.replace(self.path.with_name(self.path.name + ".1"))
            file = open_to_append(self.path)
            try:
                _write_line(file, line if _ends_well(self.path) else b"\n" + line, alone=alone)
            finally:
                os.close(file)

    @contextmanager
    def _locked(self) -> Iterator[bool]:
        """Hold the lock: False where it cannot be had in time, and the file must only be appended to.

        A network file system may have no locks, or a lock service that does not answer; another program may hold it.
        The first of a row of writes waits, the next ones only look: the screen stands still meanwhile.
        """
        lock = open_to_append(self.path.with_name(self.path.name + ".lock"))
        try:
            alone = self._take(lock)
            self._patience = LOCK_SECONDS if alone else 0.0
            yield alone
        finally:
            os.close(lock)

    def _take(self, lock: int) -> bool:
        waited = 0.0
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            except OSError as error:
                if error.errno not in (errno.EWOULDBLOCK, errno.EACCES) or waited >= self._patience:
                    return False
            self._sleep(LOCK_STEP)
            waited += LOCK_STEP


def _ends_well(path: Path) -> bool:
    """Whether the file ends with a whole line: a full disk or a kill may have torn the last one."""
    with path.open("rb") as file:
        if file.seek(0, os.SEEK_END) == 0:
            return True
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def _write_line(file: int, line: bytes, *, alone: bool) -> None:
    """All of a line or, where nobody else may append meanwhile, nothing of it. Raises OSError."""
    before, rest = os.fstat(file).st_size, line
    try:
        while rest:
            rest = rest[os.write(file, rest) :]
    except OSError:
        if alone and len(rest) < len(line):
            with suppress(OSError):
                os.ftruncate(file, before)
        raise


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a uid without a passwd entry, as in many containers
        return str(os.getuid())
