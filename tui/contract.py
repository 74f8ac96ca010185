"""What the service and the pollers need of an API client: one protocol, so that they never see the wire.

`tui.api.client.Client` fulfils it; so can a test double. All calls raise `AppError` and nothing else, and may be
cancelled at any await.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from enum import IntEnum
from pathlib import Path
from typing import Any, Protocol, Self

from msgspec import Struct

from tui.models import (
    Account,
    ChatEvent,
    Instance,
    InstanceDocument,
    InstanceKey,
    Item,
    ItemChunk,
    ItemLog,
    Job,
    JobLog,
    Namespace,
    Page,
    SearchResult,
    ServiceToken,
    Stats,
    TokenStatus,
)


class Priority(IntEnum):
    """The three classes of the request budget: a lower number goes first."""

    USER = 0
    VISIBLE = 1
    BACKGROUND = 2


class Budget(Struct, frozen=True):
    """The request budget as last known: requests used of `limit` per `window` seconds, and a block until `blocked_s`.

    `blocked_s` is the number of seconds until the server takes requests again; 0 when it takes them now.
    """

    used: int = 0
    limit: int = 1200
    window: float = 300.0
    blocked_s: float = 0.0


class Heard(Struct, frozen=True):
    """Seconds since the server was heard last, and since the oldest request without a reply was sent; 0 without one."""

    ago: float = 0.0
    waiting: float = 0.0

    @property
    def silence(self) -> float:
        """Seconds for which nothing was heard although something was asked."""
        return min(self.ago, self.waiting)


class Exchange(Struct, frozen=True):
    """One request as the request log shows it. Never holds a token. `started` is in epoch seconds.

    `ahead`: seconds by which the server's clock, cut to whole ones, was ahead of ours; None without its time.
    """

    started: float
    method: str
    path: str
    query: str = ""
    body: str = ""
    status: int | None = None
    millis: float = 0.0
    ray: str | None = None
    retries: int = 0
    failure: str = ""
    ahead: float | None = None


Progress = Callable[[int, int], None]
"""Called with bytes sent and bytes in all."""


class NamespaceApi(Protocol):
    """Namespaces of one account."""

    async def list_namespaces(
        self, *, page: int = 1, per_page: int = 100, search: str | None = None
    ) -> Page[Namespace]:
        """Namespaces without `default`, which the list does not return."""
        ...

    def namespace_pages(self, *, per_page: int = 100, search: str | None = None) -> AsyncIterator[Page[Namespace]]:
        """All namespaces but `default`, page by page, none twice."""
        ...

    async def get_namespace(self, name: str) -> Namespace:
        """One namespace; `default` works."""
        ...

    async def create_namespace(self, name: str, description: str | None = None) -> Namespace:
        """Create a namespace."""
        ...

    async def update_namespace(self, name: str, changes: Mapping[str, Any]) -> Namespace:
        """Change the description or the public endpoint."""
        ...

    async def delete_namespace(self, name: str) -> None:
        """Delete an empty namespace."""
        ...


class TokenApi(Protocol):
    """Service tokens of one account."""

    async def list_tokens(self, *, page: int = 1, per_page: int = 100, search: str | None = None) -> Page[ServiceToken]:
        """Service tokens of the account."""
        ...

    def token_pages(self, *, per_page: int = 100, search: str | None = None) -> AsyncIterator[Page[ServiceToken]]:
        """All service tokens, page by page, none twice."""
        ...

    async def create_token(self, body: Mapping[str, Any]) -> ServiceToken:
        """Register a service token; `body` has its secret, which is never logged."""
        ...

    async def update_token(self, token_id: str, body: Mapping[str, Any]) -> ServiceToken:
        """Replace a service token's name or secret."""
        ...

    async def delete_token(self, token_id: str) -> None:
        """Delete a service token that no instance uses."""
        ...


class AccountApi(Protocol):
    """Our own token and the accounts it can see."""

    async def verify_token(self) -> TokenStatus:
        """Verify our token: the user kind first, the account kind where that answers code 1000."""
        ...

    async def list_accounts(self, *, page: int = 1, per_page: int = 50) -> Page[Account]:
        """Accounts that the token can see."""
        ...

    def account_pages(self, *, per_page: int = 50) -> AsyncIterator[Page[Account]]:
        """All accounts that the token can see, page by page, none twice."""
        ...


