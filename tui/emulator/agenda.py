"""What is due when: the only source of time-driven change. Persisted, so that a crash loses nothing."""

from __future__ import annotations

from typing import Literal, NamedTuple

from tui.emulator.storage import Storage

Kind = Literal["item", "job", "schedule"]


class Due(NamedTuple):
    """One thing to do: `ref` is the row number of the job, instance or item; `at` is epoch seconds."""

    kind: Kind
    ref: int
    at: float


class Agenda:
    """A queue ordered by time; each (kind, ref) stands in it once at most."""

    def __init__(self, storage: Storage) -> None:
        """Keep the queue in `storage`."""
        self._storage = storage

    def put(self, kind: Kind, ref: int, at: float) -> None:
        """Enter or move one thing."""
        self._storage.run("INSERT OR REPLACE INTO agenda VALUES (?, ?, ?)", kind, ref, at)

    def drop(self, kind: Kind, ref: int) -> None:
        """Take one thing out; nothing happens if it is not there."""
        self._storage.run("DELETE FROM agenda WHERE kind = ? AND ref = ?", kind, ref)

    def pop(self, now: float) -> Due | None:
        """Take out and return the earliest thing due at `now`, or None."""
        row = self._storage.row("SELECT kind, ref, due FROM agenda WHERE due <= ? ORDER BY due, kind, ref LIMIT 1", now)
        if row is None:
            return None
        self.drop(row["kind"], row["ref"])
        return Due(row["kind"], row["ref"], row["due"])

    def next_at(self) -> float | None:
        """Return the time of the earliest thing, or None when nothing is planned."""
        row = self._storage.row("SELECT min(due) AS due FROM agenda")
        return None if row is None or row["due"] is None else float(row["due"])
