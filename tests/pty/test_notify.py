"""The end of a sync is told to the terminal: the bytes, through tmux and screen, and not when it is switched off."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from tests.pty.driver import PATIENCE, Pty

AISEARCH = str(Path(sys.executable).with_name("aisearch"))


def synced(environ: dict[str, str | None], tmp_path: Path) -> Pty:
    """A demo in which a sync was started, and has ended."""
    terminal = Pty([AISEARCH, "--demo"], 100, 30, environ={"XDG_STATE_HOME": str(tmp_path), **environ})
    terminal.wait("api-reference")
    terminal.send("/api-ref<enter>")
    terminal.wait("1 of 17")
    terminal.send("S")
    terminal.wait("Sync now")
    terminal.send("<tab><enter>")
    terminal.wait(r"Sync of api-reference started")
    return terminal


@pytest.mark.parametrize(
    ("environ", "start"),
    [
        ({}, b"\x07\x1b]9;api-reference: sync done"),
        ({"TMUX": "/tmp/none,1,0"}, b"\x07\x1bPtmux;\x1b\x1b]9;api-reference: sync done"),
        ({"STY": "1.none"}, b"\x07\x1bP\x1b]9;api-reference: sync done"),
    ],
    ids=["plain", "tmux", "screen"],
)
def test_the_end_of_a_sync_reaches_the_terminal(environ: dict[str, str | None], start: bytes, tmp_path: Path) -> None:
    with synced(environ, tmp_path) as terminal:
        deadline = time.monotonic() + PATIENCE
        while start not in terminal.output and time.monotonic() < deadline:
            terminal.idle(0.5)
        assert start in terminal.output
        assert b"]777;notify;aisearch;api-reference: sync done" in terminal.output
        assert terminal.output.count(b"]9;") == 1


def test_it_can_be_switched_off(tmp_path: Path) -> None:
    with synced({"AISEARCH_NOTIFY": "0"}, tmp_path) as terminal:
        terminal.wait(r"sync ended: completed|ENDED")
        terminal.settle(2, 10)
        assert b"]9;" not in terminal.output
        assert b"]777;" not in terminal.output
