"""What the service and the pollers need of an API client: one protocol, so that they never see the wire.

`tui.api.client.Client` fulfils it; so can a test double. All calls raise `AppError` and nothing else, and may be
cancelled at any await.
"""

from __future__ import annotations

from typing import Protocol, Self

from tui.contract.account import AccountApi, NamespaceApi, TokenApi
from tui.contract.budget import Budget, Exchange, Priority, Progress
from tui.contract.instances import InstanceApi, JobApi
from tui.contract.items import ItemApi, SearchApi

__all__ = ["Api", "Budget", "Exchange", "Priority", "Progress"]


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

    def drop_connections(self) -> None:
        """Make new connections from now on: those that are open may be dead."""
        ...

    async def aclose(self) -> None:
        """Close every connection; calls in flight are cancelled."""
        ...
