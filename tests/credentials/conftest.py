"""A real D-Bus session bus and a real gnome-keyring, in a home of their own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

BUS_WITHOUT_SERVICES = """<busconfig>
  <type>session</type><listen>unix:path={folder}/bus</listen>
  <policy context="default"><allow send_destination="*"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>"""
CLEARED = ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "PYTHON_KEYRING_BACKEND", "CLOUDFLARE_API_TOKEN")


def need(*programs: str) -> None:
    """Skip where a Debian package is missing."""
    for program in programs:
        if not shutil.which(program):
            pytest.skip(f"needs {program} (apt-get install gnome-keyring dbus)")


PATIENCE = 60.0
"""Seconds until a service that does not start fails a test: a busy machine needs many, a quick one loses nothing."""
DEFAULT_COLLECTION = "/org/freedesktop/secrets/aliases/default"


def wait_for(ready: Callable[[], bool]) -> None:
    """Look again and again until it is so."""
    deadline = time.monotonic() + PATIENCE
    while not ready():
        assert time.monotonic() < deadline, "a service did not start"
        time.sleep(0.01)


def accepts(path: Path) -> bool:
    """Whether somebody listens on this socket: its file is there from `bind`, before `listen`."""
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(path))
        except OSError:
            return False
    return True


class Desktop:
    """A session bus, and the keyring daemon on it when asked for. `environ` is what a program in it would have."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.started: list[subprocess.Popen] = []
        self.environ = {name: value for name, value in os.environ.items() if name not in CLEARED}
        self.environ |= {"HOME": str(folder), "XDG_RUNTIME_DIR": str(folder), "XDG_CONFIG_HOME": f"{folder}/config"}

    def bus(self) -> None:
        need("dbus-daemon")
        config = self.folder / "bus.conf"
        config.write_text(BUS_WITHOUT_SERVICES.format(folder=self.folder))
        self._start("dbus-daemon", f"--config-file={config}", "--nofork", "--nopidfile")
        wait_for(lambda: accepts(self.folder / "bus"))
        self.environ["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={self.folder}/bus"

    def keyring(self) -> None:
        """An unlocked one: in a fresh home the password on stdin creates the collection."""
        need("gnome-keyring-daemon")
        argv = ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"]
        daemon = self._start(*argv, stdin=subprocess.PIPE)
        daemon.stdin.write(b"a-password")
        daemon.stdin.close()
        wait_for(self._is_open)

    def _is_open(self) -> bool:
        """Whether the service is on the bus and its collection is there and unlocked."""
        import secretstorage  # only where there is D-Bus
        from jeepney.bus_messages import message_bus
        from jeepney.io.blocking import open_dbus_connection

        with open_dbus_connection(self.environ["DBUS_SESSION_BUS_ADDRESS"]) as bus:
            if not bus.send_and_get_reply(message_bus.NameHasOwner("org.freedesktop.secrets")).body[0]:
                return False
            try:
                return not secretstorage.Collection(bus, DEFAULT_COLLECTION).is_locked()
            except secretstorage.exceptions.SecretStorageException:
                return False

    def lock(self) -> None:
        code = (
            "import secretstorage as s, sys\n"
            "bus = s.dbus_init()\n"
            "collection = s.get_default_collection(bus)\n"
            "collection.lock()\n"
            "sys.exit(not collection.is_locked())"
        )
        subprocess.run([sys.executable, "-c", code], env=self.environ, check=True, timeout=PATIENCE)

    def freeze(self) -> None:
        """The daemon hangs: it takes connections and never answers."""
        self.started[-1].send_signal(signal.SIGSTOP)

    def _start(self, *argv: str, **options) -> subprocess.Popen:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        process = subprocess.Popen(argv, env=self.environ, **quiet, **options)
        self.started.append(process)
        return process

    def close(self) -> None:
        for process in reversed(self.started):
            process.send_signal(signal.SIGCONT)
            process.kill()
            process.wait()


@pytest.fixture
def desktop() -> Iterator[Desktop]:
    """A home with nothing running yet. Its path is short: a socket's path has at most 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="ks-") as folder:
        made = Desktop(Path(folder))
        yield made
        made.close()
