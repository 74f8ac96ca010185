"""The choice of faults: by operation, share and number; the file is read again when it changes."""

from __future__ import annotations

import json
import os

import pytest

from tui.emulator.faults import Faults


def write(path, *faults, **more):
    path.write_text(json.dumps({"faults": list(faults), **more}))
    info = path.stat()
    os.utime(path, ns=(info.st_atime_ns, info.st_mtime_ns + 1_000_000))


@pytest.fixture
def file(tmp_path):
    return tmp_path / "chaos.json"


def test_no_file_no_faults(file):
    assert Faults(None).pick("get_job") is None
    assert Faults(file).pick("get_job") is None


def test_a_rule_strikes_its_operation_so_many_times(file):
    write(file, {"kind": "latency", "operation": "get_job", "times": 2})
    faults = Faults(file)
    assert faults.pick("list_jobs") is None
    struck = [faults.pick("get_job") for _ in range(4)]
    assert [fault is not None for fault in struck] == [True, True, False, False]


def test_a_share_strikes_about_that_often_and_the_same_each_time(file):
    write(file, {"kind": "latency", "share": 0.3}, seed=7)
    one, two = Faults(file), Faults(file)
    first = [one.pick("x") is not None for _ in range(1000)]
    assert 250 < sum(first) < 350
    assert first == [two.pick("x") is not None for _ in range(1000)]


def test_the_file_is_read_again_when_it_changes(file, caplog):
    write(file, {"kind": "html"})
    faults = Faults(file)
    assert faults.pick("x")
    write(file)
    assert faults.pick("x") is None
    write(file, {"kind": "earthquake"})
    assert faults.pick("x") is None
    assert "ignored" in caplog.text
    write(file, {"kind": "hang"})
    assert faults.pick("x")
    file.unlink()
    assert faults.pick("x") is None


def test_only_refusals_come_instead_of_the_work(file):
    write(file, *({"kind": kind, "operation": kind} for kind in ("status", "html", "truncate", "reset", "hang")))
    faults = Faults(file)
    instead = {kind: faults.pick(kind).instead for kind in ("status", "html", "truncate", "reset", "hang")}
    assert instead == {"status": True, "html": True, "truncate": False, "reset": False, "hang": False}


async def test_faults_strike_in_process_too(make, file):
    write(file, {"kind": "latency", "seconds": 0.01, "operation": "get_stats"}, {"kind": "reset"})
    api = make(chaos=file)
    with pytest.raises(ConnectionResetError):
        await api.send("POST", "/instances", json={"id": "made"})
    assert api.emulator.received[-1].status == 201
    write(file, {"kind": "status", "status": 500, "code": 7001, "message": "Internal Error"})
    assert await api.refused("GET", "/instances") == (500, 7001, "Internal Error")
    assert api.emulator.received[-1].status == 500
