"""What is asked of the account: namespaces, service tokens, our own token."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any, Protocol

from tui.models import Account, Namespace, Page, ServiceToken, TokenStatus


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
