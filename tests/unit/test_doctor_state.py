"""doctor tells beforehand that writes would not be recorded: what stands where the audit file belongs is no file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.commands.doctor import BAD, NOTE, OK, _state


@pytest.mark.parametrize("name", ["audit.jsonl", "audit.jsonl.lock"])
@pytest.mark.parametrize("kind", ["folder", "link", "dangling link"])
def test_an_audit_that_cannot_be_written_is_named(tmp_path: Path, name: str, kind: str) -> None:
    tmp_path.chmod(0o700)
    assert _state(tmp_path).mark == OK
    if kind == "folder":
        (tmp_path / name).mkdir()
    else:
        (tmp_path / "other").touch() if kind == "link" else None
        (tmp_path / name).symlink_to(tmp_path / "other")
    found = _state(tmp_path)
    assert (found.mark, found.code) == (BAD, 1)
    assert f"{tmp_path / name} cannot be written" in found.said
    assert "Give it back to yours" in found.more[0]


def test_a_folder_that_others_can_enter_is_a_note(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    (tmp_path / "audit.jsonl").touch()
    assert _state(tmp_path).mark == NOTE
    assert _state(tmp_path / "not" / "there").mark == OK
