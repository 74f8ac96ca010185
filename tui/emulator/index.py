"""The keyword index: one FTS5 table for each instance, so that BM25 knows only its own documents."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from tui.emulator.chunking import Chunk
from tui.emulator.documents.characters import clean
from tui.emulator.records import Instance
from tui.emulator.storage import Storage
from tui.emulator.vectors import Vectors

# Signs that belong to a letter (category M) are part of its word: without them Hindi falls into single letters.
TOKENIZERS = {"porter": "porter unicode61 categories 'L* N* Co M*'", "trigram": "trigram"}
VERSION = "2"
"""Of how texts are put into the index: 2 has composed texts, and pairs for scripts without spaces."""


class Index:
    """Chunks and their FTS5 tables. An FTS5 table holds no text: it points at the chunk table."""

    def __init__(self, storage: Storage) -> None:
        """Work on `storage`."""
        self._storage = storage
        self.vectors = Vectors(storage)

    def replace(self, instance: Instance, item: int, chunks: Sequence[Chunk]) -> None:
        """Put `chunks` in the place of what item row `item` had."""
        self.clear(instance, item)
        table = self._ensure(instance)
        self._storage.run_many(
            "INSERT INTO chunk (item, seq, text, start_byte, end_byte) VALUES (?, ?, ?, ?, ?)",
            ((item, seq, chunk.text, chunk.start_byte, chunk.end_byte) for seq, chunk in enumerate(chunks)),
        )
        self._storage.run(f"INSERT INTO {table} (rowid, text) SELECT n, spaced(text) FROM chunk WHERE item = ?", item)
        rows = self._storage.rows("SELECT n FROM chunk WHERE item = ? ORDER BY seq", item)
        self.vectors.add(instance.n, ((row["n"], item, chunk.text) for row, chunk in zip(rows, chunks, strict=True)))

    def clear(self, instance: Instance, item: int) -> None:
        """Forget the chunks of item row `item`."""
        if self._exists(instance):
            table = _table(instance)
            self._storage.run(
                f"INSERT INTO {table} ({table}, rowid, text) SELECT 'delete', n, spaced(text)"
                " FROM chunk WHERE item = ?",
                item,
            )
        self._storage.run(
            "DELETE FROM vector WHERE instance = ? AND chunk IN (SELECT n FROM chunk WHERE item = ?)", instance.n, item
        )
        self._storage.run("DELETE FROM chunk WHERE item = ?", item)

    def drop(self, instance: Instance) -> None:
        """Forget everything of an instance, its tokenizer included."""
        self._storage.run(f"DROP TABLE IF EXISTS {_table(instance)}")
        self._storage.run("DELETE FROM vector WHERE instance = ?", instance.n)
        self._storage.run("DELETE FROM chunk WHERE item IN (SELECT n FROM item WHERE instance = ?)", instance.n)

    def match(
        self, instance: Instance, query: str, where: str, values: Sequence[Any], limit: int
    ) -> list[tuple[int, float]]:
        """Return the best chunks for an FTS5 `query`, best first: (chunk row, BM25, larger is better).

        `where` is an SQL condition on the item row `i`, `values` are its parameters.
        """
        if not self._exists(instance):
            return []
        table = _table(instance)
        rows = self._storage.rows(
            f"SELECT c.n, -bm25({table}) AS bm25"
            f" FROM {table} JOIN chunk c ON c.n = {table}.rowid JOIN item i ON i.n = c.item"
            f" WHERE {table} MATCH ? AND {where} ORDER BY bm25 DESC, c.n LIMIT ?",
            query, *values, limit,
        )  # fmt: skip
        return [(row["n"], row["bm25"]) for row in rows]

    def upgrade(self, instances: Iterable[Instance]) -> int:
        """Make the index of a database anew that an older version wrote; returns for how many chunks."""
        if self._storage.recall("index") == VERSION:
            return 0
        made = 0
        for instance in instances:
            if self._exists(instance):
                made += self._rebuild(instance)
        if made:
            self._storage.forget("vectors")  # they were made of the same texts
        self._storage.remember("index", VERSION)
        return made

    def _rebuild(self, instance: Instance) -> int:
        rows = self._storage.rows(
            "SELECT c.n, c.text FROM item i JOIN chunk c ON c.item = i.n WHERE i.instance = ?", instance.n
        )
        changed = ((text, row["n"]) for row in rows if (text := clean(row["text"])) != row["text"])
        self._storage.run_many("UPDATE chunk SET text = ? WHERE n = ?", changed)
        self._storage.run(f"DROP TABLE {_table(instance)}")
        self._storage.run(
            f"INSERT INTO {self._ensure(instance)} (rowid, text)"
            " SELECT c.n, spaced(c.text) FROM item i JOIN chunk c ON c.item = i.n WHERE i.instance = ?",
            instance.n,
        )
        return len(rows)

    def chunks(self, numbers: Sequence[int]) -> dict[int, sqlite3.Row]:
        """Return chunk rows with key, metadata and timestamp of their items, by row number."""
        rows = self._storage.rows(
            "SELECT c.n, c.seq, c.text, c.item, i.key, i.metadata, i.timestamp FROM chunk c JOIN item i ON i.n = c.item"
            f" WHERE c.n IN ({', '.join('?' * len(numbers))})",
            *numbers,
        )
        return {row["n"]: row for row in rows}

    def _exists(self, instance: Instance) -> bool:
        return bool(self._storage.number("SELECT count(*) FROM sqlite_master WHERE name = ?", _table(instance)))

    def _ensure(self, instance: Instance) -> str:
        table = _table(instance)
        if not self._exists(instance):
            self._storage.run(
                f"CREATE VIRTUAL TABLE {table} USING fts5 (text, content = 'chunk', content_rowid = 'n',"
                f' tokenize = "{TOKENIZERS[instance.tokenizer]}")'
            )
        return table


def _table(instance: Instance) -> str:
    return f"fts_{int(instance.n)}"
