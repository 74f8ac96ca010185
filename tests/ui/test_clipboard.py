"""Copies that arrive: in a real tmux, as an escape sequence, in a file; and the words about those that do not."""

import asyncio
import os
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tui.errors import AppError
from tui.ui.terminal.clipboard import FILE_NAME, OSC52_LIMIT, TMUX_SECONDS, Copied, copy
from tui.ui.terminal.terminal import detect

TEXT = "docs-search\nłogs & 'quotes' $HOME ☃\n"


class Clipboard:
    """Copies `text` on a terminal with this environment, and keeps what was sent by OSC 52."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sent: list[str] = []

    async def copy(self, text: str = TEXT, **environ: str) -> Copied:
        environ = {"TERM": "xterm-256color", "PATH": os.environ["PATH"], **environ}
        terminal = detect(environ, stdin=True, stderr=True)
        return await copy(text, terminal=terminal, folder=self.folder, environ=environ, osc52=self.sent.append)


@pytest.fixture
def clipboard(tmp_path: Path) -> Clipboard:
    return Clipboard(tmp_path / "state" / "aisearch")


@pytest.fixture
def tmux() -> Iterator[dict[str, str]]:
    """A real tmux server; the environment of a program in it."""
    if not shutil.which("tmux"):
        pytest.skip("needs tmux (apt-get install tmux)")
    with tempfile.TemporaryDirectory(prefix="tx-") as folder:
        socket = f"{folder}/socket"
        argv = ["tmux", "-S", socket, "-f", "/dev/null"]
        subprocess.run([*argv, "new-session", "-d", "-x", "80", "-y", "24", "sleep 60"], check=True, timeout=5)
        yield {"TMUX": f"{socket},0,0", "TERM": "tmux-256color"}
        subprocess.run([*argv, "kill-server"], check=True, timeout=5)


def buffer_of(tmux: dict[str, str]) -> str:
    socket = tmux["TMUX"].partition(",")[0]
    return subprocess.run(["tmux", "-S", socket, "show-buffer"], capture_output=True, check=True).stdout.decode()


async def test_inside_tmux_its_buffer_has_it(clipboard: Clipboard, tmux: dict[str, str]):
    copied = await clipboard.copy(**tmux)
    assert buffer_of(tmux) == TEXT
    assert copied.where == (
        f"In tmux's buffer (prefix ]), and offered to the terminal's clipboard. Also in {clipboard.folder}/{FILE_NAME}"
    )
    assert clipboard.sent == []


async def test_a_megabyte_goes_through_tmux_whole(clipboard: Clipboard, tmux: dict[str, str]):
    text = "0123456789abcde\n" * 65_536
    await clipboard.copy(text, **tmux)
    assert buffer_of(tmux) == text


async def test_an_old_tmux_is_asked_without_the_option_it_lacks(clipboard: Clipboard, tmp_path: Path):
    fake_tmux(tmp_path, f'[ "$2" = -w ] && exit 1; cat > {tmp_path}/buffer')
    copied = await clipboard.copy(PATH=f"{tmp_path}:{os.environ['PATH']}", TMUX="x,0,0")
    assert (tmp_path / "buffer").read_text() == TEXT
    assert copied.where.startswith("In tmux's buffer (prefix ]). Also in ")


def fake_tmux(folder: Path, body: str) -> None:
    script = folder / "tmux"
    script.write_text(f"#!/bin/sh\n{body}\n")
    script.chmod(0o755)


async def test_a_tmux_that_is_gone_is_not_claimed(clipboard: Clipboard, tmp_path: Path):
    for environ in ({"TMUX": f"{tmp_path}/none,0,0"}, {"TMUX": "x,0,0", "PATH": str(tmp_path)}):
        copied = await clipboard.copy(**environ)
        assert copied.where == f"In {copied.path}. tmux did not take it."


async def test_a_hanging_tmux_stops_nothing(clipboard: Clipboard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    fake_tmux(tmp_path, "exec sleep 60")
    monkeypatch.setattr("tui.ui.terminal.clipboard.TMUX_SECONDS", TMUX_SECONDS / 5)
    start = time.monotonic()
    asked = asyncio.create_task(clipboard.copy(PATH=f"{tmp_path}:{os.environ['PATH']}", TMUX="x,0,0"))
    turns = 0
    while not asked.done():
        await asyncio.sleep(0.01)
        turns += 1
    assert turns > 10
    assert time.monotonic() - start < 2
    assert "did not take it" in (await asked).where


async def test_elsewhere_by_osc_52(clipboard: Clipboard):
    copied = await clipboard.copy()
    assert clipboard.sent == [TEXT]
    assert copied.where == f"Sent to the terminal's clipboard, if it takes copies (OSC 52). Also in {copied.path}"


async def test_a_tmux_further_out_may_drop_it(clipboard: Clipboard):
    copied = await clipboard.copy(TERM="tmux-256color", SSH_TTY="/dev/pts/1")
    assert clipboard.sent == [TEXT]
    assert "may drop it" in copied.where


@pytest.mark.parametrize(
    ("text", "environ", "words"),
    [
        ("é" * (OSC52_LIMIT // 2 + 1), {}, "74,996 bytes are too many"),
        ("x", {"TERM": "linux"}, "no clipboard"),
        ("x", {"TERM": "vt100"}, "no clipboard"),
        ("x", {"TERM": "screen", "STY": "1.s"}, "GNU screen"),
    ],
)
async def test_the_file_alone(clipboard: Clipboard, text: str, environ: dict[str, str], words: str):
    copied = await clipboard.copy(text, **environ)
    assert clipboard.sent == []
    assert copied.where.startswith(f"In {copied.path}. ")
    assert words in copied.where


async def test_the_file_is_private_and_has_the_last_copy_only(clipboard: Clipboard):
    await clipboard.copy("first, and longer")
    path = (await clipboard.copy("second")).path
    assert path is not None
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("second", 0o600)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [entry.name for entry in path.parent.iterdir()] == [FILE_NAME]


async def test_a_link_in_its_place_is_replaced_and_not_followed(clipboard: Clipboard, tmp_path: Path):
    victim = tmp_path / "victim"
    victim.write_text("untouched")
    clipboard.folder.mkdir(parents=True)
    (clipboard.folder / FILE_NAME).symlink_to(victim)
    await clipboard.copy("new")
    assert victim.read_text() == "untouched"
    assert (clipboard.folder / FILE_NAME).read_text() == "new"


async def test_without_a_file_and_without_a_clipboard_it_is_an_error(clipboard: Clipboard):
    clipboard.folder.parent.mkdir()
    clipboard.folder.write_text("in the way")
    assert "Not in a file" in (await clipboard.copy()).where
    with pytest.raises(AppError, match="no clipboard"):
        await clipboard.copy(TERM="linux")
