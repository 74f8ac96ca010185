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
from tui.credentials import keyring_get, keyring_put, plain_put
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
        terminal.send("?")
        terminal.wait("q closes")
        assert time.monotonic() - began < 40, "a keyring that hangs was waited for"
        text = " ".join(terminal.text().split())
        assert remedy in text.replace(" │ │ ", " ")
        assert "this session only" in text or "memory only" in text
        assert "Traceback" not in text
        terminal.send("q")
        terminal.wait("Paste an API token")
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


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (120, 40)], ids=["80", "60", "120"])
def test_the_first_line_says_what_to_do_and_where_a_token_is_made(
    size: tuple[int, int],
    desktop: Desktop,  # noqa: F811
    url: str,
) -> None:
    with console(desktop, url, size) as terminal:
        terminal.wait("Paste an API token")
        terminal.wait("Quit")
        terminal.settle(0.5, 20)  # what is known of the keyring comes later, and makes room for itself
        lines = [line.strip(" │┃") for line in terminal.text().splitlines()]
        words = " ".join(" ".join(lines).split())
        assert "Paste an API token and press enter, or press f2 for the demo." in words
        for part in ("dash.cloudflare.com > My Profile", "AI Search:Edit and AI Search:Run", "? says where"):
            assert part in words, part
        assert words.index("Paste an API token") < words.index("dash.cloudflare.com")
        terminal.send("<f2>")
        terminal.wait("DEMO")
        terminal.wait("legacy-contracts")


def test_a_typed_token_that_works_can_be_stored_in_the_keyring(desktop: Desktop, url: str) -> None:  # noqa: F811
    desktop.bus()
    desktop.keyring()
    with console(desktop, url) as terminal:
        terminal.wait("Paste an API token")
        terminal.send(f"{TOKEN}<enter>")
        terminal.wait(r"The token works: \$ stores it")
        terminal.send("$")
        terminal.wait("Store it")
        terminal.send("<tab><enter>")
        terminal.wait("The token is stored: keyring")
        assert TOKEN.encode() not in terminal.output
    stored = keyring_get("default", desktop.environ)
    assert stored is not None
    assert stored.token.reveal() == TOKEN


def test_without_a_keyring_lines_to_copy_are_shown_instead(desktop: Desktop, url: str) -> None:  # noqa: F811
    with console(desktop, url) as terminal:
        terminal.wait("Paste an API token")
        terminal.send(f"{TOKEN}<enter>")
        terminal.wait(r"The token works: \$ stores it")
        terminal.send("$")
        terminal.wait("Store it")
        terminal.send("<tab><enter>")
        terminal.wait("not stored")
        terminal.settle(0.5, 10)
        text = " ".join(terminal.text().split())
        for part in ("--token-file", "token_command", "CLOUDFLARE_API_TOKEN"):
            assert part in text, part
        assert TOKEN.encode() not in terminal.output
