"""The words of a job's log. Each function returns one message; what it means for the operator is said once, here."""

from __future__ import annotations

from collections.abc import Mapping

EXTRAS = {"retry": "to index again", "skip": "excluded by path filter", "miss": "not reachable"}
PAUSED = "instance paused: fix the source, then resume"
CANCELLED = "cancelled by user"
DRAINING = "indexing what was uploaded"
INTERNAL = "internal error"


def started(source: str) -> str:
    """Tell who started the sync: `user` or `schedule`."""
    return f"sync started by {'a user' if source == 'user' else 'the schedule'}"


def listing(label: str) -> str:
    """Tell that the source is being listed."""
    return f"listing source {label}"


def listed(total: int, counts: Mapping[str, int], removed: int) -> str:
    """Tell what the listing found; `counts` is by action, what is not in it is unchanged."""
    new, changed = counts.get("new", 0), counts.get("changed", 0)
    unchanged = total - sum(counts.get(name, 0) for name in ("new", "changed", *EXTRAS))
    text = f"source has {total} documents: {new} new, {changed} changed, {unchanged} unchanged, {removed} removed"
    return text + "".join(f", {counts[name]} {words}" for name, words in EXTRAS.items() if counts.get(name))


def indexed(key: str, chunks: int) -> str:
    """Tell that a document was indexed."""
    return f"indexed {key} ({chunks} {'chunk' if chunks == 1 else 'chunks'})"


def failed(key: str, slug: str, detail: str = "") -> str:
    """Tell that a document failed, and why; `detail` says more in words."""
    return f"{key} failed: {slug} ({detail})" if detail else f"{key} failed: {slug}"


def passed(name: str, reason: str) -> str:
    """Tell that something in the source can be no document, and why."""
    return f"passed over {name}: {reason}"


def passed_more(count: int) -> str:
    """Tell how much more was passed over without being named."""
    return f"passed over {count} more"


def removed(key: str) -> str:
    """Tell that a document was removed."""
    return f"removed {key}"


def summary(indexed_count: int, failed_count: int, removed_count: int) -> str:
    """Tell what the job did."""
    return f"summary: {indexed_count} indexed, {failed_count} with errors, {removed_count} removed"


def unreadable(label: str, slug: str) -> str:
    """Tell that the whole source cannot be read."""
    return f"source {label} cannot be read: {slug}"


def ended(reason: str) -> str:
    """Tell that the job is over."""
    return f"sync ended: {reason}"
