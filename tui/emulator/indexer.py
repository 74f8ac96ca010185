"""One document from bytes to searchable chunks, with the outcome on the item."""

from __future__ import annotations

import hashlib
from pathlib import Path
from urllib.parse import urlsplit

from tui.emulator import sources
from tui.emulator.chunking import split
from tui.emulator.extract import LARGEST_FILE, IndexingError, extract
from tui.emulator.globs import glob
from tui.emulator.index import Index
from tui.emulator.instances import DEFAULTS
from tui.emulator.items import BUILTIN, Items
from tui.emulator.records import Instance, Item
from tui.emulator.storage import Storage

SLOWEST = 2.5


def reading_time(size: int) -> float:
    """Return the virtual seconds that a document of `size` bytes takes at speed 1."""
    return min(SLOWEST, 0.12 + size / 40_000)


class Indexer:
    """Reads, extracts, chunks and indexes documents."""

    def __init__(self, storage: Storage, items: Items, index: Index, data: Path, *, pdf_text: bool) -> None:
        """Work on `storage`; sources are looked up under `data`. `pdf_text` is as `extract` has it."""
        self._storage = storage
        self._items = items
        self._index = index
        self._data = data
        self._pdf_text = pdf_text

    def run(self, instance: Instance, item: Item, at: float) -> str | None:
        """Index one item as of `at`; returns the error slug, None when it went well."""
        took = round(1000 * reading_time(item.size))
        try:
            count = self._index_text(instance, item)
        except IndexingError as failure:
            self._index.clear(instance, item.n)
            self._items.settle(item, at, chunks=None, error=failure.slug)
            self._items.log(item, at, "error", message=f"{item.key} failed", error=failure.slug, took_ms=took)
            return failure.slug
        self._items.settle(item, at, chunks=count, error=None)
        self._items.log(item, at, "index", message=f"{count} chunks indexed", chunks=count, took_ms=took)
        return None

    def _index_text(self, instance: Instance, item: Item) -> int:
        content = self._read(instance, item)
        self._storage.run(
            "UPDATE item SET size = ?, checksum = ? WHERE n = ?",
            len(content), hashlib.sha256(content).hexdigest(), item.n,
        )  # fmt: skip
        try:
            text = extract(item.key, content, _selector(instance, item.key), pdf_text=self._pdf_text)
        except IndexingError:
            raise
        except Exception:  # a reader that trips over a strange document must not end the job
            raise IndexingError("unknown_error") from None
        chunks = split(
            text,
            int(instance.config.get("chunk_size", DEFAULTS["chunk_size"])),
            int(instance.config.get("chunk_overlap", DEFAULTS["chunk_overlap"])),
        )
        self._index.replace(instance, item.n, chunks)
        return len(chunks)

    def _read(self, instance: Instance, item: Item) -> bytes:
        if item.source_id == BUILTIN:
            content = self._items.content(item)
            if content is None:
                raise IndexingError("file_not_found")
            return content
        path = sources.locate(instance, self._data, item.key)
        if path is None:
            raise IndexingError("crawl_got_http_error" if instance.crawls else "file_not_found")
        try:
            if path.stat().st_size > LARGEST_FILE:
                raise IndexingError("over_size")
            return path.read_bytes()
        except OSError:
            raise IndexingError("r2_unknown_error") from None


def _selector(instance: Instance, key: str) -> str | None:
    """Return the content selector that the instance has for a page."""
    crawler = (instance.config.get("source_params") or {}).get("web_crawler") or {}
    for rule in (crawler.get("parse_options") or {}).get("content_selector") or []:
        if glob(rule["path"]).match(key) or glob(rule["path"]).match(urlsplit(key).path):
            return str(rule["selector"])
    return None


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file, empty when it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
