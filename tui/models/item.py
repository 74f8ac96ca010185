"""An item: one document of an instance, with its chunks and its own log."""

from __future__ import annotations

from typing import Any

import msgspec

from tui.models.base import Resource

BUILTIN = "builtin"
"""The `source_id` of what was uploaded: every instance stores such items, beside its source (api-facts: Jobs)."""

EXACT_KEY = "$exact_key"
"""No field of the API: where the exact key stands beside one that was made safe to show."""


class Item(Resource, frozen=True, kw_only=True):
    """One document as the index knows it. `error` is a slug of the indexing errors when status is `error`."""

    id: str
    key: str = ""
    status: str | None = None
    error: str | None = None
    checksum: str | None = None
    chunks_count: int | None = None
    file_size: float | None = None
    created_at: str | None = None
    last_seen_at: str | None = None
    next_action: str | None = None
    source_id: str | None = None
    namespace: str | None = None
    metadata: dict[str, Any] | None = None
    exact_key: str | None = msgspec.field(default=None, name=EXACT_KEY)
    """The key as the server has it, where the one that is shown is not the same."""

    @property
    def identity(self) -> str:
        """The key for requests, copies and exports, character for character; never painted."""
        return self.key if self.exact_key is None else self.exact_key

    @property
    def builtin(self) -> bool:
        """Whether the document itself is in built-in storage: only there it can be fetched, and is lost if deleted."""
        return self.source_id == BUILTIN


class ChunkItem(msgspec.Struct, frozen=True):
    """The item that a chunk or a search hit belongs to. `timestamp` is a number of unknown unit."""

    key: str = ""
    timestamp: float | None = None
    metadata: dict[str, Any] | None = None
    exact_key: str | None = msgspec.field(default=None, name=EXACT_KEY)

    @property
    def identity(self) -> str:
        """The key for requests, copies and exports, character for character; never painted."""
        return self.key if self.exact_key is None else self.exact_key


def plain(resource: msgspec.Struct) -> Any:
    """A resource as plain values under the API's own names, its keys of items exact: for copies, exports and JSON."""
    return _exact(msgspec.to_builtins(resource))


def _exact(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_exact(one) for one in value]
    if not isinstance(value, dict):
        return value
    exact = value.get(EXACT_KEY)
    rest = {name: _exact(one) for name, one in value.items() if name != EXACT_KEY}
    return rest if exact is None else {**rest, "key": exact}


def with_exact_keys(shown: Any, exact: Any) -> Any:
    """`shown`, a reply whose text was made safe, with EXACT_KEY beside each key that was changed by that.

    Keys are identities: what is painted must be visible, what is sent must be what the server has. `exact` is the same
    tree untouched. Items, hits, and lists of them are understood, at any depth.
    """
    if shown is exact:
        return shown
    if isinstance(shown, list) and isinstance(exact, list):
        return [with_exact_keys(one, raw) for one, raw in zip(shown, exact, strict=True)]
    if not isinstance(shown, dict) or not isinstance(exact, dict):
        return shown
    merged = {name: _below(name, value, exact.get(name)) for name, value in shown.items()}
    key = exact.get("key")
    return {**merged, EXACT_KEY: key} if isinstance(key, str) and key != shown.get("key") else merged


def _below(name: str, shown: Any, exact: Any) -> Any:
    return with_exact_keys(shown, exact) if name in ("item", "chunks") else shown


class ItemChunk(Resource, frozen=True, kw_only=True):
    """One chunk of an item; bytes count from the start of the extracted text."""

    id: str
    text: str = ""
    start_byte: float | None = None
    end_byte: float | None = None
    item: ChunkItem | None = None


class ItemLog(Resource, frozen=True, kw_only=True, rename="camel"):
    """One line of an item's own log, paged by cursor."""

    action: str = ""
    message: str | None = None
    error_type: str | None = None
    file_key: str | None = None
    chunk_count: int | None = None
    processing_time_ms: int | None = None
    timestamp: str | None = None
