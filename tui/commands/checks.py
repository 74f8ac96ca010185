"""What the API says of a token: its kind, the accounts it sees, whether it may use AI Search. Reads only."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from msgspec import Struct

from tui.contract import Api
from tui.errors import AppError, CredentialError, Forbidden, Unauthorized
from tui.models import Account, TokenStatus
from tui.secret import Secret

ACCOUNT_TOKEN = 1000
"""What /user/tokens/verify answers to a token that an account owns (api-facts: Authentication)."""
ANYWHERE = ""
"""No account: enough to verify a user's token and to list accounts."""
T = TypeVar("T")


class Sight(Struct, frozen=True):
    """What a token is, as far as it can be seen without an account. `status` is None for an account's own token.

    `millis` is how long the API took for the first reply, `refusal` why it would not list the accounts,
    `offset` how many seconds its clock is ahead of this machine's.
    """

    kind: str
    status: TokenStatus | None
    accounts: tuple[Account, ...]
    millis: float = 0.0
    refusal: AppError | None = None
    offset: float = 0.0


def asked(token: Secret, base_url: str, account: str, ask: Callable[[Api], Awaitable[T]]) -> T:
    """Open a client, ask, close it. Raises AppError."""
    from tui.api.client import Client

    async def once() -> T:
        api = Client(account=account, token=token, base_url=base_url)
        try:
            return await ask(api)
        finally:
            await api.aclose()

    return asyncio.run(once())


async def look(api: Api) -> Sight:
    """Verify the token as a user's and list its accounts; `api` needs no account.

    A token of an account is refused there with code 1000, as a token that does not exist may be; `verify` tells the
    two apart once the account is known. Raises AppError.
    """
    began = time.monotonic()
    try:
        kind, status = "user token", require_active(await api.verify_token())
    except AppError as error:
        if error.code != ACCOUNT_TOKEN:
            raise
        kind, status = "account token", None
    millis = (time.monotonic() - began) * 1000
    try:
        accounts = tuple([one async for page in api.account_pages() for one in page.items])
        return Sight(kind, status, accounts, millis, offset=api.clock_offset)
    except (Unauthorized, Forbidden) as refusal:
        return Sight(kind, status, (), millis, refusal, api.clock_offset)


async def verify(api: Api) -> TokenStatus:
    """Verify the token, with the account's own verification where the user's does not know it. Raises AppError."""
    return require_active(await api.verify_token())


async def permitted(api: Api) -> None:
    """List one instance: the permission AI Search:Edit shows in nothing else. Raises Forbidden without it.

    The refusal may come as 401 or 403 (api-facts: Envelope), and looks like that of an unknown token; call it only
    after `verify`.
    """
    try:
        await api.list_instances(page=1, per_page=1)
    except (Unauthorized, Forbidden) as error:
        raise Forbidden(
            "The token may not use AI Search in this account",
            "It is valid, and the list of instances is refused.",
            "Give it the permissions AI Search:Edit and AI Search:Run for this account, in the dashboard.",
            code=error.code,
            http=error.http,
            ray=error.ray,
        ) from None


def require_active(status: TokenStatus) -> TokenStatus:
    """`status`, if it is active. Raises CredentialError for a disabled or expired token."""
    if status.status and status.status != "active":
        when = f" on {status.expires_on}" if status.expires_on and status.status == "expired" else ""
        raise CredentialError(
            f"The token is {status.status}",
            f"The API knows it and says that it is {status.status}{when}.",
            "Roll it or make another one in the dashboard, then run `aisearch login`.",
        )
    return status
