"""A data folder that was cut off, is full, read-only, used twice or broken: what the next start says and does."""

from __future__ import annotations

import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

from tests.emulator.conftest import ACCOUNT, TOKEN
from tui.emulator import Emulator, EmulatorConfig, ManualClock

pytestmark = pytest.mark.exhaustive

SERVED = Path(__file__).with_name("served.py")
PATH = "/namespaces/default/instances/docs"


def start_once(data, *before, **more):
    """Start the emulator by a command of its own; returns exit code and stderr (it must end by itself)."""
    command = [*before, sys.executable, str(SERVED), "--port", "0", "--seed", "empty", "--data", str(data)]
    environment = {**os.environ, "PYTHONPATH": str(SERVED.parents[2])}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=False, **more)
    return done.returncode, done.stderr


@pytest.mark.parametrize("seed", range(6))
def test_nothing_acknowledged_is_lost_by_kill_9_at_any_moment(serving, make, tmp_path, seed):
    server = serving("--seed", "empty", "--data", str(tmp_path), "--speed", "50", "--rate-limit", "0")
    acknowledged = []
    killer = threading.Timer(random.Random(seed).uniform(0.05, 0.6), server.process.send_signal, [signal.SIGKILL])
    with httpx.Client(headers=server.headers, timeout=10) as http:
        http.post(f"{server.api}/instances", json={"id": "docs"}).raise_for_status()
        killer.start()
        try:
            for number in range(10_000):
                file = {"file": (f"{number}.md", f"document number {number}")}
                http.post(f"{server.api}{PATH}/items", files=file).raise_for_status()
                acknowledged.append(f"{number}.md")
        except httpx.HTTPError:
            pass
    server.process.wait(10)
    emulator = make(data=tmp_path, clock=ManualClock(time.time() + 3600)).emulator
    world = emulator.world
    assert "cut off" in world.found[0]
    emulator.settle()
    rows = world.storage.rows("SELECT key, status FROM item")
    assert {row["key"] for row in rows} >= set(acknowledged)
    assert {row["status"] for row in rows} <= {"completed"}
    assert len(acknowledged) > 0
    assert world.storage.row("PRAGMA integrity_check")[0] == "ok"


def test_a_start_after_a_kill_says_what_it_found(serving, tmp_path):
    first = serving("--seed", "empty", "--data", str(tmp_path), "--speed", "0.001")
    with httpx.Client(headers=first.headers) as http:
        http.post(f"{first.api}/instances", json={"id": "docs"}).raise_for_status()
        http.post(f"{first.api}{PATH}/items", files={"file": ("a.md", "text")}).raise_for_status()
    first.stop(signal.SIGKILL)
    config = EmulatorConfig(data=tmp_path, seed="empty", token=TOKEN, account=ACCOUNT)
    emulator = Emulator(config)
    assert emulator.world.found == (
        "the last emulator on this folder was cut off; everything it had acknowledged is here",
        "1 document(s) of built-in storage wait to be indexed",
    )
    emulator.close()
    emulator = Emulator(config)
    assert emulator.world.found == ("1 document(s) of built-in storage wait to be indexed",)
    emulator.close()


async def test_a_kill_while_the_demo_is_entered_is_made_good(make, tmp_path, monkeypatch):
    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("tui.emulator.seed._age", killed)
        with pytest.raises(KeyboardInterrupt):
            _ = make(data=tmp_path, seed="demo").emulator.world
    whole = make(data=tmp_path.with_name("other"), seed="demo")
    again = make(data=tmp_path, seed="demo")
    expected = await whole.ok("GET", "/instances?per_page=100")
    found = await again.ok("GET", "/instances?per_page=100")
    assert [one["id"] for one in found] == [one["id"] for one in expected]
    assert documents(tmp_path) == documents(tmp_path.with_name("other"))


def documents(folder):
    parts = [folder / part for part in ("buckets", "sites", "uploads")]
    return sorted(str(path.relative_to(folder)) for part in parts for path in part.rglob("*") if path.is_file())


def fill(storage):
    """Let the database have not one page more."""
    storage.run(f"PRAGMA max_page_count = {storage.number('PRAGMA page_count')}")


async def test_a_full_disk_refuses_writes_keeps_reading_and_goes_on_when_there_is_room(api):
    path = await api.synced("docs", {"a.md": "boats in the harbour"})
    await api.ok("POST", "/instances", 201, json={"id": "own"})
    own = "/namespaces/default/instances/own"
    fill(api.emulator.world.storage)
    for number in range(3):
        response = await api.send("POST", f"{own}/items", files={"file": (f"{number}.md", "x" * 300_000)})
        assert response.status_code == 500
        assert response.json()["messages"][0]["message"] == "nothing was stored: database or disk is full"
    assert [one["id"] for one in await api.ok("GET", "/instances")] == ["own", "docs"]
    assert (await api.ok("POST", f"{path}/search", json={"query": "boats"}))["chunks"]
    assert await api.ok("GET", f"{own}/items") == []
    api.emulator.world.storage.run("PRAGMA max_page_count = 1000000")
    await api.ok("POST", f"{own}/items", files={"file": ("late.md", "x" * 300_000)})
    api.pass_time(60)
    assert [one["status"] for one in await api.ok("GET", f"{own}/items")] == ["completed"]


