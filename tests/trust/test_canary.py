"""A token that is a canary: looked for in all that the program writes, starts, copies and names."""

from __future__ import annotations

import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.worker_manager import WorkerManager

from tests.functional.test_trouble import expire_token
from tests.harness import console
from tests.pty.driver import PATIENCE, Pty
from tests.trust.served import TOKEN, emulated
from tui.emulator import Emulator
from tui.ui.connection.token import TokenScreen

ROOT = Path(__file__).parents[2]
CONSOLE = [sys.executable, "-X", "dev", "-m", "tui"]
SPY = """#!/bin/sh
{ echo "argv: $0 $*"; env; [ "$1" = load-buffer ] && cat; } >> "$SPY_LOG" 2>&1
"""


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[Emulator, str]]:
    with emulated(rate_limit=0) as both:
        yield both


class Spied:
    """A home of its own, and programs on PATH that write down what they were given."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.log = folder / "spy.log"
        self.log.write_text("")
        bin_ = folder / "bin"
        bin_.mkdir()
        for name in ("tmux", "editor", "pager"):
            (bin_ / name).write_text(SPY)
            (bin_ / name).chmod(0o755)
        self.environ: dict[str, str | None] = {
            "HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "XDG_STATE_HOME": str(folder / "state"),
            "PATH": f"{bin_}:/usr/bin:/bin",
            "SPY_LOG": str(self.log),
            "TMUX": "/tmp/tmux-of-nobody,1,0",
            "EDITOR": "editor",
            "VISUAL": None,
            "PAGER": "pager",
            "CLOUDFLARE_BASE_URL": url,
        }

    def wait_for(self, words: str, terminal: Pty) -> None:
        """Until a program was started with these words."""
        end = time.monotonic() + PATIENCE
        while words not in self.log.read_text():
            assert time.monotonic() < end, f"{words} not seen\n{terminal.text()}"
            terminal.pump(0.05)

    def leaks(self) -> list[str]:
        """Files with the token in them."""
        files = [path for path in self.folder.rglob("*") if path.is_file()]
        return [str(path) for path in files if TOKEN.encode() in path.read_bytes()]


@pytest.fixture
def spied(server: tuple[Emulator, str], tmp_path: Path) -> Spied:
    return Spied(tmp_path, server[1])


def walk(terminal: Pty, spied: Spied) -> None:
    """Copy, look at requests and errors, open an editor, start a sync: all that starts a child or writes a file."""
    terminal.wait("legacy-contracts")
    terminal.send("/docs-search<enter>")
    terminal.wait("Detail  default/docs-search")
    terminal.send("4")
    terminal.wait("sync ended")
    terminal.send("y")
    terminal.wait("buffer|copied|Also in")
    terminal.send("|")
    spied.wait_for("bin/pager", terminal)
    terminal.send("@")
    terminal.wait("GET")
    terminal.send("c")
    spied.wait_for("curl ", terminal)
    terminal.send("<esc><esc>1M")
    terminal.wait("Modify docs-search")
    terminal.settle(0.3, 3)
    terminal.send("<C-e>e")
    spied.wait_for("bin/editor", terminal)
    terminal.settle(0.5, 4)
    terminal.send("<esc><esc><esc>")
    terminal.settle(0.3, 3)
    terminal.send("S")
    terminal.wait("Sync now|Sync when")
    terminal.send("<tab><enter>")
    terminal.wait("started|cool-down|Cooling")
    for pid in terminal.tree():
        assert TOKEN not in Path(f"/proc/{pid}/cmdline").read_text()


def leave(terminal: Pty) -> None:
    terminal.send("<C-c>")
    terminal.wait("again to quit")
    terminal.send("<C-c>")
    assert terminal.gone()
    assert terminal.status == 0
    terminal.settle(0.1, 1)
    assert TOKEN.encode() not in terminal.output


def test_a_token_of_the_environment_goes_nowhere_else(spied: Spied) -> None:
    with Pty(CONSOLE, 120, 40, environ={**spied.environ, "CLOUDFLARE_API_TOKEN": TOKEN}, cwd=ROOT) as terminal:
        walk(terminal, spied)
        leave(terminal)
    seen = spied.log.read_text()
    assert "argv:" in seen, "children were started"
    assert "load-buffer" in seen
    assert "bin/editor" in seen, "so was the editor"
    assert "bin/pager" in seen, "and the pager"
    assert "curl " in seen
    assert "$CLOUDFLARE_API_TOKEN" in seen, "a copied request names the variable"
    assert "CLOUDFLARE_API_TOKEN=" not in seen
    assert not spied.leaks()
    state = spied.folder / "state" / "aisearch"
    assert '"action": "sync"' in (state / "audit.jsonl").read_text()
    for file in state.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0, f"{file} can be read by others"


def test_a_token_command_and_what_it_starts_do_not_see_the_variable(spied: Spied) -> None:
    command = spied.folder / "bin" / "give"
    command.write_text(f"{SPY}printf %s {TOKEN} | rev | rev\n")
    command.chmod(0o755)
    environ = {**spied.environ, "CLOUDFLARE_API_TOKEN": f"{TOKEN}-of-the-environment"}
    with Pty([*CONSOLE, "--token-command", "give"], 100, 30, environ=environ, cwd=ROOT) as terminal:
        terminal.wait("legacy-contracts")
        leave(terminal)
    assert "argv:" in spied.log.read_text()
    assert "CLOUDFLARE_API_TOKEN" not in spied.log.read_text()
    assert spied.leaks() == [str(command)]


async def test_a_typed_token_names_no_worker_and_stands_in_no_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named: list[str] = []
    add = WorkerManager.add_worker

    def recorded(manager: WorkerManager, worker, start: bool = True, exclusive: bool = True) -> None:  # type: ignore[no-untyped-def]
        named.append(f"{worker!r} {worker.name} {worker.description}")
        add(manager, worker, start, exclusive)

    monkeypatch.setattr(WorkerManager, "add_worker", recorded)
    async with console(tmp_path) as seen:
        expire_token(seen, TOKEN)
        await seen.pass_time(60, 6)
        await seen.press("R")
        await seen.until(lambda: isinstance(seen.app.screen, TokenScreen), "the token screen")
        await seen.press(*TOKEN, "enter")
        await seen.until(lambda: not isinstance(seen.app.screen, TokenScreen), "the dialog closed")
        await seen.pass_time(6, 3)
        await seen.sees("LIVE")
        exchanges = seen.session.service.api.exchanges
        assert exchanges
        for place in (*named, seen.text(), repr(exchanges), repr(seen.store.state), repr(seen.session)):
            assert TOKEN not in place
    assert any("connect" in one for one in named)
