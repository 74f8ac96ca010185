"""The record of writes: private, line by line, bounded, honest about failure."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.build import NOW
from tui.errors import AppError
from tui.service.audit import MAX_BYTES, Audit, AuditEntry
from tui.state.store import Identity

WHO = Identity("prod", "a" * 32, "Acme", token_source="token from pass show cloudflare", base_url="https://x.invalid")
SYNC = AuditEntry("sync", "default/docs", "done", "8f1-FRA")


@pytest.fixture
def audit(tmp_path: Path) -> Audit:
    return Audit(tmp_path / "state" / "audit.jsonl", lambda: NOW + 0.25)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def lines(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_line_says_who_did_what_to_what_and_when(audit: Audit) -> None:
    audit.record(WHO, SYNC)
    (line,) = lines(audit.path)
    assert line.pop("who").count("@") == 1
    assert line == {
        "time": "2026-09-21T14:13:20.250+00:00",
        "profile": "prod",
        "account": "a" * 32,
        "action": "sync",
        "target": "default/docs",
        "outcome": "done",
        "ray": "8f1-FRA",
        "write": "",
    }


def test_lines_are_appended_and_a_line_end_in_a_name_does_not_make_two(audit: Audit) -> None:
    audit.record(WHO, SYNC)
    audit.record(WHO, AuditEntry("delete", 'evil"\n{"action": "forged"}', "refused: Ünïcode"))
    assert [line["action"] for line in lines(audit.path)] == ["sync", "delete"]
    assert lines(audit.path)[1]["outcome"] == "refused: Ünïcode"


def test_only_the_owner_can_read_it_whatever_the_umask(audit: Audit) -> None:
    before = os.umask(0)
    try:
        audit.record(WHO, SYNC)
    finally:
        os.umask(before)
    assert (mode(audit.path), mode(audit.path.parent)) == (0o600, 0o700)


def test_a_file_that_others_could_read_is_closed_to_them(audit: Audit) -> None:
    audit.record(WHO, SYNC)
    audit.path.chmod(0o644)
    audit.record(WHO, SYNC)
    assert mode(audit.path) == 0o600


def test_a_large_file_is_moved_aside_and_nothing_is_lost(audit: Audit) -> None:
    audit.record(WHO, SYNC)
    with audit.path.open("a") as file:
        file.write(json.dumps({"action": "x" * MAX_BYTES}) + "\n")
    audit.record(WHO, AuditEntry("cancel", "default/docs job 7", "done"))
    assert [line["action"] for line in lines(audit.path)] == ["cancel"]
    aside = audit.path.with_name("audit.jsonl.1")
    assert [line["action"][:4] for line in lines(aside)] == ["sync", "xxxx"]
    assert (mode(audit.path), mode(aside)) == (0o600, 0o600)


def test_a_symlink_is_not_followed(audit: Audit, tmp_path: Path) -> None:
    target = tmp_path / "victim"
    target.write_text("precious")
    audit.path.parent.mkdir()
    audit.path.symlink_to(target)
    with pytest.raises(AppError):
        audit.record(WHO, SYNC)
    assert target.read_text() == "precious"


@pytest.mark.parametrize("make", ["directory", "parent is a file"])
def test_a_file_that_cannot_be_written_is_an_error_with_a_remedy(audit: Audit, make: str) -> None:
    if make == "directory":
        audit.path.mkdir(parents=True)
    else:
        audit.path.parent.write_text("")
    with pytest.raises(AppError) as caught:
        audit.record(WHO, SYNC)
    assert str(audit.path) in caught.value.detail
    assert "sync default/docs: done" in caught.value.detail
    assert caught.value.hint


def test_never_a_token_nor_where_it_comes_from(audit: Audit) -> None:
    audit.record(WHO, SYNC)
    assert "token" not in audit.path.read_text()
    assert "pass show" not in audit.path.read_text()


LINES = 1500
WRITER = """
import os, sys
from pathlib import Path
from tui.service.audit import Audit, AuditEntry
from tui.state.store import Identity

class Kept(type(Path())):
    moves = 0
    def replace(self, target):
        Kept.moves += 1
        os.link(self, f"{target}.{os.getpid()}.{Kept.moves}")  # what is moved aside next would take its place
        return super().replace(target)

