"""The last queries of a profile and the options of its searches, kept on disk between two runs. Never a token.

One file a profile and account, of mode 0600, written aside and renamed. A file that is missing, corrupt, too large, of
another version or of another profile counts as none: what was kept is a convenience, and never an error.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tui.state.store import Identity
from tui.system.private_files import encoded, make_folder, replace_file

VERSION = 1
MOST = 50
"""Queries that are kept."""
LONGEST = 2_000
"""Characters of a query that is kept: a document that was pasted into the box is none."""
LARGEST = 1_000_000
"""Bytes of a file at most, read or written."""


class KeptQuery(Struct, frozen=True):
    """One query as it was sent: in which mode, and with the options as their form has them."""

    text: str
    mode: str = ""
    options: Mapping[str, str] = {}


class KeptSearches(Struct, frozen=True):
    """Queries, the newest first, each once a mode; and the options that were chosen last."""

    queries: tuple[KeptQuery, ...] = ()
    options: Mapping[str, str] = {}

    def with_query(self, query: KeptQuery) -> KeptSearches:
        """With one more query, in the place of the same one."""
        return replace(self, queries=(query, *self.without(query).queries)[:MOST])

    def without(self, query: KeptQuery) -> KeptSearches:
        """Without a query, whatever its options were."""
        same = (query.text, query.mode)
        return replace(self, queries=tuple(one for one in self.queries if (one.text, one.mode) != same))

    def with_options(self, options: Mapping[str, str]) -> KeptSearches:
        """With other options for the next search; what is left to the instance is left out."""
        return replace(self, options={name: value for name, value in options.items() if value})


class _File(Struct, frozen=True):
    version: int
    profile: str
    account: str
    kept: KeptSearches


Change = Callable[[KeptSearches], KeptSearches]


class KeptQueries:
    """What is known of the queries of one profile, in memory, and in its file where there is one.

    `withheld` says whether bytes must not be written: they hold the token. Without a folder nothing is on disk.
    """

    def __init__(
        self,
        folder: Path | None = None,
        identity: Identity | None = None,
        withheld: Callable[[bytes], bool] = lambda data: False,
    ) -> None:
        who = identity or Identity()
        self._of = encoded(who.profile).decode(), encoded(who.account_id).decode()
        name = hashlib.sha256("\n".join(self._of).encode()).hexdigest()[:20]
        self.path = folder / f"{name}.queries" if folder else None
        self._withheld = withheld
        self._writing = threading.Lock()
        self.known = KeptSearches()

    def load(self) -> None:
        """Know what the file has. Blocks."""
        self.known = self._read()

    def change(self, change: Change) -> None:
        """Change what is known, in memory only: see `save`."""
        self.known = change(self.known)

    def save(self, change: Change) -> bool:
        """Make the same change in the file, which another console may have changed meanwhile; False without success.

        Blocks.
        """
        if self.path is None:
            return False
        with self._writing:
            kept = change(self._read())
            fit = tuple(one for one in kept.queries if len(one.text) <= LONGEST and not self._withheld(_bytes(one)))
            data = _bytes(_File(VERSION, *self._of, replace(kept, queries=fit)))
            if not data or len(data) > LARGEST or self._withheld(data):
                return False
            try:
                make_folder(self.path.parent)
                replace_file(self.path, data)
            except OSError:
                return False
        return True

    def _read(self) -> KeptSearches:
        try:
            if self.path is None or self.path.stat().st_size > LARGEST:
                return KeptSearches()
            found = msgspec.json.decode(self.path.read_bytes(), type=_File)
        except (OSError, ValueError, msgspec.MsgspecError):
            return KeptSearches()
        if (found.version, found.profile, found.account) != (VERSION, *self._of):
            return KeptSearches()
        return replace(found.kept, queries=found.kept.queries[:MOST])


def _bytes(value: Struct) -> bytes:
    """As JSON; empty for text that has no encoding."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return b""
