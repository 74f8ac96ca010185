"""An sshd of our own on loopback, with keys that are thrown away, and what runs behind it."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.pty.driver import PATIENCE, Pty

AISEARCH = str(Path(sys.executable).with_name("aisearch"))
_SSHD_CONFIG = """
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/hostkey
PidFile {folder}/sshd.pid
AuthorizedKeysFile {folder}/userkey.pub
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
PrintMotd no
AcceptEnv LANG LC_* NO_COLOR COLORTERM
"""
_SSH_CONFIG = """
Host loopback
  HostName 127.0.0.1
  Port {port}
  IdentityFile {folder}/userkey
  IdentitiesOnly yes
  UserKnownHostsFile {folder}/known_hosts
  StrictHostKeyChecking accept-new
  LogLevel ERROR
  EscapeChar none
  SendEnv LANG NO_COLOR
"""


def missing() -> str:
    """Which programs are not installed, in words; empty when all are there."""
    names = [name for name in ("ssh", "ssh-keygen", "tmux") if not shutil.which(name)]
    names += [] if sshd() else ["sshd"]
    return f"not installed: {', '.join(names)}" if names else ""


def sshd() -> str | None:
    """The server's path, which must be absolute; it is rarely in the PATH of a user."""
    return shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin:/sbin")


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), PATIENCE).close()
    except OSError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Sshd:
    """A running server. All that is started through it carries `mark` in its environment."""

    folder: Path
    mark: str = field(default_factory=lambda: uuid.uuid4().hex)

    def start(self) -> None:
        """Make the keys, write the settings, wait until it listens."""
        for name in ("hostkey", "userkey"):
            path = str(self.folder / name)
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        for name, text in (("sshd_config", _SSHD_CONFIG), ("ssh_config", _SSH_CONFIG)):
            (self.folder / name).write_text(text.format(port=port, folder=self.folder))
        if os.getuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # where it locks itself in before a login
        log = str(self.folder / "sshd.log")
        subprocess.run([str(sshd()), "-f", str(self.folder / "sshd_config"), "-E", log], check=True)
        end = time.monotonic() + PATIENCE
        while not (self._pid() and _listens(port)):
            assert time.monotonic() < end, (self.folder / "sshd.log").read_text()
            time.sleep(0.02)

    def _pid(self) -> int:
        """The server's, 0 while its file is not there or still empty."""
        file = self.folder / "sshd.pid"
        return int(file.read_text().strip() or 0) if file.exists() else 0

    def stop(self) -> None:
        """End the server and whatever was left behind."""
        os.kill(self._pid(), signal.SIGTERM)
        for pid in self.left():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def ssh(self, *command: str) -> list[str]:
        """The ssh command that runs `command` on the other side, on a terminal there."""
        return ["ssh", "-F", str(self.folder / "ssh_config"), "-tt", "loopback", self.remote(*command)]

    def remote(self, *command: str) -> str:
        """A command line for the other side: marked, with folders of its own."""
        folders = {"XDG_CONFIG_HOME": f"{self.folder}/config", "XDG_STATE_HOME": f"{self.folder}/state"}
        pairs = (f"{name}={value}" for name, value in {**folders, "AISEARCH_TEST": self.mark}.items())
        return shlex.join(["env", *pairs, *command])

    def open(
        self,
        *command: str,
        columns: int = 100,
        rows: int = 30,
        env: Mapping[str, str | None] | None = None,
        **rest: str,
    ) -> Pty:
        """ssh to the other side on a terminal of this size; `env` is that of the client."""
        environ = {"LANG": "C.UTF-8", "NO_COLOR": None, **(env or {})}
        return Pty(self.ssh(*command), columns, rows, environ=environ, **rest)

    def left(self) -> list[int]:
        """Processes that were started through this server and still run."""
        return [int(path.parent.name) for path in Path("/proc").glob("[0-9]*/environ") if self._is_ours(path)]

    def _is_ours(self, environ: Path) -> bool:
        try:
            return f"AISEARCH_TEST={self.mark}".encode() in environ.read_bytes()
        except OSError:
            return False

    def all_gone(self, within: float) -> bool:
        """Whether nothing that was started through this server runs any more, within so many seconds."""
        end = time.monotonic() + within
        while self.left():
            if time.monotonic() > end:
                return False
            time.sleep(0.05)
        return True
