"""The file of a saved log: private, new, never a link, and what was written stays."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from tui.errors import UsageError
from tui.service.items.items import Taken
from tui.service.log_file import LogFile


def test_a_new_file_is_private_and_grows(tmp_path: Path) -> None:
    file = LogFile(tmp_path / "a.log")
    file.write("one\n")
    assert (tmp_path / "a.log").read_text() == "one\n"
    file.write("zwö\n\udcff")
    assert file.finish() == tmp_path / "a.log"
    assert (tmp_path / "a.log").read_text() == "one\nzwö\n\\udcff"
    assert stat.S_IMODE((tmp_path / "a.log").stat().st_mode) == 0o600


def test_what_is_replaced_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    old = tmp_path / "a.log"
    old.write_text("old")
    with pytest.raises(Taken):
        LogFile(old)
    file = LogFile(old, replace=True)
    file.write("new")
    assert old.read_text() == "old"
    assert file.leave().read_text() == "new", "left half way: both are there"
    with pytest.raises(UsageError) as caught:
        LogFile(old, replace=True)
    assert "a.log.part: File exists" in caught.value.detail
    file.leave().unlink()
    file = LogFile(old, replace=True)
    file.write("newer")
    assert file.finish() == old
    assert old.read_text() == "newer"
    assert [path.name for path in tmp_path.iterdir()] == ["a.log"]


@pytest.mark.parametrize("kind", ["link", "dangling", "folder", "fifo", "no folder", "null"])
def test_nothing_else_is_written_to(tmp_path: Path, kind: str) -> None:
    precious, target = tmp_path / "precious", tmp_path / "target"
    precious.write_text("precious")
    if kind == "link":
        target.symlink_to(precious)
    elif kind == "dangling":
        target.symlink_to(tmp_path / "nowhere")
    elif kind == "folder":
        target.mkdir()
    elif kind == "fifo":
        os.mkfifo(target)
    else:
        target = tmp_path / ("no/where" if kind == "no folder" else "a\0b")
    for replace in (False, True):
        with pytest.raises(UsageError) as caught:
            LogFile(target, replace=replace)
        assert not isinstance(caught.value, Taken)
    assert precious.read_text() == "precious"
    assert not (tmp_path / "nowhere").exists()


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = LogFile(tmp_path / "a.log")
    file.write("kept")

    def full(handle: int, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", full)
        with pytest.raises(UsageError, match="Cannot write"):
            file.write("lost")
    assert file.leave().read_text() == "kept"
