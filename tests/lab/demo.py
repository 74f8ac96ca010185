"""A client of the demo's world in this process, without a console."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx

from tests.filled import fill_as_before
from tui.api.client import Client
from tui.emulator import Emulator, EmulatorConfig, ManualClock
from tui.secret import Secret

TOKEN = "test-token-0123456789"
BASE_URL = "https://emulator.invalid/client/v4"
START = 1_790_000_000.0


class Demo:
    """The demo and a client of it; `cut` makes the first requests to a path end without a reply."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.sent: list[httpx.Request] = []
        self.cut = 0
        self.api = Client(
            account=emulator.account, token=Secret(TOKEN), base_url=BASE_URL, transport=_Wire(self), sleep=_at_once
        )

    def asked(self, part: str = "") -> list[httpx.Request]:
        """The requests whose path has a part."""
        return [one for one in self.sent if part in one.url.path]


class _Wire(httpx.AsyncBaseTransport):
    def __init__(self, demo: Demo) -> None:
        self._demo = demo
        self._inner = httpx.ASGITransport(app=demo.emulator.app)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._demo.sent.append(request)
        if self._demo.cut and request.url.path.endswith("/search"):
            self._demo.cut -= 1
            raise httpx.ReadError("connection lost", request=request)
        return await self._inner.handle_async_request(request)


async def _at_once(seconds: float) -> None:
    return None


@asynccontextmanager
async def demo(config: EmulatorConfig | None = None) -> AsyncIterator[Demo]:
    """The demo's world at a fixed time."""
    settings = replace(config or EmulatorConfig(), token=TOKEN, clock=ManualClock(START))
    emulator = Emulator(settings, fill_as_before)
    world = Demo(emulator)
    try:
        yield world
    finally:
        await world.api.aclose()
        emulator.close()


def ticking(step: float = 0.25) -> Callable[[], float]:
    """A clock that goes on by a step at every look."""
    steps = itertools.count()
    return lambda: next(steps) * step
