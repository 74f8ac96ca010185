"""What is asked of items, and of searches over them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, Protocol

from tui.contract.budget import Progress
from tui.models import ChatEvent, InstanceKey, Item, ItemChunk, ItemLog, Page, SearchResult


class ItemApi(Protocol):
    """Items of an instance; they exist under a namespace only (api-facts: Routes)."""

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
        """Items of an instance, filtered by the server."""
        ...

    def item_pages(
        self, key: InstanceKey, *, per_page: int = 50, status: str | None = None
    ) -> AsyncIterator[Page[Item]]:
        """All items of a status, or of any, page by page, none twice."""
        ...

    async def get_item(self, key: InstanceKey, item_id: str) -> Item:
        """One item."""
        ...

    async def upload_item(
        self,
        key: InstanceKey,
        path: Path,
        *,
        name: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        progress: Progress | None = None,
    ) -> Item:
        """Upload a file of at most 4 MB to built-in storage."""
        ...

    async def sync_item(self, key: InstanceKey, item_id: str) -> Item:
        """Index one item again."""
        ...

    async def put_item(self, key: InstanceKey, item_key: str) -> Item:
        """Index one object of the source by its key, new or known."""
        ...

    async def delete_item(self, key: InstanceKey, item_id: str) -> None:
        """Delete one item."""
        ...

    async def item_chunks(self, key: InstanceKey, item_id: str, *, limit: int = 50, offset: int = 0) -> Page[ItemChunk]:
        """Chunks of an item; `limit` is 1 to 100."""
        ...

    def chunk_pages(self, key: InstanceKey, item_id: str, *, limit: int = 50) -> AsyncIterator[Page[ItemChunk]]:
        """All chunks of an item, in steps of `limit`."""
        ...

    def item_log_pages(self, key: InstanceKey, item_id: str, *, limit: int = 50) -> AsyncIterator[Page[ItemLog]]:
        """The whole log of an item, cursor by cursor."""
        ...

    async def item_logs(
        self, key: InstanceKey, item_id: str, *, limit: int = 50, cursor: str | None = None
    ) -> Page[ItemLog]:
        """Log of an item; `limit` is 1 to 100; follow `Page.cursor`."""
        ...

    async def download_item(self, key: InstanceKey, item_id: str, target: Path) -> int:
        """Stream an item's content to a new file of mode 0600; bytes written. Built-in storage only."""
        ...


class SearchApi(Protocol):
    """Search and chat, over one instance or several of a namespace."""

    async def search(self, key: InstanceKey, body: Mapping[str, Any]) -> SearchResult:
        """Search one instance."""
        ...

    async def search_namespace(self, namespace: str, body: Mapping[str, Any]) -> SearchResult:
        """Search several instances of a namespace at once, at most 10."""
        ...

    def chat(self, key: InstanceKey, body: Mapping[str, Any]) -> AsyncIterator[ChatEvent]:
        """A streamed answer over one instance."""
        ...

    def chat_namespace(self, namespace: str, body: Mapping[str, Any]) -> AsyncIterator[ChatEvent]:
        """A streamed answer over several instances of a namespace."""
        ...
