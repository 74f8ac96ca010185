"""Instances: list, read, create, change, move, delete, statistics."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

from tui.api.base import Endpoints, page_of
from tui.api.envelope import Reply
from tui.api.paging import by_page
from tui.errors import BadReply
from tui.models import Instance, InstanceDocument, InstanceKey, Page, Stats, decode_list, decode_one
from tui.models.put_body import put_body


class InstanceEndpoints(Endpoints):
    """The endpoints of this group (api-facts: Instances, Stats)."""

    async def list_instances(
        self, namespace: str | None = None, *, page: int = 1, per_page: int = 100, search: str | None = None
    ) -> Page[Instance]:
        """Instances of one namespace, or of all of them with None: only the flat path lists across namespaces."""
        above = () if namespace is None else ("namespaces", namespace)
        path = self._path("ai-search", *above, "instances")
        reply = await self._get_page(path, {"page": page, "per_page": per_page, "search": search})
        return page_of(reply, decode_list(Instance, _placed(reply.result, namespace)))

    def instance_pages(
        self, namespace: str | None = None, *, per_page: int = 100, search: str | None = None
    ) -> AsyncIterator[Page[Instance]]:
        """All instances, page by page, none twice."""
        return by_page(
            lambda page: self.list_instances(namespace, page=page, per_page=per_page, search=search),
            lambda instance: instance.key,
        )

    async def get_instance(self, key: InstanceKey) -> InstanceDocument:
        """One instance in full: typed, as safe text, and exact."""
        return _document(await self._get(self._instance(key)), key)

    async def create_instance(self, namespace: str, body: Mapping[str, Any]) -> Instance:
        """Create an instance; `body` as the API takes it. Answers 201."""
        path = self._path("ai-search", "namespaces", namespace, "instances")
        read_back = f"the instances of {namespace}, for {body.get('id', 'the new one')}"
        reply = await self._write("POST", path, body, read_back=read_back)
        return decode_one(Instance, _placed_one(reply.result, namespace))

    async def update_instance(self, key: InstanceKey, changes: Mapping[str, Any]) -> Instance:
        """PUT top-level fields; omitted ones stay."""
        return (await self._put(key, changes)).instance

    async def change_instance(self, key: InstanceKey, wanted: Mapping[str, Any]) -> InstanceDocument:
        """Make the instance have `wanted`: read it afresh and PUT what differs, objects whole. No PUT without a change.

        Returns the reply in full: what it does not hold may not have been stored (api-facts: Instances). Raises
        UsageError for a field that cannot change.
        """
        document = await self.get_instance(key)
        body = put_body(document.exact, wanted)
        return await self._put(key, body) if body else document

    async def _put(self, key: InstanceKey, body: Mapping[str, Any]) -> InstanceDocument:
        return _document(
            await self._write("PUT", self._instance(key), body, read_back=f"the configuration of {key}"), key
        )

    async def delete_instance(self, key: InstanceKey) -> None:
        """Delete an instance and its index. The list may show it for up to a minute more (api-facts: Routes)."""
        await self._write("DELETE", self._instance(key), read_back=f"whether {key} is still there, after a minute")

    async def move_instance(self, key: InstanceKey, new_namespace: str) -> None:
        """Move an instance to another namespace. What the reply holds is unknown, so nothing is read from it."""
        read_back = f"whether {key.id} is in {new_namespace} or still in {key.namespace}"
        await self._write("PATCH", self._instance(key), {"new_namespace": new_namespace}, read_back=read_back)

    async def purge_cache(self, key: InstanceKey) -> None:
        """Drop the instance's cached answers."""
        await self._write("POST", self._instance(key, "purge_cache"), read_back=f"{key}: purging again does no harm")

    async def stats(self, key: InstanceKey) -> Stats:
        """The counters of an instance."""
        return decode_one(Stats, (await self._get(self._instance(key, "stats"))).result)


def _document(reply: Reply, key: InstanceKey) -> InstanceDocument:
    if not isinstance(reply.exact, dict):
        raise BadReply("The API sent something else", f"Expected the instance {key} as a JSON object.", "Refresh.")
    return InstanceDocument(
        decode_one(Instance, _placed_one(reply.result, key.namespace)), shown=reply.result, exact=reply.exact
    )


def _placed(rows: Any, namespace: str | None) -> Any:
    """The rows of a list of one namespace, which need not repeat its name."""
    return [_placed_one(row, namespace) for row in rows] if isinstance(rows, list) and namespace else rows


def _placed_one(row: Any, namespace: str | None) -> Any:
    return {**row, "namespace": row.get("namespace") or namespace} if isinstance(row, dict) and namespace else row
