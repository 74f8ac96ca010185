"""The counts of an instance."""

from __future__ import annotations

from typing import Any

from tui.emulator.records import Instance
from tui.emulator.times import rfc3339_or_none
from tui.emulator.world import World

STATUSES = ("queued", "running", "completed", "error", "skipped", "outdated")
DIMENSIONS = 1024
METADATA_BYTES = 256


def statistics(world: World, instance: Instance) -> dict[str, Any]:
    """Return the statistics of an instance; `engine` only with built-in storage (api-facts: Stats)."""
    storage = world.storage
    rows = storage.rows("SELECT status, count(*) AS n FROM item WHERE instance = ? GROUP BY status", instance.n)
    counts = {row["status"]: row["n"] for row in rows}
    failures = storage.rows(
        "SELECT error, count(*) AS n FROM item WHERE instance = ? AND status IN ('error', 'outdated') AND error != ''"
        " GROUP BY error ORDER BY n DESC",
        instance.n,
    )
    shown: dict[str, Any] = {
        **{status: counts.get(status, 0) for status in STATUSES},
        "last_activity": rfc3339_or_none(instance.last_activity),
        "file_embed_errors": {row["error"]: row["n"] for row in failures},
        "index_source_errors": {instance.pause_reason: 1} if instance.pause_reason else {},
    }
    return {**shown, "engine": _engine(world, instance)} if instance.managed else shown


def _engine(world: World, instance: Instance) -> dict[str, Any]:
    row = world.storage.row(
        "SELECT count(*) AS items, coalesce(sum(size), 0) AS bytes, coalesce(sum(chunks), 0) AS chunks"
        " FROM item WHERE instance = ?",
        instance.n,
    )
    assert row is not None  # an aggregate always has a row
    return {
        "r2": {
            "metadataSizeBytes": row["items"] * METADATA_BYTES,
            "objectCount": row["items"],
            "payloadSizeBytes": row["bytes"],
        },
        "vectorize": {"dimensions": DIMENSIONS, "vectorsCount": row["chunks"]},
    }
