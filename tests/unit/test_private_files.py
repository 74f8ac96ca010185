"""The one way to write private files: modes whatever the umask, links, failures half way, text without an encoding."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from tui.errors import UsageError
from tui.system.private_files import (
    encoded,
    is_plain_file,
    make_folder,
    open_to_append,
    replace_file,
    write_new,
)


@pytest.fixture(params=[0o000, 0o022, 0o077])
def umask(request):
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_folders_and_files_are_private_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    folder = make_folder(tmp_path / "a" / "b" / "c")
    assert [mode(one) for one in (tmp_path / "a", tmp_path / "a" / "b", folder)] == [0o700] * 3
    assert mode(write_new(folder / "new", "x")) == 0o600
    assert mode(replace_file(folder / "new", "y")) == 0o600
    os.close(open_to_append(folder / "log"))
    assert mode(folder / "log") == 0o600


def test_a_folder_that_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    make_folder(tmp_path)
    assert mode(tmp_path) == 0o755


def test_a_file_that_others_could_read_is_closed_before_it_is_appended_to(tmp_path: Path) -> None:
    path = tmp_path / "audit"
    path.write_text("old")
    path.chmod(0o644)
    os.close(open_to_append(path))
    assert mode(path) == 0o600


@pytest.mark.parametrize("write", [write_new, lambda path, data: open_to_append(path)])
def test_a_link_is_never_followed(tmp_path: Path, write) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("mine")
    link.symlink_to(target)
    with pytest.raises(OSError, match=r"."):
        write(link, "theirs")
    assert target.read_text() == "mine"


def test_replacing_takes_the_place_of_a_link_and_leaves_its_target(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("mine")
    link.symlink_to(target)
    replace_file(link, "new")
    assert (target.read_text(), link.read_text(), link.is_symlink()) == ("mine", "new", False)


@pytest.mark.parametrize("write", [write_new, replace_file])
def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write) -> None:
    path = tmp_path / "file"
    if write is replace_file:
        path.write_text("old")

    class Full:
        def __init__(self, handle: int, mode: str) -> None:
            os.close(handle)

        def __enter__(self):
            return self

        def __exit__(self, *of) -> None:
            pass

        def write(self, data: bytes) -> None:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("tui.system.private_files.os.fdopen", Full)
    with pytest.raises(OSError, match="No space"):
        write(path, "new")
    monkeypatch.undo()
    assert [one.name for one in tmp_path.iterdir()] == (["file"] if write is replace_file else [])
    if write is replace_file:
        assert path.read_text() == "old"


def test_what_a_killed_process_has_left_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / f".file.{os.getpid()}").write_text("half")
    assert replace_file(tmp_path / "file", "whole").read_text() == "whole"
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("text", ["caf\udce9.md", "\ud83d half", "plain", "Zürich 東京"])
def test_text_without_an_encoding_is_escaped(tmp_path: Path, text: str) -> None:
    path = write_new(tmp_path / "file", text)
    assert path.read_text("utf-8") == encoded(text).decode("utf-8")
    assert "\\udce9" in encoded("caf\udce9").decode()


def test_what_is_no_plain_file_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("folder")
    os.mkfifo(tmp_path / "fifo")
    for name, words in {"folder": "a folder", "link": "a symbolic link", "fifo": "not a plain file"}.items():
        with pytest.raises(UsageError) as refused:
            is_plain_file(tmp_path / name)
        assert words in refused.value.detail
    assert not is_plain_file(tmp_path / "missing")
