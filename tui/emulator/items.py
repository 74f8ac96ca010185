"""Items: the documents of an instance, their log and their JSON."""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from tui.emulator.agenda import Agenda
from tui.emulator.documents.types import path_of
from tui.emulator.errors import ApiError
from tui.emulator.index import Index
from tui.emulator.records import Instance, Item
from tui.emulator.storage import Storage
from tui.emulator.times import rfc3339

BUILTIN = "builtin"


@dataclass(frozen=True, slots=True)
class ItemQuery:
    """The filters of the item list; `where` and `values` are a compiled metadata filter."""

    search: str | None = None
    status: str | None = None
    source: str | None = None
    key: str | None = None
    item_id: str | None = None
    by_time: bool = False
    where: str = "1"
    values: tuple[Any, ...] = ()


class Items:
    """The item table and its rules."""

    def __init__(self, storage: Storage, agenda: Agenda, index: Index) -> None:
        """Work on `storage`."""
        self._storage = storage
        self._agenda = agenda
        self._index = index

    def get(self, instance: Instance, item_id: str) -> Item:
        """Return one item; 404/7041 when the instance has no such item."""
        row = self._storage.row("SELECT * FROM item WHERE id = ? AND instance = ?", item_id, instance.n)
        if row is None:
            raise ApiError.named("item_not_found")
        return Item.of(row)

    def numbered(self, n: int) -> Item | None:
        """Return the item with row number `n`, None when it has gone."""
        row = self._storage.row("SELECT * FROM item WHERE n = ?", n)
        return None if row is None else Item.of(row)

    def keyed(self, instance: Instance, key: str) -> Item | None:
        """Return the item with this key, or None."""
        row = self._storage.row("SELECT * FROM item WHERE instance = ? AND key = ?", instance.n, key)
        return None if row is None else Item.of(row)

    def page(self, instance: Instance, query: ItemQuery, offset: int, limit: int) -> tuple[list[Item], int]:
        """Return one page of the matching items, and how many match."""
        where, values = ["instance = ?", f"({query.where})"], [instance.n, *query.values]
        exact = {"status": query.status, "source_id": query.source, "key": query.key, "id": query.item_id}
        for column, wanted in exact.items():
            if wanted is not None:
                where.append(f"i.{column} = ?")
                values.append(wanted)
        if query.search:
            where.append("instr(lower(i.key), lower(?)) > 0")
            values.append(query.search)
        clause = " AND ".join(where)
        order = "modified_at DESC, n" if query.by_time else "status, n"
        total = self._storage.number(f"SELECT count(*) FROM item i WHERE {clause}", *values)
        rows = self._storage.rows(
            f"SELECT * FROM item i WHERE {clause} ORDER BY {order} LIMIT ? OFFSET ?", *values, limit, offset
        )
        return [Item.of(row) for row in rows], total

    def add(self, instance: Instance, key: str, at: float, *, source_id: str, timestamp: float | None = None) -> Item:
        """Enter a document that nobody has read yet."""
        n = self._storage.insert(
            "INSERT INTO item (id, instance, key, source_id, checksum, size, status, next_action, metadata,"
            " timestamp, created_at, modified_at, last_seen_at)"
            " VALUES (?, ?, ?, ?, '', 0, 'queued', 'INDEX', ?, ?, ?, ?, ?)",
            item_identity(instance, key), instance.n, key, source_id, json.dumps(path_metadata(key)),
            at if timestamp is None else timestamp, at, at, at,
        )  # fmt: skip
        found = self.numbered(n)
        assert found is not None
        return found

    def store(self, item: Item, content: bytes, metadata: dict[str, Any], at: float) -> None:
        """Keep an uploaded document in built-in storage and mark it as waiting."""
        self._storage.run("INSERT OR REPLACE INTO blob VALUES (?, ?)", item.n, content)
        self._storage.run(
            "UPDATE item SET size = ?, checksum = ?, metadata = ?, timestamp = ?, modified_at = ?, status = 'queued',"
            " next_action = 'INDEX', error = NULL WHERE n = ?",
            len(content), hashlib.sha256(content).hexdigest(),
            json.dumps({**path_metadata(item.key), **metadata}), at, at, item.n,
        )  # fmt: skip

    def content(self, item: Item) -> bytes | None:
        """Return the bytes of an uploaded document, None when it is not in built-in storage."""
        row = self._storage.row("SELECT content FROM blob WHERE item = ?", item.n)
        return None if row is None else bytes(row["content"])

    def mark(self, n: int, status: str, *, next_action: str | None = None) -> None:
        """Set the status of item row `n`."""
        self._storage.run("UPDATE item SET status = ?, next_action = ? WHERE n = ?", status, next_action, n)

    def settle(
        self, item: Item, at: float, *, chunks: int | None, error: str | None, status: str | None = None
    ) -> None:
        """Write the outcome of indexing."""
        self._storage.run(
            "UPDATE item SET status = ?, next_action = NULL, error = ?, chunks = ?, modified_at = ? WHERE n = ?",
            status or ("error" if error else "completed"), error, chunks, at, item.n,
        )  # fmt: skip

    def delete(self, instance: Instance, item: Item) -> None:
        """Remove an item with its chunks and its content."""
        self._agenda.drop("item", item.n)
        self._index.clear(instance, item.n)
        self._storage.run("DELETE FROM item WHERE n = ?", item.n)

    def outdate(self, instance: Instance) -> None:
        """Mark every indexed item for a full re-index."""
        self._storage.run(
            "UPDATE item SET status = 'outdated', next_action = 'INDEX' WHERE instance = ?"
            " AND status IN ('completed', 'error')",
            instance.n,
        )

    def log(
        self, item: Item, at: float, action: str, *, message: str | None = None, error: str | None = None,
        chunks: int | None = None, took_ms: int | None = None,
    ) -> None:  # fmt: skip
        """Append one line to the log of an item."""
        self._storage.run(
            "INSERT INTO item_log (item, at, action, message, error, chunks, took_ms) VALUES (?, ?, ?, ?, ?, ?, ?)",
            item.n, at, action, message, error, chunks, took_ms,
        )  # fmt: skip

    def log_page(self, item: Item, before: int | None, limit: int) -> tuple[list[dict[str, Any]], int | None]:
        """Return log entries, newest first, from below row `before`; and the row to go on from, None at the end."""
        rows = self._storage.rows(
            "SELECT * FROM item_log WHERE item = ? AND n < ? ORDER BY n DESC LIMIT ?",
            item.n, before if before is not None else 2**62, limit + 1,
        )  # fmt: skip
        entries = [
            {
                "action": row["action"],
                "chunkCount": row["chunks"],
                "errorType": row["error"],
                "fileKey": item.key,
                "message": row["message"],
                "processingTimeMs": row["took_ms"],
                "timestamp": rfc3339(row["at"]),
            }
            for row in rows[:limit]
        ]
        return entries, rows[limit - 1]["n"] if len(rows) > limit else None

    def chunk_page(self, item: Item, offset: int, limit: int) -> tuple[list[dict[str, Any]], int]:
        """Return chunks in the order of the document, and how many there are."""
        rows = self._storage.rows(
            "SELECT * FROM chunk WHERE item = ? ORDER BY seq LIMIT ? OFFSET ?", item.n, limit, offset
        )
        described = {"key": item.key, "metadata": item.metadata or {}, "timestamp": int(item.timestamp * 1000)}
        chunks = [
            {
                "id": chunk_id(item.id, row["seq"]),
                "text": row["text"],
                "item": described,
                "start_byte": row["start_byte"],
                "end_byte": row["end_byte"],
            }
            for row in rows
        ]
        return chunks, self._storage.number("SELECT count(*) FROM chunk WHERE item = ?", item.n)

    def view(self, instance: Instance, item: Item) -> dict[str, Any]:
        """Return the JSON of one item; `error` is absent when there is none."""
        shown = {
            "id": item.id,
            "key": item.key,
            "checksum": item.checksum,
            "chunks_count": item.chunks,
            "created_at": rfc3339(item.created_at),
            "file_size": item.size,
            "last_seen_at": rfc3339(item.last_seen_at),
            "metadata": item.metadata,
            "namespace": instance.namespace,
            "next_action": item.next_action,
            "source_id": item.source_id,
            "status": item.status,
        }
        return {**shown, "error": item.error} if item.error else shown


def item_identity(instance: Instance, key: str) -> str:
    """Return the public id of an item: the same whenever the same key comes back."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"item:{instance.n}:{key}").hex


def chunk_id(item_id: str, seq: int) -> str:
    """Return the public id of a chunk."""
    return f"{item_id}-{seq}"


def path_metadata(key: str) -> dict[str, Any]:
    """Return what the key itself tells: the folder (`/` at the top) and the file name."""
    path = PurePosixPath(path_of(key).lstrip("/") if "://" in key else key)
    folder = str(path.parent)
    return {"folder": "/" if folder == "." else f"{folder}/", "filename": path.name}
