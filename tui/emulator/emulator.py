"""One emulator: its folder, its world, its ASGI application, and what it received."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from starlette.types import ASGIApp

from tui.emulator import app as application
from tui.emulator.bounds import Bodies
from tui.emulator.config import DEFAULT_ACCOUNT, EmulatorConfig
from tui.emulator.data_folder import claim
from tui.emulator.faults import Faults
from tui.emulator.limits import RateLimit
from tui.emulator.planting import plant
from tui.emulator.rules import is_host
from tui.emulator.web import Received
from tui.emulator.websites import page_file
from tui.emulator.world import World

REMEMBERED = 5000


class Emulator:
    """AI Search on one machine. Cheap to make: the world is opened and seeded by the first request."""

    def __init__(self, config: EmulatorConfig | None = None, fill: Callable[[World], None] = plant) -> None:
        """Prepare an emulator; without a data folder a private temporary one is used and removed on close.

        `fill` enters the first contents into a world that was just opened.
        """
        self.config = config or EmulatorConfig()
        self.received: deque[Received] = deque(maxlen=REMEMBERED)
        self._fill = fill
        self.limit = RateLimit(self.config.rate_limit, self.config.rate_window, self.config.clock)
        self.faults = Faults(self.config.chaos)
        self.bodies = Bodies()
        self.executor = ThreadPoolExecutor(1, thread_name_prefix="emulator")
        self._opening = threading.Lock()
        self._world: World | None = None
        self._temporary: Path | None = None
        self._lock: IO[bytes] | None = None
        self.app: ASGIApp = application.build(self)

    def open(self) -> World:
        """Open and seed the world unless it is open; raises FolderInUse, OSError or sqlite3.Error."""
        with self._opening:
            if self._world is None:
                self._world = self._load()
            return self._world

    @property
    def world(self) -> World:
        """The model itself, opened and seeded at the first use."""
        return self.open()

    @property
    def account(self) -> str:
        """The id of the one account: configured, or of the seed."""
        return self.config.account or self.world.storage.recall("account") or DEFAULT_ACCOUNT

    def page(self, address: str) -> bytes | None:
        """What one of its websites has at an address, None when there is no such site or page."""
        host = urlsplit(address).hostname or ""
        found = page_file(self.world.data / "sites" / host, address) if is_host(host) else None
        return found.read_bytes() if found else None

    def settle(self) -> None:
        """Do everything that is due by now, however much it is."""
        self.world.settle()

    def close(self) -> None:
        """End the thread, close the database and remove a private folder."""
        self.executor.shutdown(wait=True, cancel_futures=True)
        with self._opening:
            if self._world is not None:
                self._world.close()
                self._world = None
        if self._lock is not None:
            self._lock.close()
        if self._temporary is not None:
            shutil.rmtree(self._temporary, ignore_errors=True)

    def _load(self) -> World:
        folder = self.config.data
        if folder is None:
            folder = self._temporary = Path(tempfile.mkdtemp(prefix="aisearch-emulator-"))
        with ExitStack() as undo:  # the next try starts from the beginning
            lock = undo.enter_context(claim(folder))
            world = World(self.config, folder)
            undo.callback(world.close)
            self._fill(world)
            undo.pop_all()
        self._lock = lock
        return world
