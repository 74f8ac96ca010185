"""What is known of an account, kept on disk between two runs: its list, counters and last jobs. Never a token.

One file an account, of mode 0600, written aside and renamed. A file that is missing, corrupt, too large, of another
version or of another account counts as none: what was kept is a convenience, and never an error.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec
from msgspec import Struct

from tui.models import Instance, InstanceKey, Job, Stats
from tui.state.store import Identity, Reading, State
from tui.system.private_files import encoded, make_folder, replace_file

VERSION = 1
LARGEST = 20_000_000
"""Bytes of a file at most, read or written."""
JOBS = 3
"""Last jobs of an instance that are kept."""
SLICE = 200
"""Rows that are encoded at a time: some milliseconds."""


class KeptRow(Struct, frozen=True, array_like=True):
    """One instance as it was known; times in epoch seconds, None where nothing was read."""

    instance: Instance
    stats: Stats | None = None
    stats_at: float | None = None
    jobs: tuple[Job, ...] | None = None
    jobs_at: float | None = None


class _Head(Struct, frozen=True):
    """The first line of the file. `listed_at`: when the list was read, in epoch seconds."""

    version: int
    account: str
    base_url: str
    listed_at: float
    rows: int
    digest: str


class KeptFleet:
    """The file of one account. `withheld` says whether bytes must not be written: they hold the token."""

    def __init__(
        self, folder: Path, identity: Identity, withheld: Callable[[bytes], bool] = lambda data: False
    ) -> None:
        self._of = _plain(identity.account_id), _plain(identity.base_url)
        name = hashlib.sha256(encoded("\n".join(self._of))).hexdigest()[:20]
        self.path = folder / f"{name}.fleet"
        self._withheld = withheld

    def read(self) -> Mapping[str, object]:
        """The fields of a State that were kept, each reading marked as such; empty without any."""
        try:
            if self.path.stat().st_size > LARGEST:
                return {}
            line, _, body = self.path.read_bytes().partition(b"\n")
            head = msgspec.json.decode(line, type=_Head)
            if (head.version, head.account, head.base_url) != (VERSION, *self._of) or head.digest != _digest(body):
                return {}
            return _fields(head, msgspec.msgpack.decode(body, type=list[list[KeptRow]]))
        except (OSError, ValueError, msgspec.MsgspecError):
            return {}

    def pieces(self, state: State) -> Iterator[bytes]:
        """The rows of a state, encoded in slices: whoever asks may let others run between two of them."""
        rows = state.fleet.value or ()
        for first in range(0, len(rows), SLICE):
            yield _packed([_kept(state, one) for one in rows[first : first + SLICE]])

    def write(self, state: State, pieces: list[bytes]) -> bool:
        """Replace the file by these slices of `state`; False where that is not possible, or not allowed."""
        body = msgspec.msgpack.encode([msgspec.Raw(piece) for piece in pieces])
        listed = state.fleet.at or 0.0
        head = _Head(VERSION, *self._of, listed, len(state.fleet.value or ()), _digest(body))
        data = msgspec.json.encode(head) + b"\n" + body
        if len(data) > LARGEST or self._withheld(data):
            return False
        try:
            make_folder(self.path.parent)
            replace_file(self.path, data, sync=True)
        except OSError:
            return False
        return True


def _packed(rows: list[KeptRow]) -> bytes:
    """Rows as bytes; text that has no encoding is kept with escapes."""
    try:
        return msgspec.msgpack.encode(rows)
    except UnicodeEncodeError:
        return msgspec.msgpack.encode(_escaped(msgspec.to_builtins(rows)))


def _plain(text: str) -> str:
    return encoded(text).decode()


def _escaped(value: Any) -> Any:
    if isinstance(value, str):
        return _plain(value)
    if isinstance(value, dict):
        return {_escaped(name): _escaped(one) for name, one in value.items()}
    return [_escaped(one) for one in value] if isinstance(value, list | tuple) else value


def _digest(body: bytes) -> str:
    return hashlib.blake2b(body, digest_size=16).hexdigest()


def _kept(state: State, instance: Instance) -> KeptRow:
    stats = state.stats.get(instance.key, Reading())
    jobs = state.jobs.get(instance.key, Reading())
    newest = None if jobs.value is None else jobs.value[:JOBS]
    return KeptRow(instance, stats.value, stats.at, newest, jobs.at)


def _fields(head: _Head, slices: list[list[KeptRow]]) -> Mapping[str, object]:
    rows = [row for one in slices for row in one]
    if len(rows) != head.rows:
        return {}
    stats: dict[InstanceKey, Reading[Stats]] = {}
    jobs: dict[InstanceKey, Reading[tuple[Job, ...]]] = {}
    for row in rows:
        key = row.instance.key
        if row.stats is not None:
            stats[key] = Reading(row.stats, row.stats_at, kept=True)
        if row.jobs is not None:
            jobs[key] = Reading(row.jobs, row.jobs_at, kept=True)
    fleet = Reading(tuple(row.instance for row in rows), head.listed_at, kept=True)
    return {"fleet": fleet, "stats": MappingProxyType(stats), "jobs": MappingProxyType(jobs)}
