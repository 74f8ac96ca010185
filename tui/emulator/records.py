"""The rows of the model as frozen values. Times are epoch seconds, sizes are bytes."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Instance:
    """One AI Search instance; `config` holds what was set, not the defaults."""

    n: int
    namespace: str
    id: str
    config: dict[str, Any]
    created_at: float
    modified_at: float
    last_activity: float | None
    pause_reason: str | None
    public_endpoint_id: str | None
    busy: int
    synced: int

    @classmethod
    def of(cls, row: sqlite3.Row) -> Instance:
        """Build from a row of the view instance_now."""
        return cls(**{**dict(row), "config": json.loads(row["config"])})

    @property
    def source(self) -> str | None:
        """The bucket name or website address; None for built-in storage."""
        found = self.config.get("source")
        return found if isinstance(found, str) and found else None

    @property
    def managed(self) -> bool:
        """Whether files are uploaded to built-in storage: there is no source to sync from (api-facts: Instances)."""
        return self.source is None

    @property
    def crawls(self) -> bool:
        """Whether the source is a website."""
        return self.config.get("type") == "web-crawler"

    @property
    def paused(self) -> bool:
        """Whether scheduled syncs are off."""
        return bool(self.config.get("paused", False))

    @property
    def status(self) -> str:
        """The status word; the values are those seen in real replies (api-facts: Instances)."""
        if self.pause_reason:
            return "error"
        if self.busy:
            return "indexing"
        return "ready" if self.synced else "waiting"

    @property
    def tokenizer(self) -> str:
        """The tokenizer of the keyword index: porter or trigram."""
        return str((self.config.get("indexing_options") or {}).get("keyword_tokenizer", "porter"))

    @property
    def source_label(self) -> str:
        """How a log line names the source."""
        if self.managed:
            return "built-in storage"
        return str(self.source) if self.crawls else f"r2://{self.source}"


@dataclass(frozen=True, slots=True)
class Job:
    """One sync job. `phase` is the pipeline's own state: queued, listing, indexing, stalled or ended.

    `target` is how long the whole job is meant to last (seeding only), `pace` multiplies each step.
    """

    n: int
    id: str
    instance: int
    source: str
    description: str | None
    phase: str
    target: float | None
    pace: float
    created_at: float
    started_at: float | None
    last_seen_at: float | None
    ended_at: float | None
    end_reason: str | None

    @classmethod
    def of(cls, row: sqlite3.Row) -> Job:
        """Build from a row of the job table."""
        return cls(**dict(row))


@dataclass(frozen=True, slots=True)
class Item:
    """One document of an instance."""

    n: int
    id: str
    instance: int
    key: str
    source_id: str
    checksum: str
    size: int
    mtime: int | None
    status: str
    next_action: str | None
    error: str | None
    metadata: dict[str, Any] | None
    chunks: int | None
    timestamp: float
    created_at: float
    modified_at: float
    last_seen_at: float

    @classmethod
    def of(cls, row: sqlite3.Row) -> Item:
        """Build from a row of the item table."""
        metadata = json.loads(row["metadata"]) if row["metadata"] else None
        return cls(**{**dict(row), "metadata": metadata})
