"""The served emulator: its first line, its end, what a crash leaves behind, and faults on the wire."""

from __future__ import annotations

import argparse
import dataclasses
import json
import re
import signal
import sqlite3
import time
from pathlib import Path

import httpx
import pytest

from tui.emulator import EmulatorConfig, ManualClock, serve
from tui.emulator.config import SWITCHES
from tui.emulator.world import SLICE


def arguments(*given: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    serve.add_arguments(parser)
    return parser.parse_args(given)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_names_its_address_first_and_ends_cleanly(serving, number):
    server = serving("--seed", "empty")
    assert re.fullmatch(r"LISTENING http://127\.0\.0\.1:\d+/client/v4\n", server.greeting)
    assert server.process.stdout.readline().decode() == f"ACCOUNT {server.api.split('/')[-2]}\n"
    assert httpx.get(f"{server.api}/instances", headers=server.headers).json()["result"] == []
    assert server.stop(number) == 0


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.com", "::"])
def test_other_machines_are_kept_out(host, capsys):
    assert serve.run(arguments("--host", host)) == 2
    assert "--allow-remote" in capsys.readouterr().err


@pytest.mark.parametrize("wrong", [("--account", "xyz"), ("--speed", "0"), ("--token", ""), ("--chaos", "/nope")])
def test_settings_that_cannot_be_are_wrong_use(wrong, capsys):
    assert serve.run(arguments(*wrong)) == 2
    assert capsys.readouterr().err


def test_a_taken_port_is_a_failure(serving, capsys):
    port = httpx.URL(serving("--seed", "empty").url).port
    assert serve.run(arguments("--port", str(port))) == 1
    assert "cannot listen" in capsys.readouterr().err


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_loopback_is_loopback(host):
    assert serve.is_loopback(host)


def kill_in_the_middle_of_a_sync(server):
    """Sync until three documents are indexed, kill the server and return the id of the job."""
    path = f"{server.api}/namespaces/default/instances/docs"
    with httpx.Client(headers=server.headers) as http:
        http.post(f"{server.api}/instances", json={"id": "docs", "source": "docs"}).raise_for_status()
        job = http.post(f"{path}/jobs").json()["result"]
        while http.get(f"{path}/stats").json()["result"]["completed"] < 3:
            pass
    server.stop(signal.SIGKILL)
    return job["id"]


async def test_kill_9_in_the_middle_of_a_sync_loses_nothing(serving, make, tmp_path):
    bucket = tmp_path / "buckets" / "docs"
    bucket.mkdir(parents=True)
    for number in range(30):
        (bucket / f"{number:02}.md").write_text(f"document number {number}\n" * 40)
    server = serving("--seed", "empty", "--data", str(tmp_path), "--speed", "5", "--rate-limit", "0")
    job = kill_in_the_middle_of_a_sync(server)
    with sqlite3.connect(tmp_path / "emulator.sqlite3") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    api = make(data=tmp_path, clock=ManualClock(time.time() + 60))
    path = "/namespaces/default/instances/docs"
    assert (await api.ok("GET", f"{path}/jobs/{job}"))["end_reason"] == "interrupted"
    stats = await api.ok("GET", f"{path}/stats")
    assert stats["running"] == 0
    assert 3 <= stats["completed"] < 30
    assert stats["completed"] + stats["queued"] == 30
    await api.ok("POST", f"{path}/jobs")
    api.pass_time(60)
    assert (await api.ok("GET", f"{path}/stats"))["completed"] == 30


def test_a_long_sync_goes_on_while_nobody_asks(serving, tmp_path):
    bucket = tmp_path / "buckets" / "docs"
    bucket.mkdir(parents=True)
    for number in range(5 * SLICE):
        (bucket / f"{number}.md").write_text("text")
    server = serving("--seed", "empty", "--data", str(tmp_path), "--speed", "100000")
    path = f"{server.api}/namespaces/default/instances/docs"
    with httpx.Client(headers=server.headers) as http:
        http.post(f"{server.api}/instances", json={"id": "docs", "source": "docs"}).raise_for_status()
        http.post(f"{path}/jobs").raise_for_status()
        with sqlite3.connect(tmp_path / "emulator.sqlite3") as database:
            deadline = time.monotonic() + 20
            while not database.execute("SELECT count(*) FROM job WHERE ended_at IS NOT NULL").fetchone()[0]:
                assert time.monotonic() < deadline
        stats = http.get(f"{path}/stats").json()["result"]
    assert stats["completed"] == 5 * SLICE
    assert server.stop() == 0


def test_two_clients_at_once_do_not_disturb_each_other(serving):
    server = serving("--seed", "empty")
    with httpx.Client(headers=server.headers) as one, httpx.Client(headers=server.headers) as two:
        for number in range(20):
            one.post(f"{server.api}/instances", json={"id": f"a{number}"}).raise_for_status()
            two.post(f"{server.api}/instances", json={"id": f"b{number}"}).raise_for_status()
        assert len(two.get(f"{server.api}/instances?per_page=100").json()["result"]) == 40


def test_faults_reach_the_wire(serving, tmp_path):
    chaos = tmp_path / "chaos.json"
    chaos.write_text("{}")
    server = serving("--seed", "empty", "--chaos", str(chaos))
    instances = f"{server.api}/instances"

    def inject(**fault: object) -> None:
        chaos.write_text(json.dumps({"faults": [fault]}))

    with httpx.Client(headers=server.headers, timeout=5) as http:
        assert http.get(instances).status_code == 200
        inject(kind="status", operation="list_instances", status=429, code=971, message="slow down", retry_after=7)
        refused = http.get(instances)
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "7")
        assert refused.json()["errors"] == [{"code": 971, "message": "slow down"}]
        inject(kind="html", status=502)
        assert http.get(instances).headers["content-type"].startswith("text/html")
        inject(kind="truncate")
        with pytest.raises(httpx.RemoteProtocolError):
            http.get(instances)
        inject(kind="reset", operation="create_instance", times=1)
        with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
            http.post(instances, json={"id": "made"})
        inject(kind="hang", operation="get_instance")
        with pytest.raises(httpx.ReadTimeout):
            http.get(f"{instances}/made", timeout=0.2)
        assert [one["id"] for one in http.get(instances).json()["result"]] == ["made"]


