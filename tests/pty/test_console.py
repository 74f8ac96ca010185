"""The installed command in a real terminal: the embedded demo, a server on a socket, and starts that must fail."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.emulated import ACCOUNT, AISEARCH, TOKEN, emulated, environment
from tests.pty.driver import Pty


@pytest.fixture
def server() -> Iterator[str]:
    """The emulator as a command of its own; its base URL."""
    with emulated("--speed", "4") as url:
        yield url


def start(*flags: str, size: tuple[int, int] = (120, 40), env: Mapping[str, str] | None = None) -> Pty:
    return Pty([AISEARCH, *flags], *size, environ=dict(env or {}))


def leave(terminal: Pty, status: int = 0, steps: int = 1) -> None:
    """Press q, for each step back and to quit, and expect the terminal as it was before."""
    terminal.send("q" * steps)
    for _ in range(20):  # a second after a step back it quits
        if terminal.gone(0.5):
            break
        terminal.send("q")
    assert terminal.gone()
    assert terminal.status == status
    assert terminal.is_cooked()
    assert terminal.output.rfind(b"\x1b[?1049l") > terminal.output.rfind(b"\x1b[?1049h")


def sync_with_the_keyboard(terminal: Pty) -> None:
    terminal.send("S")
    terminal.wait("Sync now")
    terminal.send("<tab><enter>")
    terminal.wait("started")
    terminal.wait(r"Log .*(LIVE|QUIET|ENDED)")


def test_the_demo_syncs_cancels_and_leaves_the_terminal_as_it_was() -> None:
    with start("--demo") as terminal:
        terminal.wait("handbook")
        terminal.send("/handbook<enter>")
        terminal.wait("Detail  default/handbook")
        terminal.wait("indexed ")
        sync_with_the_keyboard(terminal)
        terminal.wait("running")
        terminal.send("X")
        terminal.wait("Cancel the job")
        terminal.send("<tab><enter>")
        terminal.wait("cancelled")
        leave(terminal, steps=2)  # the filter, then out


def test_escape_and_a_key_in_one_packet_both_count() -> None:
    with start("--demo") as terminal:
        terminal.wait("handbook")
        terminal.send("/zzz")
        terminal.wait("No instance matches")
        terminal.send("<esc>?")
        terminal.wait("In tables")
        terminal.send("<esc>:")
        terminal.wait("an action, or ns sort")
        terminal.send("<esc>")
        leave(terminal)


def test_over_a_socket_without_a_question_and_resized_while_a_job_runs(server: str) -> None:
    with start(size=(80, 24), env=environment(server)) as terminal:
        terminal.wait("legacy-contracts")
        terminal.send("/docs-search<enter>")
        terminal.wait("Detail  default/docs-search")
        terminal.send("3")
        sync_with_the_keyboard(terminal)
        terminal.resize(120, 40)
        terminal.wait("── Detail  default/docs-search")
        terminal.resize(80, 24)
        terminal.wait("── Jobs")
        terminal.wait("done")
        leave(terminal, steps=3)  # the jobs, the filter, then out


def test_a_wrong_token_is_said_with_what_to_do(server: str) -> None:
    with start(env=environment(server, token="wrong-token-000000000")) as terminal:
        terminal.wait("AI Search:Edit")
        assert "Traceback" not in terminal.text()
        terminal.send("<esc>")
        assert terminal.gone()
        assert terminal.status == 3


def test_a_server_that_is_not_running_is_said_and_the_exit_code_is_4() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/client/v4"
    with start(env=environment(url)) as terminal:
        terminal.wait("OFFLINE")
        assert "Traceback" not in terminal.text()
        leave(terminal, status=4)


@pytest.mark.parametrize(
    ("env", "flags", "words"),
    [
        (environment("https://x.invalid/client/v4", account="nonsense"), (), "32 hexadecimal digits"),
        (environment("http://example.com/client/v4"), (), "https"),
        ({}, ("--account", "xyz"), "32 hexadecimal digits"),
    ],
    ids=["account", "plain-http", "flag"],
)
def test_wrong_use_is_refused_before_the_screen(env: dict[str, str], flags: tuple[str, ...], words: str) -> None:
    with start(*flags, env=env) as terminal:
        assert terminal.gone()
        assert terminal.status == 2
        assert words in terminal.text()
        assert b"\x1b[?1049h" not in terminal.output


def test_without_a_terminal_it_refuses() -> None:
    done = subprocess.run([AISEARCH, "--demo"], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "terminal" in done.stderr
    assert not done.stdout


def test_no_token_anywhere_offers_the_demo() -> None:
    env = {"CLOUDFLARE_ACCOUNT_ID": ACCOUNT, "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"}
    with start(env=env) as terminal:
        terminal.wait("Try the demo")
        terminal.send("<tab><tab><enter>")
        terminal.wait("legacy-contracts")
        leave(terminal)


KEYCHAIN_THAT_ASKS = f"""
import pathlib, sys, time
from tui import cli
from tui.credentials import Credential, typed_token
from tui.session import profiles

def keyring_get(profile, environ):
    while not pathlib.Path(sys.argv[1]).exists():
        time.sleep(0.05)
    return typed_token({TOKEN!r}, "keyring (macOS)")

profiles.asks_in_a_window = lambda: True
profiles.keyring_get = keyring_get
sys.exit(cli.main([]))
"""


def test_while_a_keychain_asks_in_its_own_window_the_console_says_so(server: str, tmp_path: Path) -> None:
    answered = tmp_path / "answered"
    env = {"CLOUDFLARE_BASE_URL": server, "CLOUDFLARE_ACCOUNT_ID": ACCOUNT}
    with Pty([sys.executable, "-c", KEYCHAIN_THAT_ASKS, str(answered)], 100, 30, environ=env) as terminal:
        terminal.wait("The keychain is asked for the token")
        terminal.wait("macOS asks in a window")
        terminal.wait("60 s")
        terminal.send("?")
        terminal.wait("Help")
        terminal.send("<esc>")
        answered.touch()
        terminal.wait(r"\A(?!(?s:.*macOS asks))(?s:.*legacy-contracts)")
        leave(terminal)


def test_the_token_is_in_nobodys_arguments_or_environment(server: str) -> None:
    with start(env=environment(server)) as terminal:
        terminal.wait("legacy-contracts")
        for pid in terminal.tree():
            assert TOKEN not in Path(f"/proc/{pid}/cmdline").read_text()
        assert TOKEN not in os.environ.values()
        assert TOKEN.encode() not in terminal.output
        leave(terminal)
