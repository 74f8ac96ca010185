"""tmux at both ends of an ssh connection: on the server around the console, and at the operator around ssh."""

from __future__ import annotations

import re
import shlex
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.pty.driver import LEAVES, PATIENCE
from tests.ssh.server import AISEARCH, Sshd


class Tmux:
    """A tmux server of its own; every command names its socket."""

    def __init__(self, folder: Path) -> None:
        self.command = ["tmux", "-S", str(folder / "tmux"), "-f", "/dev/null"]

    def __call__(self, *arguments: str) -> str:
        done = subprocess.run([*self.command, *arguments], capture_output=True, text=True, timeout=PATIENCE, check=True)
        return done.stdout

    def screen(self) -> str:
        return self("capture-pane", "-p", "-t", "s")

    def wait(self, regex: str, timeout: float = PATIENCE) -> None:
        wait(lambda: re.search(regex, self.screen(), re.M), timeout, self.screen)


def wait(met: Callable[[], object], timeout: float, tell: Callable[[], str]) -> None:
    """Look again and again until `met`; TimeoutError with what `tell` says."""
    end = time.monotonic() + timeout
    while not met():
        if time.monotonic() > end:
            raise TimeoutError(tell())
        time.sleep(0.05)


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Tmux]:
    server = Tmux(tmp_path)
    yield server
    subprocess.run([*server.command, "kill-server"], capture_output=True, timeout=PATIENCE, check=False)


def test_in_tmux_on_the_server_a_copy_is_in_its_buffer_and_the_session_outlives_the_connection(
    server: Sshd, tmux: Tmux
) -> None:
    demo = server.remote(AISEARCH, "--demo")
    with server.open(*tmux.command, "new-session", "-s", "s", demo) as terminal:
        terminal.wait("legacy-contracts")
        terminal.send("/handbook<enter>")
        terminal.wait("Detail  default/handbook")
        terminal.send("c")
        terminal.wait("Copy")
        terminal.send("<enter>")
        terminal.wait("In tmux's buffer")
        assert tmux("show-buffer") == "handbook"
        assert (server.folder / "state/aisearch/copied.txt").read_text() == "handbook"
    tmux.wait("Detail  default/handbook")
    with server.open(*tmux.command, "attach", "-t", "s", columns=80, rows=24) as terminal:
        terminal.wait("Detail  default/handbook")
        terminal.send("<esc><C-c><C-c>")
        assert terminal.gone()
    assert server.all_gone(LEAVES)


def test_in_tmux_around_ssh_it_follows_the_size_and_ends_with_its_pane(server: Sshd, tmux: Tmux) -> None:
    ssh = shlex.join(server.ssh(AISEARCH, "--demo"))
    tmux("new-session", "-d", "-x", "80", "-y", "24", "-s", "s", ssh)
    tmux.wait("legacy-contracts")
    assert "── Detail" in tmux.screen()
    for columns, rows in ((120, 40), (60, 15), (30, 8), (100, 30)):
        tmux("resize-window", "-t", "s", "-x", str(columns), "-y", str(rows))
    tmux.wait("── Instances.*── Detail")
    assert max(map(len, tmux.screen().splitlines())) == 100
    tmux("send-keys", "-t", "s", "/", "handbook", "Enter")
    tmux.wait("Detail  default/handbook")
    tmux("send-keys", "-t", "s", "c")
    tmux.wait("Copy")
    tmux("send-keys", "-t", "s", "Enter")
    tmux.wait("Sent to the terminal's clipboard")
    tmux("send-keys", "-t", "s", "!")
    tmux.wait("drop")  # a stock tmux drops OSC 52: no more is claimed than is known
    assert server.left()
    tmux("kill-session", "-t", "s")
    assert server.all_gone(LEAVES)
