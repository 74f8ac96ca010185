"""An emulator with a clock in the test's hand, and a client that speaks to it in process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from subprocess import PIPE
from typing import Any

import httpx
import pytest

from tests.emulator import contract
from tui.emulator import Emulator, EmulatorConfig, ManualClock

TOKEN = "t0ken"
ACCOUNT = "0123456789abcdef0123456789abcdef"
BASE = "http://emulator/client/v4"


class Client:
    """Sends requests with the token and unpacks envelopes."""

    account = ACCOUNT
    token = TOKEN
    base = BASE

    def __init__(self, emulator: Emulator, clock: ManualClock, data: Path) -> None:
        self.emulator = emulator
        self.clock = clock
        self.data = data
        self.answered: set[tuple[str, str]] = set()
        transport = httpx.ASGITransport(app=emulator.app)
        self.http = httpx.AsyncClient(transport=transport, headers={"Authorization": f"Bearer {TOKEN}"})

    async def send(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Send to a path below the account's ai-search, or with `!` from the top; every reply is checked."""
        url = self.base + path[1:] if path.startswith("!") else f"{self.base}/accounts/{ACCOUNT}/ai-search{path}"
        response = await self.http.request(method, url, **more)
        operation = contract.check(response)
        if operation:
            self.answered.add(operation)
        return response

    async def ok(self, method: str, path: str, status: int = 200, **more: Any) -> Any:
        """Send, expect success and return the result."""
        response = await self.send(method, path, **more)
        assert response.status_code == status, response.text
        body = response.json()
        assert body["success"] is True
        return body["result"]

    async def refused(self, method: str, path: str, **more: Any) -> tuple[int, int, str]:
        """Send, expect a refusal and return status, code and message."""
        response = await self.send(method, path, **more)
        body = response.json()
        assert body["success"] is False
        (error,) = body["errors"]
        return response.status_code, error["code"], error["message"]

    def bucket(self, name: str, files: dict[str, str | bytes]) -> Path:
        """Put files into a bucket."""
        return write(self.data / "buckets" / name, files)

    def site(self, host: str, files: dict[str, str | bytes]) -> Path:
        """Put pages into a website."""
        return write(self.data / "sites" / host, files)

    async def synced(self, instance: str, files: dict[str, str | bytes], **config: Any) -> str:
        """Make a bucket and an instance of it, sync it to the end and return its path."""
        self.bucket(f"{instance}-bucket", files)
        await self.ok("POST", "/instances", 201, json={"id": instance, "source": f"{instance}-bucket", **config})
        path = f"/namespaces/default/instances/{instance}"
        await self.ok("POST", f"{path}/jobs")
        self.pass_time(3600)
        return path

    def pass_time(self, seconds: float) -> None:
        """Move the clock and do what is due."""
        self.clock.advance(seconds)
        self.emulator.settle()


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    """Write files below `folder`."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    folder.mkdir(parents=True, exist_ok=True)
    return folder


EASY = {
    "max_per_page": 1000,
    "over_max": "clamp",
    "end_reason": "completed",
    "upload_jobs": False,
    "time_format": "rfc3339",
}


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Client]]:
    """Return a maker of clients on new emulators; keywords go into the EmulatorConfig.

    Lists are read in one page here, however long, a job that went well says so, and uploads start none:
    the real forms have tests of their own.
    """
    emulators: list[Emulator] = []

    def build(**settings: Any) -> Client:
        clock = settings.pop("clock", None) or ManualClock()
        data = settings.pop("data", tmp_path / "data")
        config = EmulatorConfig(
            **{"seed": "empty", "token": TOKEN, "account": ACCOUNT, "data": data, "clock": clock, **EASY, **settings}
        )
        emulators.append(Emulator(config))
        return Client(emulators[-1], clock, data)

    yield build
    for emulator in emulators:
        emulator.close()


@pytest.fixture
async def api(make: Callable[..., Client]) -> AsyncIterator[Client]:
    """Return a client on an empty emulator."""
    client = make()
    yield client
    await client.http.aclose()


class Server:
    """A served emulator in a process of its own."""

    def __init__(self, *arguments: str) -> None:
        command = [sys.executable, str(Path(__file__).parent / "served.py"), "--port", "0", "--token", TOKEN]
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
        self.process = subprocess.Popen([*command, "--account", ACCOUNT, *arguments], env=environment, stdout=PIPE)
        assert self.process.stdout is not None
        self.greeting = self.process.stdout.readline().decode()
        self.url = self.greeting.removeprefix("LISTENING ").strip()
        self.api = f"{self.url}/accounts/{ACCOUNT}/ai-search"
        self.headers = {"Authorization": f"Bearer {TOKEN}"}

    def stop(self, signal_number: int = signal.SIGTERM) -> int:
        """End the process by a signal and return its exit code."""
        self.process.send_signal(signal_number)
        code = self.process.wait(10)
        if self.process.stdout is not None:
            self.process.stdout.close()
        return code


@pytest.fixture
def serving() -> Iterator[Callable[..., Server]]:
    """Return a starter of served emulators."""
    servers: list[Server] = []

    def start(*arguments: str) -> Server:
        servers.append(Server(*arguments))
        return servers[-1]

    yield start
    for server in servers:
        if server.process.poll() is None:
            server.stop(signal.SIGKILL)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name documents by their place in the list: encrypted ones differ at each collection, and workers must agree."""
    return argname if isinstance(val, bytes) and len(val) > 60 else None
