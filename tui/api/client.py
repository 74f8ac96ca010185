"""The client of the AI Search API: `tui.contract.Api` over HTTP, one short method an endpoint."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from tui.api.account import AccountEndpoints, NamespaceEndpoints, TokenEndpoints
from tui.api.instances import InstanceEndpoints
from tui.api.items import ItemEndpoints
from tui.api.jobs import JobEndpoints
from tui.api.search import SearchEndpoints
from tui.api.timing import TimeLimits, Timing
from tui.api.transport import Transport
from tui.base_url import DEFAULT_BASE_URL
from tui.secret import Secret

if TYPE_CHECKING:
    import httpx


class Client(
    InstanceEndpoints,
    JobEndpoints,
    ItemEndpoints,
    SearchEndpoints,
    NamespaceEndpoints,
    TokenEndpoints,
    AccountEndpoints,
):
    """The API of one account with one token; `using()` gives the same client in another class of the budget.

    `account` may be empty to verify a token and to list its accounts. An explicit `transport` takes the place of the
    network: the embedded emulator, or a test. Time is injected: `clock` in monotonic, `wall` in epoch seconds. Raises
    UsageError for a base URL that is not https (plain http to loopback only), CredentialError for an unusable token.
    """

    def __init__(
        self,
        *,
        account: str,
        token: Secret,
        base_url: str = DEFAULT_BASE_URL,
        transport: httpx.AsyncBaseTransport | None = None,
        limits: TimeLimits | None = None,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        rng: random.Random | None = None,
    ) -> None:
        timing = Timing(clock, wall, sleep, rng or random.Random())
        wire = Transport(base_url, token, transport=transport, timing=timing, limits=limits)
        super().__init__(account, wire)
