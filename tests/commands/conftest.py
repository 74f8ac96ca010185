"""Commands against a served emulator: in this process where that is enough, as a program where it is not."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.trust.served import TOKEN, emulated, served
from tui import cli
from tui.emulator import Emulator

AISEARCH = str(Path(sys.executable).with_name("aisearch"))


@dataclass
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    @property
    def rows(self) -> list[list[str]]:
        """Standard output as the rows of a pipe, each with as many cells: nothing else may stand on it."""
        rows = [line.split("\t") for line in self.lines]
        assert len({len(row) for row in rows}) <= 1, self.out
        return rows

    @property
    def objects(self) -> list[dict[str, Any]]:
        """Standard output as JSON lines: nothing else may stand on it."""
        found = [json.loads(line) for line in self.lines]
        assert all(isinstance(one, dict) for one in found)
        return found


async def _never(message: Any) -> None:
    """The work was done, and the reply does not come."""
    with suppress(asyncio.CancelledError):
        await asyncio.sleep(2)


@dataclass
class Server:
    """The emulator, failing at the paths in `broken`, and never replying to the writes in `hanging`."""

    emulator: Emulator
    url: str = ""
    broken: set[str] = field(default_factory=set)
    hanging: set[tuple[str, str]] = field(default_factory=set)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        path = scope.get("path", "")
        if any(path.endswith(one) for one in self.broken):
            body = b'{"success": false, "errors": [{"code": 7017, "message": "broken"}], "result": null}'
            headers = [(b"content-type", b"application/json")]
            await send({"type": "http.response.start", "status": 500, "headers": headers})
            await send({"type": "http.response.body", "body": body})
            return
        hangs = any(scope.get("method", "") == verb and path.endswith(end) for verb, end in self.hanging)
        await self.emulator.app(scope, receive, _never if hangs else send)

    def choose(self, **choices: object) -> None:
        self.emulator.config = self.emulator.world.config = replace(self.emulator.config, **choices)

    @property
    def writes(self) -> list[str]:
        """What was sent that changes something."""
        return [f"{one.method} {one.path}" for one in self.emulator.received if one.method != "GET"]

    def counters(self, name: str) -> dict[str, int]:
        """What the server itself says of an instance of the namespace `default`."""
        path = f"{self.url}/accounts/{self.emulator.account}/ai-search/namespaces/default/instances/{name}/stats"
        result = httpx.get(path, headers={"Authorization": f"Bearer {TOKEN}"}).json()["result"]
        return {word: result[word] for word in ("queued", "running", "completed", "error", "skipped", "outdated")}

    @property
    def environ(self) -> dict[str, str]:
        return {
            "CLOUDFLARE_API_TOKEN": TOKEN,
            "CLOUDFLARE_BASE_URL": self.url,
            "CLOUDFLARE_ACCOUNT_ID": self.emulator.account,
        }

    def command(self, *given: str, **more: Any) -> subprocess.Popen[str]:
        """The program itself."""
        env = {**os.environ, **self.environ, **more.pop("env", {})}
        return subprocess.Popen(
            [AISEARCH, *given], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env, **more
        )


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with emulated(speed=1000.0, cooldown=1.0, retry_after_cooldown=True, rate_limit=0) as (emulator, _):
        server = Server(emulator)
        with served(server) as url:
            server.url = url
            yield server


@pytest.fixture
def server(running: Server) -> Iterator[Server]:
    before = running.emulator.config
    running.emulator.received.clear()
    yield running
    running.broken.clear()
    running.hanging.clear()
    running.emulator.config = running.emulator.world.config = before


class Aisearch:
    """Runs commands in this process."""

    def __init__(self, server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._server, self._patch, self._capsys = server, monkeypatch, capsys

    def __call__(self, *given: str) -> Ran:
        for name, value in self._server.environ.items():  # the token is taken out of the environment by each run
            self._patch.setenv(name, value)
        self._capsys.readouterr()
        try:
            code = cli.main(list(given))
        except SystemExit as end:
            code = int(end.code or 0)
        out, err = self._capsys.readouterr()
        return Ran(code, out, err)


@pytest.fixture
def aisearch(server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Aisearch:
    return Aisearch(server, monkeypatch, capsys)
