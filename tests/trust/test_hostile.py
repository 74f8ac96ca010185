"""Evil text in every string of every reply: made visible, harmless and bounded. The bytes at the terminal are read."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.filled import fill_as_before
from tests.pty.driver import Pty
from tests.trust.hostile import OURS, Hostile, deeds
from tests.trust.served import TOKEN, served
from tui.emulator import Emulator, EmulatorConfig

pytestmark = pytest.mark.exhaustive

AISEARCH = str(Path(sys.executable).with_name("aisearch"))
TOUR = (
    ("j", "j", "k", "o", "<esc>", "n", "<esc>", "<enter>"),
    ("2", "]", "]", "]", "]", "G", "[", "[", "[", "[", "R"),
    ("3", "j", "<enter>", "4", "g", "G", "<enter>", "<esc>", "/", "a", "<enter>", "e", "w", "t", "<esc>"),
    ("1", "/", "x", "<bs>", "<esc>", "z", "z", "?", "<esc>", "!", "<esc>", "@", "j", "<enter>", "<esc>", "<esc>"),
    ("S", "<esc>", "P", "<esc>", "D", "<esc>", "<esc>", "M", "<esc>", "<esc>", "p", "<esc>", ":", "s", "y", "<esc>"),
    ("N", "<esc>", "<esc>", "1", "i", "<esc>", "<esc>", "<esc>", "*", "j", "<esc>", "n", "j", "<esc>"),
)
"""Keys that go everywhere and change nothing; every dialog is left again."""


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    made = Emulator(EmulatorConfig(token=TOKEN, rate_limit=0), fill_as_before)
    yield made
    made.close()


ASKING = (
    *("<esc>", "1", "/", "docs-s<enter>", "2", "[[[[[", "]", "]", "g", "<enter>", "]", "<esc>", "<esc>"),
    *("2", "]", "/", "label<enter>", "j", "<enter>", "<esc>", "a", "/", "<enter>", "j", "<esc>"),
)
"""To an item with its log and chunks, to a search and to an answer: each waits for what the one before brought."""


def tour(url: str, account: str, size: tuple[int, int], state: Path) -> bytes:
    """Walk through the console; all that it wrote. It must stay alive and quick, and leave in good order."""
    environ = {"CLOUDFLARE_BASE_URL": url, "CLOUDFLARE_API_TOKEN": TOKEN, "CLOUDFLARE_ACCOUNT_ID": account}
    with Pty([AISEARCH], *size, environ={**environ, "XDG_STATE_HOME": str(state)}) as terminal:
        terminal.wait("docs-search|legacy")
        terminal.settle(0.3, 3)
        for keys in TOUR:
            for key in keys:
                terminal.send(key)
                terminal.settle(0.06, 1) if key == "<esc>" or key.isupper() else terminal.pump(0.03)
            terminal.settle(0.12, 3)
            assert terminal.alive(), terminal.text()
        for key in ASKING:
            terminal.send(key)
            terminal.settle(0.25, 3)
        began = time.monotonic()
        terminal.send("<C-c>")
        terminal.wait("ctrl\\+c again")
        terminal.send("<C-c>")
        assert terminal.gone()
        assert time.monotonic() - began < 30, "it does not answer"
        assert terminal.status == 0
        assert terminal.memory()[1] < 400
        return bytes(terminal.output)


@pytest.mark.parametrize(("mild", "size"), [(True, (120, 40)), (False, (80, 24))], ids=["mild", "all"])
def test_nothing_evil_reaches_the_terminal(
    mild: bool, size: tuple[int, int], emulator: Emulator, tmp_path: Path
) -> None:
    with served(Hostile(emulator.app, mild=mild)) as url:
        output = tour(url, emulator.account, size, tmp_path)
    if mild:
        asked = {one.path.rpartition("/")[2] for one in emulator.received}
        assert asked >= {"stats", "jobs", "logs", "items", "chunks", "search", "completions", "namespaces", "tokens"}
    assert deeds(output) <= OURS, sorted(deeds(output) - OURS)
    assert output.count(b"\x1b[?1049l") == 1, "it left the alternate screen once, at the end"
    text = output.decode("utf-8", "replace")
    assert "\x1b]2;HOSTILE" not in text, "not in the window's title either"
    assert "HOSTILE" in text, "it was shown, not dropped"
    assert "␛" in text
    assert not list(tmp_path.rglob("crash-*"))


def test_the_test_would_see_it() -> None:
    evil = "plain \x1b[31;5mx \x1b]52;c;eA==\x07 \u202e \x9b31m e" + "\u0301" * 9
    seen = deeds(evil.encode())
    assert {("SGR", "5"), ("ESC", "]", "52", ""), ("char", "202e"), ("char", "009b"), ("flood",)} <= seen
