"""Service tokens: the list, and which instances read their source with each."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from tui.contract import Api, Priority
from tui.models import Instance, InstanceKey, ServiceToken
from tui.secret import Secret
from tui.service.outcome import Outcome
from tui.service.writer import Writer
from tui.text import safe


class TokenUse(Struct, frozen=True):
    """One service token and its instances; `listed` is False for a token that instances name and the list has not."""

    token: ServiceToken
    instances: tuple[InstanceKey, ...]
    listed: bool = True


def token_uses(tokens: Iterable[ServiceToken], fleet: Iterable[Instance]) -> tuple[TokenUse, ...]:
    """Who uses which token, in the order of the list; tokens that are named and not listed come first."""
    users: dict[str, list[InstanceKey]] = {}
    for instance in fleet:
        if instance.token_id:
            users.setdefault(instance.token_id, []).append(instance.key)
    listed = tuple(TokenUse(token, tuple(sorted(users.pop(token.id, ())))) for token in tokens)
    lost = (TokenUse(ServiceToken(id=token_id), tuple(sorted(keys)), False) for token_id, keys in users.items())
    return (*lost, *listed)


class TokenService:
    """Raises AppError."""

    def __init__(self, api: Api, writer: Writer) -> None:
        self._api = api
        self._writer = writer

    async def read(self) -> tuple[ServiceToken, ...]:
        """All service tokens of the account."""
        pages = self._api.using(Priority.USER).token_pages()
        return tuple([token async for page in pages for token in page.items])

    async def create(self, name: str, api_id: str, secret: Secret) -> Outcome:
        """Register an API token for reading sources. `secret` goes into the request and nowhere else."""
        listed = {one.id for one in await self.read()}

        async def send() -> Outcome:
            body = {"name": name, "cf_api_id": api_id, "cf_api_key": secret.reveal()}
            made = await self._api.using(Priority.USER).create_token(body)
            return Outcome(f"Service token {safe(name)} created", f"Id {made.id}")

        async def look() -> Outcome:
            new = [one for one in await self.read() if one.id not in listed and one.cf_api_id == api_id]
            if new:
                return Outcome(f"Service token {safe(name)} was created", f"Id {new[0].id}. Found after a lost reply.")
            return Outcome(f"Service token {safe(name)} is not there", "The reply was lost: try again.", done=False)

        return await self._writer.write("create service token", f"{name} for API token {api_id}", send, look)

    async def delete(self, token: ServiceToken) -> Outcome:
        """Delete a token that no instance uses; the server refuses one in use (api-errors: 7076)."""
        name = token.name or token.id

        async def send() -> Outcome:
            await self._api.using(Priority.USER).delete_token(token.id)
            return Outcome(f"Service token {name} deleted")

        async def look() -> Outcome:
            if any(one.id == token.id for one in await self.read()):
                return Outcome(f"Service token {name} is still there", "The reply was lost: try again.", done=False)
            return Outcome(f"Service token {name} was deleted", "Read back after a lost reply.")

        return await self._writer.write("delete service token", token.id, send, look)
