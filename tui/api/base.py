"""What every group of endpoints shares: the account, the wire, the class of the budget, and paths."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any, Self, TypeVar

from tui.api.envelope import Reply
from tui.api.page_sizes import PageSizes
from tui.api.request import Call, UploadBody, route
from tui.api.transport import Transport
from tui.contract import Budget, Exchange, Heard, Priority
from tui.errors import UsageError
from tui.models import InstanceKey, Page, Resource, decode_list, decode_one
from tui.models.item import with_exact_keys

R = TypeVar("R", bound=Resource)
_ACCOUNT_ID = re.compile(r"[0-9a-f]{32}")


class Endpoints:
    """Builds calls for one account and decodes their results; the groups of endpoints derive from it."""

    def __init__(self, account: str, wire: Transport, priority: Priority = Priority.USER) -> None:
        self._account = account.strip().lower()
        self._wire = wire
        self._priority = priority
        self._page_sizes = PageSizes()

    def using(self, priority: Priority) -> Self:
        """The same client and connections, its requests counted in another class of the budget."""
        other = copy.copy(self)
        other._priority = priority
        return other

    @property
    def budget(self) -> Budget:
        """The request budget now."""
        return self._wire.governor.budget

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """The last requests, newest last, bounded, without any secret."""
        return self._wire.log.exchanges

    def now(self) -> float:
        """Epoch seconds of the server, as its replies tell them."""
        return self._wire.clock()

    @property
    def clock_offset(self) -> float:
        """Seconds that the server's clock is ahead of this machine's."""
        return self._wire.clock.offset

    @property
    def heard(self) -> Heard:
        """When the server was heard last, and whether it is waited for."""
        return self._wire.heard

    def drop_connections(self) -> None:
        """Make new connections from now on: those that are open may be dead."""
        self._wire.drop_connections()

    async def aclose(self) -> None:
        """Cancel calls in flight and close every connection."""
        await self._wire.aclose()

    def _path(self, *parts: str) -> str:
        """A path below the account. Raises UsageError before anything is sent when the account id is not one."""
        if not _ACCOUNT_ID.fullmatch(self._account):
            raise UsageError(
                "Not an account id",
                "An account id is 32 hexadecimal digits.",
                "Copy it from the dashboard's address bar, or run `aisearch login` to choose one.",
            )
        return route("accounts", self._account, *parts)

    def _instance(self, key: InstanceKey, *parts: str) -> str:
        """A path below an instance; without a namespace the flat, deprecated one (api-facts: Routes).

        Raises UsageError for a row that came without an id: its stand-in is no address.
        """
        if key.nameless:
            raise UsageError("An instance without an id", "The list gave none, so nothing can be asked of this row.")
        above = ("namespaces", key.namespace) if key.namespace else ()
        return self._path("ai-search", *above, "instances", key.id, *parts)

    async def _get(self, path: str, query: Mapping[str, str | int | None] | None = None) -> Reply:
        return await self._wire.send(Call("GET", path, query or {}), self._priority)

    async def _get_page(self, path: str, query: Mapping[str, str | int | None]) -> Reply:
        """One page of a list, in a size that the server takes."""
        return await self._page_sizes.read(path, query, lambda sized: self._get(path, sized))

    async def _read_page(self, kind: type[R], path: str, query: Mapping[str, str | int | None]) -> Page[R]:
        """One page of a list of `kind`."""
        reply = await self._get_page(path, query)
        return page_of(reply, decode_list(kind, with_exact_keys(reply.result, reply.exact)))

    async def _write(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        read_back: str,
        upload: UploadBody | None = None,
        slow: bool = False,
    ) -> Reply:
        """Send a write, once. `read_back` says what to look at when no reply comes."""
        call = Call(method, path, body=body, upload=upload, read_back=read_back, slow=slow)
        return await self._wire.send(call, self._priority)

    async def _write_one(self, kind: type[R], method: str, path: str, body: Any, *, read_back: str) -> R:
        """Send a write that answers with one resource."""
        reply = await self._write(method, path, body, read_back=read_back)
        return decode_one(kind, with_exact_keys(reply.result, reply.exact))


def page_of(reply: Reply, items: tuple[R, ...]) -> Page[R]:
    """A page with what `result_info` told of it."""
    info = reply.info
    return Page(items, info.page, info.per_page, info.total, info.cursor)
