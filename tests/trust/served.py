"""An ASGI application on a loopback socket, in a thread of the test's own process: what it got can be looked at."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from tests.filled import fill_as_before
from tests.pty.driver import PATIENCE
from tui.emulator import Emulator, EmulatorConfig

TOKEN = "cf-Canary_7Q0123456789abcdefghijklmnopq"
"""The token of every test in this folder: found anywhere it should not be, it is a leak."""


@contextmanager
def served(app: Any) -> Iterator[str]:
    """Serve `app` until the block ends; its base URL."""
    listener = socket.create_server(("127.0.0.1", 0))
    settings = uvicorn.Config(app, log_level="error", access_log=False, lifespan="off", timeout_graceful_shutdown=1)
    server = uvicorn.Server(settings)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    deadline = time.monotonic() + PATIENCE
    while not server.started:
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/client/v4"
    finally:
        server.should_exit = server.force_exit = True
        thread.join(10)
        listener.close()


@contextmanager
def emulated(**choices: Any) -> Iterator[tuple[Emulator, str]]:
    """An emulator of the demo's world with the canary for its token, and its base URL."""
    emulator = Emulator(EmulatorConfig(**{"token": TOKEN, **choices}), fill_as_before)
    try:
        with served(emulator.app) as url:
            yield emulator, url
    finally:
        emulator.close()
