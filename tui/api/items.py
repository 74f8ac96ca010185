"""Items: the documents of an instance. They exist on the namespaced path only (api-facts: Routes)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from pathlib import Path
from typing import Any

from tui.api.base import Endpoints
from tui.api.paging import by_cursor, by_offset, by_page
from tui.api.request import ANYTHING, Call, UploadBody
from tui.contract import Progress
from tui.errors import UsageError
from tui.models import InstanceKey, Item, ItemChunk, ItemLog, Page, decode_one
from tui.models.instance import DEFAULT_NAMESPACE
from tui.models.item import with_exact_keys
from tui.system.private_files import NewFile
from tui.text import safe, size

MAX_UPLOAD = 10 * 1024 * 1024
"""Bytes: up to here the server decides, which takes 10 MiB of text, code and PDF with OCR and 4 MiB of the rest (7054);
beyond it nothing is sent (api-facts: Instances)."""
INDEX_AGAIN = {"next_action": "INDEX"}


class ItemEndpoints(Endpoints):
    """The endpoints of this group (api-facts: Lists and paging)."""

    async def list_items(
        self,
        key: InstanceKey,
        *,
        page: int = 1,
        per_page: int = 50,
        search: str | None = None,
        status: str | None = None,
        source: str | None = None,
        sort_by: str | None = None,
        metadata_filter: str | None = None,
        item_id: str | None = None,
        item_key: str | None = None,
    ) -> Page[Item]:
        """Items of an instance, filtered by the server. `metadata_filter` is JSON text."""
        query = {
            "page": page,
            "per_page": per_page,
            "search": search,
            "status": status,
            "source": source,
            "sort_by": sort_by,
            "metadata_filter": metadata_filter,
            "item_id": item_id,
            "key": item_key,
        }
        return await self._read_page(Item, self._items(key), query)

    def item_pages(
        self, key: InstanceKey, *, per_page: int = 50, status: str | None = None, source: str | None = None
    ) -> AsyncIterator[Page[Item]]:
        """All items of a status and a source, or of any, page by page, none twice."""
        return by_page(
            lambda page: self.list_items(key, page=page, per_page=per_page, status=status, source=source),
            lambda item: item.id,
        )

    async def get_item(self, key: InstanceKey, item_id: str) -> Item:
        """One item."""
        reply = await self._get(self._items(key, item_id))
        return decode_one(Item, with_exact_keys(reply.result, reply.exact))

    async def upload_item(
        self,
        key: InstanceKey,
        path: Path,
        *,
        name: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        progress: Progress | None = None,
    ) -> Item:
        """Upload a file to built-in storage. Raises UsageError for one that is unreadable or larger than 10 MiB."""
        content = await asyncio.to_thread(_read_upload, path)
        fields = {"metadata": json.dumps(metadata)} if metadata else {}
        upload = UploadBody(name or path.name, content, fields, progress)
        reply = await self._write(
            "POST", self._items(key), read_back=f"the items of {key}, for {upload.name}", upload=upload, slow=True
        )
        return decode_one(Item, with_exact_keys(reply.result, reply.exact))

    async def sync_item(self, key: InstanceKey, item_id: str) -> Item:
        """Index one item again."""
        path = self._items(key, item_id)
        return await self._write_one(Item, "PATCH", path, INDEX_AGAIN, read_back=f"item {item_id} of {key}")

    async def put_item(self, key: InstanceKey, item_key: str) -> Item:
        """Index one object of the source by its key, new or known."""
        body = {"key": item_key, **INDEX_AGAIN}
        return await self._write_one(
            Item, "PUT", self._items(key), body, read_back=f"the items of {key}, for {safe(item_key)}"
        )

    async def delete_item(self, key: InstanceKey, item_id: str) -> None:
        """Delete one item."""
        await self._write("DELETE", self._items(key, item_id), read_back=f"whether {key} still has item {item_id}")

    async def item_chunks(self, key: InstanceKey, item_id: str, *, limit: int = 50, offset: int = 0) -> Page[ItemChunk]:
        """Chunks of an item; `limit` is 1 to 100."""
        query = {"limit": limit, "offset": offset}
        return await self._read_page(ItemChunk, self._items(key, item_id, "chunks"), query)

    def chunk_pages(self, key: InstanceKey, item_id: str, *, limit: int = 50) -> AsyncIterator[Page[ItemChunk]]:
        """All chunks of an item, in steps of `limit`."""
        return by_offset(
            lambda offset: self.item_chunks(key, item_id, limit=limit, offset=offset), lambda chunk: chunk.id
        )

    async def item_logs(
        self, key: InstanceKey, item_id: str, *, limit: int = 50, cursor: str | None = None
    ) -> Page[ItemLog]:
        """Log of an item; `limit` is 1 to 100; follow `Page.cursor`."""
        query = {"limit": limit, "cursor": cursor}
        return await self._read_page(ItemLog, self._items(key, item_id, "logs"), query)

    def item_log_pages(self, key: InstanceKey, item_id: str, *, limit: int = 50) -> AsyncIterator[Page[ItemLog]]:
        """The whole log of an item, cursor by cursor."""
        return by_cursor(lambda cursor: self.item_logs(key, item_id, limit=limit, cursor=cursor))

    async def download_item(self, key: InstanceKey, item_id: str, target: Path) -> int:
        """Stream an item's content to a new file of mode 0600; bytes written. Built-in storage only.

        Raises UsageError when the file exists or cannot be written; a partial file is removed.
        """
        call = Call("GET", self._items(key, item_id, "download"), accept=ANYTHING, slow=True)
        async with NewFile(target) as file, aclosing(self._wire.stream(call, self._priority)) as pieces:
            async for piece in pieces:
                await file.write(piece)
        return file.size

    def _items(self, key: InstanceKey, *parts: str) -> str:
        return self._instance(InstanceKey(key.namespace or DEFAULT_NAMESPACE, key.id), "items", *parts)


def _read_upload(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_UPLOAD + 1)
            length = max(len(content), path.stat().st_size)
    except OSError as error:
        raise UsageError(
            "Cannot read the file", f"{safe(str(path))}: {error.strerror}.", "Choose another file."
        ) from None
    if len(content) > MAX_UPLOAD:
        raise UsageError(
            "The file is too large",
            f"{safe(path.name)} has {size(length)}; built-in storage takes at most 10 MiB.",
            "Split or compress it, or keep it in an R2 bucket as the source.",
        )
    return content