def test_a_folder_belongs_to_one_emulator(serving, tmp_path, capsys):
    serving("--seed", "empty", "--data", str(tmp_path))
    assert serve.run(arguments("--port", "0", "--data", str(tmp_path))) == 1
    assert "another emulator works on" in capsys.readouterr().err


def test_what_the_real_api_leaves_open_can_be_set(serving):
    switches = ("totals=false", "max_per_page=3", "over_max=reject", "delete_status=204", "cooldown=0.5")
    server = serving("--seed", "empty", *(word for switch in switches for word in ("--set", switch)))
    with httpx.Client(headers=server.headers) as http:
        assert http.get(f"{server.api}/instances?per_page=4").status_code == 400
        assert http.get(f"{server.api}/instances").json()["result_info"] == {"page": 1, "per_page": 3, "count": 0}
        http.post(f"{server.api}/instances", json={"id": "a"}).raise_for_status()
        assert http.delete(f"{server.api}/namespaces/default/instances/a").status_code == 204


@pytest.mark.parametrize("wrong", ["log_order=sideways", "token=x", "totals", "max_per_page=-1", "denied_status=500"])
def test_a_wrong_setting_is_wrong_use(wrong, capsys):
    assert serve.run(arguments("--set", wrong)) == 2
    assert "aisearch emulate: " in capsys.readouterr().err


def test_every_switch_is_a_setting_and_told():
    assert set(SWITCHES) < {field.name for field in dataclasses.fields(EmulatorConfig)}
    text = (Path(__file__).parents[2] / "docs" / "emulator.md").read_text(encoding="utf-8")
    assert [name for name in SWITCHES if f"`{name}`" not in text] == []
