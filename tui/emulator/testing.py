"""A served emulator for one test, as the pytest plugin `aisearch_tui_pytest` offers it: `aisearch_emulator`.

Nothing of the server is imported before it is asked for.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tui.emulator.emulator import Emulator
    from tui.emulator.web import Received

SPEED = 1000.0
"""A document is indexed in milliseconds, a job ends in about one second."""


@dataclass(frozen=True, slots=True)
class AiSearchEmulator:
    """A running emulator: what a client needs to reach it, and the folder its documents come from."""

    url: str
    """The base URL of the API, which ends in /client/v4."""
    token: str
    account: str
    folder: Path
    """Holds buckets/NAME for R2 buckets and sites/HOST for websites."""
    emulator: Emulator = field(repr=False)

    def bucket(self, name: str, files: Mapping[str, str | bytes]) -> Path:
        """Put `files` (key to content) into the bucket `name` and return its folder."""
        return _write(self.folder / "buckets" / name, files)

    def site(self, host: str, files: Mapping[str, str | bytes]) -> Path:
        """Put pages (path to content) into the website `host` and return its folder."""
        return _write(self.folder / "sites" / host, files)

    @property
    def received(self) -> list[Received]:
        """The requests so far, oldest first: method, path, query, body and the status of the reply."""
        return list(self.emulator.received)


@contextmanager
def emulator_for_a_test(folder: Path, changes: Mapping[str, Any]) -> Iterator[AiSearchEmulator]:
    """An empty emulator, served on a free port of this machine from `folder`, with `changes` of its settings."""
    from tui.emulator.config import EmulatorConfig
    from tui.emulator.emulator import Emulator

    usual = {"seed": "empty", "token": "test-token", "speed": SPEED, "rate_limit": 0, "cooldown": 0.0}
    config = EmulatorConfig(**{**usual, "data": folder, "hosts": (), **changes})
    emulator = Emulator(config)
    try:
        emulator.open()
        with _served(emulator) as url:
            yield AiSearchEmulator(url, config.token, emulator.account, folder, emulator)
    finally:
        emulator.close()


@contextmanager
def _served(emulator: Emulator) -> Iterator[str]:
    """Serve `emulator` from a thread and give its base URL."""
    from tui.emulator import serve

    listener = serve.listen(serve.LOCALHOST, 0)
    server = serve.Server(serve.settings_of(emulator))
    # The socket listens already: a client that comes before the server waits in the queue of the socket.
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="emulator-server", daemon=True)
    with listener, serve.kept_up(emulator):
        thread.start()
        try:
            yield serve.url_of(listener)
        finally:
            server.should_exit = True
            thread.join()


def _write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write `files` below `folder`, which is made also without any."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder
