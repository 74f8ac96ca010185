"""One document from bytes to searchable chunks, with the outcome on the item."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from pathlib import Path

from tui.emulator import sources
from tui.emulator.chunking import split
from tui.emulator.documents.types import Kind, page_kind, path_of
from tui.emulator.extract import LARGEST_FILE, IndexingError, extract
from tui.emulator.globs import glob
from tui.emulator.index import Index
from tui.emulator.instances import DEFAULTS
from tui.emulator.items import BUILTIN, Items
from tui.emulator.records import Instance, Item
from tui.emulator.storage import Storage, is_disk
from tui.emulator.websites import Read, is_address

SLOWEST = 2.5
log = logging.getLogger(__name__)


def reading_time(size: int) -> float:
    """Return the virtual seconds that a document of `size` bytes takes at speed 1."""
    return min(SLOWEST, 0.12 + size / 40_000)


class Indexer:
    """Reads, extracts, chunks and indexes documents."""

    def __init__(
        self,
        storage: Storage,
        items: Items,
        index: Index,
        data: Path,
        read: Read,
        *,
        pdf_text: bool,
        keeps: bool,
        most: Callable[[Kind | None], int],
    ) -> None:
        """Work on `storage`; sources are looked up under `data`, `read` reads what needs a library.

        `pdf_text` and `most` are as `extract` has them. With `keeps` an indexed item that fails at its next reading
        keeps its chunks.
        """
        self._storage = storage
        self._items = items
        self._index = index
        self._data = data
        self._read_elsewhere = read
        self._pdf_text = pdf_text
        self._keeps = keeps
        self._most = most

    def run(self, instance: Instance, item: Item, at: float) -> IndexingError | None:
        """Index one item as of `at`; returns what failed, None when it went well.

        Whatever is wrong with a document is its item's error. An error of the disk is raised; so is, outside of
        `Storage.carefully`, one of the database, as it cannot be undone alone.
        """
        took = round(1000 * reading_time(item.size))
        try:
            with self._storage.guarded():
                count = self._index_text(instance, item)
        except IndexingError as failure:
            return self._failed(instance, item, at, failure, took)
        except Exception as error:
            if is_disk(error) or not self._storage.careful:
                raise
            log.exception("%s could not be indexed", item.key)
            return self._failed(instance, item, at, IndexingError("unknown_error", type(error).__name__), took)
        self._items.settle(item, at, chunks=count, error=None)
        self._items.log(item, at, "index", message=f"{count} chunks indexed", chunks=count, took_ms=took)
        return None

    def _failed(self, instance: Instance, item: Item, at: float, failure: IndexingError, took: int) -> IndexingError:
        if self._keeps and item.chunks:
            self._items.settle(item, at, chunks=item.chunks, error=failure.slug, status="outdated")
        else:
            self._index.clear(instance, item.n)
            self._items.settle(item, at, chunks=None, error=failure.slug)
        message = f"{item.key} failed: {failure.detail}" if failure.detail else f"{item.key} failed"
        self._items.log(item, at, "error", message=message, error=failure.slug, took_ms=took)
        return failure

    def _index_text(self, instance: Instance, item: Item) -> int:
        content, path = self._read(instance, item)
        self._storage.run(
            "UPDATE item SET size = ?, checksum = ? WHERE n = ?",
            len(content), hashlib.sha256(content).hexdigest(), item.n,
        )  # fmt: skip
        chunks = split(
            self._text(instance, item, content, path),
            int(instance.config.get("chunk_size", DEFAULTS["chunk_size"])),
            int(instance.config.get("chunk_overlap", DEFAULTS["chunk_overlap"])),
        )
        self._index.replace(instance, item.n, chunks)
        return len(chunks)

    def _text(self, instance: Instance, item: Item, content: bytes, path: Path | None) -> str:
        """Return the text of a document; a reader that trips over it is `unknown_error` and named in the log."""
        kind = page_kind(path.name) if instance.crawls and path is not None else None
        try:
            return extract(
                item.key, content, _selector(instance, item.key),
                pdf_text=self._pdf_text, kind=kind, elsewhere=self._read_elsewhere, most=self._most,
            )  # fmt: skip
        except IndexingError as failure:
            if failure.slug == "unknown_error":
                log.error("%s of instance %s cannot be read: %s", item.key, instance.id, failure.detail)
            raise
        except Exception as error:
            log.exception("%s of instance %s cannot be read", item.key, instance.id)
            raise IndexingError("unknown_error", f"{type(error).__name__}: {error}"[:500]) from None

    def _read(self, instance: Instance, item: Item) -> tuple[bytes, Path | None]:
        """Return the bytes of a document and the file that holds them; raises IndexingError."""
        if item.source_id == BUILTIN:
            content = self._items.content(item)
            if content is None:
                raise IndexingError("file_not_found")
            return content, None
        missing = "crawl_got_http_error" if instance.crawls else "file_not_found"
        if instance.crawls and not is_address(item.key):
            raise IndexingError("invalid_url")
        path = sources.locate(instance, self._data, item.key)
        try:
            if path is None:
                raise IndexingError(missing)
            if path.stat().st_size > LARGEST_FILE:
                raise IndexingError("over_size")
            return path.read_bytes(), path
        except FileNotFoundError:
            raise IndexingError(missing) from None
        except OSError as error:
            raise IndexingError("r2_unknown_error", error.strerror or "") from None


def _selector(instance: Instance, key: str) -> str | None:
    """Return the content selector that the instance has for a page."""
    crawler = (instance.config.get("source_params") or {}).get("web_crawler") or {}
    for rule in (crawler.get("parse_options") or {}).get("content_selector") or []:
        if glob(rule["path"]).match(key) or glob(rule["path"]).match(path_of(key)):
            return str(rule["selector"])
    return None


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file, empty when it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
