"""Accounts, our own token, namespaces and service tokens."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

from tui.api.base import Endpoints
from tui.api.paging import by_page
from tui.api.request import route
from tui.errors import AppError
from tui.models import Account, Namespace, Page, ServiceToken, TokenStatus, decode_one

ACCOUNT_TOKEN = 1000
"""What the verification of user tokens answers to a token that an account owns (api-facts: Authentication)."""


class AccountEndpoints(Endpoints):
    """The endpoints of this group (api-facts: Authentication)."""

    async def verify_token(self) -> TokenStatus:
        """Verify our token: the user kind first, the account kind where that answers code 1000."""
        try:
            reply = await self._get(route("user", "tokens", "verify"))
        except AppError as error:
            if error.code != ACCOUNT_TOKEN or not self._account:
                raise
            reply = await self._get(self._path("tokens", "verify"))
        return decode_one(TokenStatus, reply.result)

    async def list_accounts(self, *, page: int = 1, per_page: int = 50) -> Page[Account]:
        """Accounts that the token can see; works for tokens of users and of accounts."""
        return await self._read_page(Account, route("accounts"), {"page": page, "per_page": per_page})

    def account_pages(self, *, per_page: int = 50) -> AsyncIterator[Page[Account]]:
        """All accounts that the token can see, page by page, none twice."""
        return by_page(lambda page: self.list_accounts(page=page, per_page=per_page), lambda account: account.id)


class NamespaceEndpoints(Endpoints):
    """The endpoints of this group (api-facts: Namespaces)."""

    async def list_namespaces(
        self, *, page: int = 1, per_page: int = 100, search: str | None = None
    ) -> Page[Namespace]:
        """Namespaces without `default`, which the list does not return."""
        query = {"page": page, "per_page": per_page, "search": search}
        return await self._read_page(Namespace, self._path("ai-search", "namespaces"), query)

    def namespace_pages(self, *, per_page: int = 100, search: str | None = None) -> AsyncIterator[Page[Namespace]]:
        """All namespaces but `default`, page by page, none twice."""
        return by_page(
            lambda page: self.list_namespaces(page=page, per_page=per_page, search=search), lambda space: space.name
        )

    async def get_namespace(self, name: str) -> Namespace:
        """One namespace; `default` works."""
        return decode_one(Namespace, (await self._get(self._path("ai-search", "namespaces", name))).result)

    async def create_namespace(self, name: str, description: str | None = None) -> Namespace:
        """Create a namespace. Answers 201."""
        body = {"name": name} | ({"description": description} if description else {})
        path = self._path("ai-search", "namespaces")
        return await self._write_one(Namespace, "POST", path, body, read_back=f"whether namespace {name} exists")

    async def update_namespace(self, name: str, changes: Mapping[str, Any]) -> Namespace:
        """Change the description or the public endpoint."""
        path = self._path("ai-search", "namespaces", name)
        return await self._write_one(Namespace, "PUT", path, changes, read_back=f"namespace {name}")

    async def delete_namespace(self, name: str) -> None:
        """Delete an empty namespace."""
        path = self._path("ai-search", "namespaces", name)
        await self._write("DELETE", path, read_back=f"whether namespace {name} is still there")


class TokenEndpoints(Endpoints):
    """Service tokens: what instances read their sources with. A secret goes in and never comes out."""

    async def list_tokens(self, *, page: int = 1, per_page: int = 100, search: str | None = None) -> Page[ServiceToken]:
        """Service tokens of the account."""
        query = {"page": page, "per_page": per_page, "search": search}
        return await self._read_page(ServiceToken, self._path("ai-search", "tokens"), query)

    def token_pages(self, *, per_page: int = 100, search: str | None = None) -> AsyncIterator[Page[ServiceToken]]:
        """All service tokens, page by page, none twice."""
        return by_page(
            lambda page: self.list_tokens(page=page, per_page=per_page, search=search), lambda token: token.id
        )

    async def create_token(self, body: Mapping[str, Any]) -> ServiceToken:
        """Register a service token; `body` has its secret, which is masked in the request log. Answers 201."""
        path = self._path("ai-search", "tokens")
        return await self._write_one(ServiceToken, "POST", path, body, read_back="the list of service tokens")

    async def update_token(self, token_id: str, body: Mapping[str, Any]) -> ServiceToken:
        """Replace a service token's name or secret."""
        path = self._path("ai-search", "tokens", token_id)
        return await self._write_one(ServiceToken, "PUT", path, body, read_back="the list of service tokens")

    async def delete_token(self, token_id: str) -> None:
        """Delete a service token that no instance uses."""
        await self._write("DELETE", self._path("ai-search", "tokens", token_id), read_back="the list of service tokens")
