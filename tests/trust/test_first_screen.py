"""The first screen where the token should come from a keyring: real keyrings, and the ways they fail. Never a hang."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.credentials.conftest import Desktop, desktop  # noqa: F401
from tests.pty.driver import Pty
from tests.trust.served import TOKEN, emulated
from tui.credentials import keyring_put, plain_put
from tui.secret import Secret

AISEARCH = str(Path(sys.executable).with_name("aisearch"))


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with emulated(rate_limit=0) as (_, url):
        yield url


def console(desktop: Desktop, url: str, size: tuple[int, int] = (100, 30)) -> Pty:  # noqa: F811
    bus = desktop.environ.get("DBUS_SESSION_BUS_ADDRESS")
    environ = {**desktop.environ, "CLOUDFLARE_BASE_URL": url, "DBUS_SESSION_BUS_ADDRESS": bus, "DISPLAY": ":99"}
    return Pty([AISEARCH], *size, environ=environ)


def ready(desktop: Desktop) -> None:  # noqa: F811
    desktop.bus()
    desktop.keyring()
    keyring_put("default", Secret(TOKEN), desktop.environ)


def locked(desktop: Desktop) -> None:  # noqa: F811
    ready(desktop)
    desktop.lock()


def frozen(desktop: Desktop) -> None:  # noqa: F811
    ready(desktop)
    desktop.freeze()


def absent(desktop: Desktop) -> None:  # noqa: F811
    """No session bus at all, as after a plain ssh."""


def test_a_plain_file_is_shown_as_such(desktop: Desktop, url: str) -> None:  # noqa: F811
    plain_put(desktop.environ, "default", Secret(TOKEN))
    with console(desktop, url) as terminal:
        terminal.wait("legacy-contracts")
        terminal.wait(r"INSECURE")
        terminal.send("?")
        terminal.wait("q closes")
        terminal.send("G")
        terminal.wait(r"Token from +plain file")


def test_a_stored_token_is_used_without_a_question(desktop: Desktop, url: str) -> None:  # noqa: F811
    ready(desktop)
    with console(desktop, url) as terminal:
        terminal.wait("legacy-contracts")
        terminal.send("?")
        terminal.wait("q closes")
        terminal.send("G")
        terminal.wait(r"Token from +keyring \(SecretService\), profile default")
        terminal.send("q")
        terminal.settle(0.2, 3)
        terminal.send("q")
        assert terminal.gone()
        assert terminal.status == 0
        assert TOKEN.encode() not in terminal.output


@pytest.mark.parametrize(
    ("trouble", "words", "remedy"),
    [
        (locked, "The keyring is locked", "unlock"),
        (frozen, "The keyring does not answer", "systemctl --user restart"),
        (absent, "There is no usable keyring", "--token-file"),
    ],
)
@pytest.mark.parametrize("size", [(100, 30), (80, 24)], ids=["wide", "narrow"])
def test_a_keyring_in_trouble_is_told_and_the_session_goes_on(
    trouble: Callable[[Desktop], None],
    words: str,
    remedy: str,
    size: tuple[int, int],
    desktop: Desktop,  # noqa: F811
    url: str,
) -> None:
    trouble(desktop)
    began = time.monotonic()
    with console(desktop, url, size) as terminal:
        terminal.wait("Instances")
        terminal.wait(words)
        terminal.wait("Quit")
        assert time.monotonic() - began < 40, "a keyring that hangs was waited for"
        text = " ".join(terminal.text().split())
        assert remedy in text.replace(" │ │ ", " ")
        assert "this session only" in text or "memory only" in text
        assert "Traceback" not in text
        if size == (80, 24):
            terminal.send("<esc>")
            assert terminal.gone()
            assert terminal.status == 3
            return
        terminal.send(f"{TOKEN}<enter>")
        terminal.wait("legacy-contracts")
        terminal.send("q")
        assert terminal.gone()
        assert terminal.status == 0
        assert TOKEN.encode() not in terminal.output
