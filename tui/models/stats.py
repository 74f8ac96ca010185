"""The counters of an instance."""

from __future__ import annotations

from typing import Any

import msgspec

from tui.models.base import Resource
from tui.text import parse_time


class R2Engine(msgspec.Struct, frozen=True, rename="camel"):
    """Storage of a managed instance, in bytes and objects."""

    payload_size_bytes: int | None = None
    metadata_size_bytes: int | None = None
    object_count: int | None = None


class VectorizeEngine(msgspec.Struct, frozen=True, rename="camel"):
    """The vector index of a managed instance."""

    vectors_count: int | None = None
    dimensions: int | None = None


class Engine(msgspec.Struct, frozen=True):
    """What a managed instance is made of (api-facts: Stats)."""

    r2: R2Engine | None = None
    vectorize: VectorizeEngine | None = None


class Stats(Resource, frozen=True, kw_only=True):
    """Counts of items by status. All are optional; with `degraded` they are omitted and unknown, never 0."""

    queued: int | None = None
    running: int | None = None
    completed: int | None = None
    error: int | None = None
    skipped: int | None = None
    outdated: int | None = None
    last_activity: str | None = None
    degraded: bool | None = None
    engine: Engine | None = None
    file_embed_errors: dict[str, Any] | None = None
    index_source_errors: dict[str, Any] | None = None

    @property
    def pending(self) -> int | None:
        """Items still to do: queued and running; None when neither is known."""
        return None if self.queued is None and self.running is None else (self.queued or 0) + (self.running or 0)

    @property
    def total(self) -> int | None:
        """Items in any status; None when no count is known."""
        counts = (self.queued, self.running, self.completed, self.error, self.skipped, self.outdated)
        return None if all(value is None for value in counts) else sum(value or 0 for value in counts)

    @property
    def last_activity_s(self) -> float | None:
        """Seconds since the epoch of the last activity."""
        return parse_time(self.last_activity)
