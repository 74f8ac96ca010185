"""The real command in a pseudo terminal against the generated server: what all measurements of the console share."""

from __future__ import annotations

import atexit
import json
import re
import select
import shutil
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.bench.generated import ACCOUNT, PREFIX, TOKEN
from tests.bench.served import serving
from tests.pty.driver import Pty

AISEARCH = str(Path(sys.executable).with_name("aisearch"))
PAGE = re.compile(r"page-(\d{7})")
_UNSET = (
    *("SSH_CONNECTION", "SSH_TTY", "TMUX", "STY", "COLORTERM", "NO_COLOR", "TERM_PROGRAM"),
    *("CLOUDFLARE_API_BASE_URL", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"),
)


@cache
def _home() -> str:
    """A folder for settings and state that goes with this process."""
    home = tempfile.mkdtemp(prefix="aisearch-bench-")
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    return home


def environment(url: str = "http://127.0.0.1:9/client/v4") -> dict[str, str | None]:
    """What is added to the environment, or with None taken away: a plain 256 colour terminal, no settings, a token."""
    home = _home()
    token = {"CLOUDFLARE_BASE_URL": url, "CLOUDFLARE_API_TOKEN": TOKEN, "CLOUDFLARE_ACCOUNT_ID": ACCOUNT}
    folders = {"HOME": home, "XDG_CONFIG_HOME": f"{home}/config", "XDG_STATE_HOME": f"{home}/state"}
    return {**dict.fromkeys(_UNSET), **folders, **token, "LANG": "C.UTF-8", "TERM": "xterm-256color"}


@dataclass(frozen=True, slots=True)
class Host:
    """The generated server, as a measurement steers and questions it."""

    url: str

    def wish(self, **wishes: Any) -> dict[str, Any]:
        """See `Growth.wish`."""
        return self._call(json.dumps(wishes).encode())

    def asked(self, part: str = "", since: float = 0.0) -> list[tuple[float, float, str]]:
        """Requests whose path ends so: when (monotonic seconds), how long the server took, path."""
        entries = self._call(None)["asked"]
        return [(at, took, path) for at, took, path in entries if path.endswith(part) and at >= since]

    def _call(self, body: bytes | None) -> dict[str, Any]:
        request = urllib.request.Request(self.url.removesuffix(PREFIX) + "/bench", body)
        with urllib.request.urlopen(request, timeout=10) as reply:
            answer: dict[str, Any] = json.load(reply)
        return answer


@contextmanager
def hosting(instances: int = 20, live: int = 0, long: int = 0) -> Iterator[Host]:
    """A generated server."""
    sizes = ("--instances", str(instances), "--live", str(live), "--long", str(long))
    with serving(*sizes, module="tests.bench.generated") as url:
        yield Host(url)


def console(host: Host, columns: int = 80, rows: int = 24, *flags: str, kind: type[Pty] = Pty, **changes: str) -> Pty:
    """The console on this server; `changes` go into its environment."""
    return kind([AISEARCH, *flags], columns, rows, environ={**environment(host.url), **changes})


@contextmanager
def following(host: Host, columns: int, rows: int, *, zoomed: bool, **changes: str) -> Iterator[Pty]:
    """The console on the log of `live`, at its end."""
    with console(host, columns, rows, **changes) as terminal:
        terminal.wait(r"live", 30)
        terminal.send("4")
        terminal.wait(r"page-\d{7}", 30)
        if zoomed:
            terminal.send("z")
        terminal.settle(1.0, 15)
        yield terminal


def newest(terminal: Pty) -> int:
    """The largest number of a log line on the screen; 0 without any."""
    return max((int(found) for found in PAGE.findall(terminal.text())), default=0)


def pump_until(terminal: Pty, met: Callable[[], bool], timeout: float) -> float:
    """Pump until `met` holds; the moment (perf_counter) of the bytes that brought it about. Raises TimeoutError."""
    end = time.perf_counter() + timeout
    while not met():
        if time.perf_counter() > end or terminal.eof:
            raise TimeoutError(f"not seen within {timeout} s\n{terminal.text()}")
        terminal.pump(0.05)
    return terminal.last_read


class SlowLink(Pty):
    """A terminal at the end of a line that carries 8,000 bytes a second."""

    RATE = 8000
    _allowed_at = 0.0

    def pump(self, timeout: float = 0.0) -> int:
        """As `Pty.pump`, but a read of so many bytes makes the next one wait until the line has carried them."""
        end = time.perf_counter() + timeout
        time.sleep(max(0.0, min(self._allowed_at, end) - time.perf_counter()))
        left = max(0.0, end - time.perf_counter())
        if self.eof or time.perf_counter() < self._allowed_at or not select.select([self.fd], [], [], left)[0]:
            return 0
        got = self.receive(400)
        self._allowed_at = max(self._allowed_at, time.perf_counter()) + got / self.RATE
        return got


def percentile(values: Sequence[float], part: float) -> float:
    """The value below which this part of them lies."""
    return sorted(values)[int((len(values) - 1) * part)]