async def test_what_falls_due_on_a_full_disk_is_done_when_there_is_room(api):
    api.bucket("docs", {f"{n}.txt": f"word{n} " * 4000 for n in range(30)})
    await api.ok("POST", "/instances", 201, json={"id": "docs", "source": "docs"})
    job = await api.ok("POST", f"{PATH}/jobs")
    fill(api.emulator.world.storage)
    for _ in range(5):
        api.clock.advance(30)
        assert (await api.ok("GET", f"{PATH}/jobs/{job['id']}"))["ended_at"] is None
    api.emulator.world.storage.run("PRAGMA max_page_count = 1000000")
    api.pass_time(600)
    assert (await api.ok("GET", f"{PATH}/stats"))["completed"] == 30
    assert (await api.ok("GET", f"{PATH}/jobs/{job['id']}"))["end_reason"] == "completed"


async def test_a_failed_commit_leaves_no_transaction_open(api):
    storage = api.emulator.world.storage
    storage.run("CREATE TABLE parent (n INTEGER PRIMARY KEY)")
    storage.run("CREATE TABLE child (n INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED)")
    with pytest.raises(sqlite3.IntegrityError), storage.transaction():
        storage.run("INSERT INTO child VALUES (1)")  # found wrong by COMMIT
    with storage.transaction(), storage.transaction():
        storage.run("INSERT INTO parent VALUES (1)")
    assert storage.number("SELECT count(*) FROM child") == 0
    assert storage.number("SELECT count(*) FROM parent") == 1


def test_a_disk_that_refuses_writes_under_the_server_is_said_and_survived(serving, tmp_path):
    server = serving("--seed", "empty", "--data", str(tmp_path))
    pid = server.process.pid
    with httpx.Client(headers=server.headers, timeout=10) as http:
        http.post(f"{server.api}/instances", json={"id": "docs"}).raise_for_status()
        before = resource.prlimit(pid, resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
        response = http.post(f"{server.api}{PATH}/items", files={"file": ("a.md", "x" * 900_000)})
        assert response.status_code == 500
        assert "nothing was stored" in response.text
        assert http.get(f"{server.api}{PATH}/items").json()["result"] == []
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)
        http.post(f"{server.api}{PATH}/items", files={"file": ("b.md", "x" * 900_000)}).raise_for_status()
    server.stop(signal.SIGKILL)
    with sqlite3.connect(tmp_path / "emulator.sqlite3") as database:
        assert database.execute("SELECT key FROM item").fetchall() == [("b.md",)]
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_read_only_folder_is_refused_in_words(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    data.chmod(0o555)
    before = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []
    code, said = start_once(data, *before)
    data.chmod(0o755)
    assert (code, said) == (
        1,
        f"aisearch emulate: the data folder {data} cannot be used: this user may not write there\n",
    )


def test_a_folder_that_is_a_file_is_refused_in_words(tmp_path):
    (tmp_path / "data").write_text("mine")
    code, said = start_once(tmp_path / "data")
    assert code == 1
    assert said.endswith("there is a file where a folder is needed\n")
    assert (tmp_path / "data").read_text() == "mine"


def test_a_lock_that_is_a_link_harms_nobodys_file(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "precious").write_text("mine")
    (tmp_path / "data" / "lock").symlink_to(tmp_path / "precious")
    code, said = start_once(tmp_path / "data")
    assert (code, "symbolic link" in said) == (1, True)
    assert (tmp_path / "precious").read_text() == "mine"


@pytest.mark.parametrize("content", [b"no database at all " * 100, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_broken_database_is_named_and_kept(tmp_path, content):
    database = tmp_path / "emulator.sqlite3"
    database.write_bytes(content)
    code, said = start_once(tmp_path)
    assert code == 1
    assert str(database) in said
    assert "move it away" in said
    assert "Traceback" not in said
    assert database.read_bytes() == content


def test_a_second_emulator_is_refused_and_a_killed_one_leaves_no_lock(serving, tmp_path):
    first = serving("--seed", "empty", "--data", str(tmp_path))
    code, said = start_once(tmp_path)
    assert (code, said) == (1, f"aisearch emulate: another emulator works on {tmp_path}\n")
    first.stop(signal.SIGKILL)
    second = serving("--seed", "empty", "--data", str(tmp_path))
    assert second.greeting.startswith("LISTENING ")