audit = Audit(Kept(sys.argv[1]), lambda: 0.0, most=int(sys.argv[3]))
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(sys.argv[2])):
    audit.record(Identity(), AuditEntry("sync", f"{os.getpid()} {number}", "done " * (number % 50)))
"""


def test_two_consoles_that_move_the_file_aside_lose_no_line_and_tear_none(tmp_path: Path) -> None:
    path, most = tmp_path / "audit.jsonl", 3000
    argv = [sys.executable, "-c", WRITER, str(path), str(LINES), str(most)]
    both = [subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    for one in both:
        assert one.stdout
        assert one.stdout.readline() == "ready\n"
    for one in both:
        one.stdin.write("go\n")  # type: ignore[union-attr]
        one.stdin.flush()  # type: ignore[union-attr]
    for one in both:
        one.communicate(timeout=60)
        assert one.returncode == 0
    moved = sorted(tmp_path.glob("audit.jsonl.1.*"))
    assert len(moved) > 10
    assert all(file.stat().st_size > most for file in moved), "a new file was moved in the place of a full one"
    written = [line["target"] for file in (*moved, path) for line in lines(file)]
    assert sorted(written) == sorted(f"{one.pid} {number}" for one in both for number in range(LINES))


def test_without_locks_a_line_is_written_all_the_same(audit: Audit, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", no_locks)
    audit.record(WHO, SYNC)
    assert len(lines(audit.path)) == 1


@pytest.mark.parametrize("torn", ['{"action": "sy', "\x00\x00", '{"action": "sync"}'])
def test_a_torn_line_takes_no_other_with_it(audit: Audit, torn: str) -> None:
    audit.record(WHO, SYNC)
    with audit.path.open("a") as file:
        file.write(torn)
    audit.record(WHO, SYNC)
    audit.record(WHO, SYNC)
    read = audit.path.read_text().splitlines()
    assert [read[0], *read[2:]] == [read[0]] * 3
    assert read[1] == torn
    assert json.loads(read[2])["action"] == "sync"


@pytest.mark.parametrize("room", [0, 1, 40])
def test_a_full_disk_tears_no_line(audit: Audit, room: int, monkeypatch: pytest.MonkeyPatch) -> None:
    audit.record(WHO, SYNC)
    before, write, left = audit.path.read_bytes(), os.write, [room]

    def write_some(file: int, data: bytes) -> int:
        if not left[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        done, left[0] = write(file, data[: left[0]]), 0
        return done

    monkeypatch.setattr(os, "write", write_some)
    with pytest.raises(AppError, match="cannot be written"):
        audit.record(WHO, SYNC)
    assert audit.path.read_bytes() == before


def test_a_lock_that_is_held_elsewhere_is_not_waited_for_long(tmp_path: Path) -> None:
    waits: list[float] = []
    audit = Audit(tmp_path / "audit.jsonl", lambda: NOW, most=10, sleep=waits.append)
    audit.record(WHO, SYNC)
    with (tmp_path / "audit.jsonl.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        audit.record(WHO, SYNC)
        assert 0 < sum(waits) <= 1.0
        waits.clear()
        audit.record(WHO, SYNC)
        assert waits == [], "the next one only looks"
        assert len(lines(audit.path)) == 3, "appended, and not moved aside"
    audit.record(WHO, SYNC)
    assert len(lines(audit.path)) == 1, "moved aside under the lock"


KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from tests.unit.fake_api import FakeApi, Server
from tui.models import InstanceKey
from tui.service import Service
from tui.service.audit import Audit
from tui.state.store import Store

class Killed(FakeApi):
    async def create_job(self, *_):
        os.kill(os.getpid(), signal.SIGKILL)

async def main():
    service = Service(Killed(Server()), Store(), lambda: 0.0, Audit(Path(sys.argv[1]), lambda: 0.0))
    await service.sync(InstanceKey("default", "docs"))

asyncio.run(main())
"""


def test_a_console_that_is_killed_in_the_middle_of_a_write_leaves_a_trace(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", KILLED, str(path)], cwd=root, check=False)
    assert done.returncode == -9
    (line,) = lines(path)
    assert (line["action"], line["target"], line["outcome"]) == ("sync", "default/docs", "begun")