class InstanceApi(Protocol):
    """Instances of one account."""

    async def list_instances(
        self, namespace: str | None = None, *, page: int = 1, per_page: int = 100, search: str | None = None
    ) -> Page[Instance]:
        """Instances of one namespace, or of all of them with None (the flat path). `search`: id contains."""
        ...

    async def get_instance(self, key: InstanceKey) -> InstanceDocument:
        """One instance in full."""
        ...

    async def create_instance(self, namespace: str, body: Mapping[str, Any]) -> Instance:
        """Create an instance; `body` as the API takes it."""
        ...

    async def update_instance(self, key: InstanceKey, changes: Mapping[str, Any]) -> Instance:
        """PUT top-level fields; omitted ones stay (api-facts: Instances)."""
        ...

    async def change_instance(self, key: InstanceKey, wanted: Mapping[str, Any]) -> InstanceDocument:
        """Read it afresh and PUT what differs from `wanted`, changed objects whole; no PUT when nothing differs."""
        ...

    def instance_pages(
        self, namespace: str | None = None, *, per_page: int = 100, search: str | None = None
    ) -> AsyncIterator[Page[Instance]]:
        """All instances, page by page, none twice however the list shifts."""
        ...

    async def delete_instance(self, key: InstanceKey) -> None:
        """Delete an instance and its index."""
        ...

    async def move_instance(self, key: InstanceKey, new_namespace: str) -> None:
        """Move an instance to another namespace."""
        ...

    async def purge_cache(self, key: InstanceKey) -> None:
        """Drop the instance's cached answers."""
        ...

    async def stats(self, key: InstanceKey) -> Stats:
        """The counters of an instance."""
        ...


class JobApi(Protocol):
    """Sync jobs and their logs."""

    async def list_jobs(self, key: InstanceKey, *, page: int = 1, per_page: int = 50) -> Page[Job]:
        """Jobs of an instance, in the server's order, which is unknown."""
        ...

    def job_pages(self, key: InstanceKey, *, per_page: int = 50) -> AsyncIterator[Page[Job]]:
        """All jobs of an instance, page by page, none twice."""
        ...

    async def get_job(self, key: InstanceKey, job_id: str) -> Job:
        """One job."""
        ...

    async def create_job(self, key: InstanceKey, description: str | None = None) -> Job:
        """Start a sync job. Raises CoolingDown within 30 s of the last, OutcomeUnknown when no reply came."""
        ...

    async def cancel_job(self, key: InstanceKey, job_id: str) -> Job:
        """Cancel a job that has not ended."""
        ...

    async def job_logs(self, key: InstanceKey, job_id: str, *, page: int = 1, per_page: int = 100) -> Page[JobLog]:
        """One page of a job's log, in the server's order. A job without lines yet gives an empty page."""
        ...


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
        self, key: InstanceKey, *, per_page: int = 50, status: str | None = None, source: str | None = None
    ) -> AsyncIterator[Page[Item]]:
        """All items of a status and a source, or of any, page by page, none twice."""
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
        """Upload a file of at most 10 MiB to built-in storage."""
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

    async def search(self, key: InstanceKey, body: Mapping[str, Any], *, repeat: bool = False) -> SearchResult:
        """Search one instance. `repeat` lets it be sent again after a fault, as a GET is: it only reads."""
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


class Api(InstanceApi, JobApi, ItemApi, SearchApi, NamespaceApi, TokenApi, AccountApi, Protocol):
    """The AI Search API of one account. Paths that know the namespace are used wherever it is known."""

    def using(self, priority: Priority) -> Self:
        """The same client, its requests counted in another class of the budget."""
        ...

    @property
    def budget(self) -> Budget:
        """The request budget now."""
        ...

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """The last requests, newest last, bounded."""
        ...

    def now(self) -> float:
        """Epoch seconds of the server, as its replies tell them: what ages, states and cool-downs are judged by."""
        ...

    @property
    def clock_offset(self) -> float:
        """Seconds that the server's clock is ahead of this machine's; 0 within two seconds."""
        ...

    @property
    def heard(self) -> Heard:
        """When the server was heard last, and whether it is waited for."""
        ...

    def drop_connections(self) -> None:
        """Make new connections from now on: those that are open may be dead."""
        ...

    async def aclose(self) -> None:
        """Close every connection; calls in flight are cancelled."""
        ...


class ReadsPages(Protocol):
    """Reads pages of public websites, without any token."""

    async def text(self, address: str) -> str:
        """The text of a page. Raises AppError."""
        ...


OpenPages = Callable[[], AbstractAsyncContextManager[ReadsPages]]
"""Opens the way to public websites, and closes it again."""
