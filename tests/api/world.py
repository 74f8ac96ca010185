"""The emulator behind our client: in process, on a clock that the test turns, or on a real socket."""

import contextlib
import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from tests.filled import fill_as_before
from tui.api.client import Client
from tui.emulator import Emulator, EmulatorConfig, ManualClock
from tui.models import InstanceKey
from tui.secret import Secret

from .kit import ACCOUNT, TOKEN
from .openapi import judge_reply, judge_request

DOCS = InstanceKey("default", "docs")
FILES = {
    "guides/paint.md": "# Paint\n\nBoats need paint every spring.\n",
    "guides/ropes.md": "# Ropes\n\nRopes dry in the shade.\n",
    "broken.pdf": "no pdf at all",
}


class Judged(httpx.ASGITransport):
    """The way into the emulator; every request and reply is held against the contract."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        name = judge_request(request)
        response = await super().handle_async_request(request)
        response.request = request
        await response.aread()
        judge_reply(name, response)
        return response


class World:
    """An emulator with a manual clock and clients of it."""

    def __init__(self, data: Path, **config: Any) -> None:
        self.clock = ManualClock()
        self.data = data
        defaults = {"seed": "empty", "token": TOKEN, "account": ACCOUNT, "data": data, "clock": self.clock}
        self.emulator = Emulator(EmulatorConfig(**{**defaults, **config}), fill_as_before)

    def client(self, *, judged: bool = True, token: str = TOKEN) -> Client:
        way = (Judged if judged else httpx.ASGITransport)(app=self.emulator.app)
        return Client(account=ACCOUNT, token=Secret(token), transport=way, clock=self.clock, sleep=self.sleep)

    async def sleep(self, seconds: float) -> None:
        self.clock.advance(seconds)

    def bucket(self, name: str, files: dict[str, str]) -> None:
        for path, text in files.items():
            file = self.data / "buckets" / name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
            os.utime(file, (1_780_000_000, 1_780_000_000))

    def later(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.emulator.settle()

    async def synced(self, client: Client, key: InstanceKey = DOCS) -> InstanceKey:
        """An instance over a bucket of `FILES`, synced once."""
        self.bucket(f"{key.id}-bucket", FILES)
        await client.create_instance(key.namespace, {"id": key.id, "type": "r2", "source": f"{key.id}-bucket"})
        await client.create_job(key, "first")
        self.later(3600)
        return key

    @contextlib.contextmanager
    def served(self) -> Iterator[str]:
        """The base URL of this emulator on a real socket, from a thread of its own."""
        listener = socket.create_server(("127.0.0.1", 0))
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # or each reply waits 40 ms for an ACK
        settings = uvicorn.Config(self.emulator.app, log_level="error", access_log=False, lifespan="off")
        server = uvicorn.Server(settings)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/client/v4"
        finally:
            server.should_exit = True
            thread.join(10)
            listener.close()
