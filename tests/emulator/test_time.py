"""Time is lazy: what a clock shows does not depend on how often somebody looks, and a seed is the same each time."""

from __future__ import annotations

import sqlite3

import pytest

from tui.emulator import EmulatorConfig, ManualClock
from tui.emulator.world import SLICE

PATH = "/namespaces/default/instances/docs"
FILES = {f"{n:02}.md": f"document {n} " * (n + 1) for n in range(20)} | {"bad.pdf": "no"}


async def story(make, tmp_path, name, steps):
    """Sync twelve hours of an instance, looking after each of `steps` seconds, and return all that can be seen."""
    api = make(data=tmp_path / name)
    api.bucket("docs", FILES)
    await api.ok("POST", "/instances", 201, json={"id": "docs", "source": "docs", "sync_interval": 3600})
    await api.ok("POST", f"{PATH}/jobs", json={"description": "first"})
    for seconds in steps:
        api.pass_time(seconds)
        await api.ok("GET", f"{PATH}/stats")
    jobs = await api.ok("GET", f"{PATH}/jobs", params={"per_page": 100})
    logs = [await api.ok("GET", f"{PATH}/jobs/{job['id']}/logs", params={"per_page": 100}) for job in jobs]
    items = await api.ok("GET", f"{PATH}/items", params={"per_page": 100})
    return jobs, logs, items


async def test_looking_changes_nothing(make, tmp_path):
    often = await story(make, tmp_path, "often", [1] * 40 + [3560])
    once = await story(make, tmp_path, "once", [3600])
    assert often == once
    assert [job["source"] for job in often[0]] == ["schedule", "user"]


async def test_a_still_clock_is_a_still_world(make):
    api = make(seed="demo", account="", data=None)
    root = f"!/accounts/{api.emulator.account}/ai-search/instances"
    first = (await api.send("GET", root)).json()
    for _ in range(3):
        assert (await api.send("GET", root)).json() == first


async def test_the_demo_is_the_same_each_time(make, tmp_path):
    seen = []
    for name in ("one", "two"):
        api = make(seed="demo", account="", data=tmp_path / name)
        root = f"!/accounts/{api.emulator.account}/ai-search/instances"
        found = []
        for instance in await api.ok("GET", root, params={"per_page": 100}):
            path = f"{root[:-10]}/namespaces/{instance['namespace']}/instances/{instance['id']}"
            found += [instance, await api.ok("GET", f"{path}/jobs"), await api.ok("GET", f"{path}/items")]
        seen.append(found)
    assert seen[0] == seen[1]


async def test_a_backlog_is_worked_off_in_slices(make):
    api = make()
    for number in range(15):
        api.bucket(f"b{number:02}x", FILES)
        await api.ok("POST", "/instances", 201, json={"id": f"i{number}", "source": f"b{number:02}x"})
    api.clock.advance(3600)
    world = api.emulator.world
    assert world.advance(api.clock()) == SLICE
    api.emulator.settle()
    assert world.advance(api.clock()) == 0
    assert (await api.ok("GET", "/instances/i14/stats"))["completed"] == 20


async def test_schedules_that_nobody_saw_are_collapsed(api):
    api.bucket("docs", {"a.md": "x"})
    await api.ok("POST", "/instances", 201, json={"id": "docs", "source": "docs", "sync_interval": 900})
    api.pass_time(30 * 86400)
    jobs = await api.ok("GET", f"{PATH}/jobs", params={"per_page": 100})
    assert len(jobs) <= 2
    assert jobs[0]["started_at"] >= "2026-09-20T07:50"


@pytest.mark.parametrize("change", [{"account": "xyz"}, {"speed": 0}, {"token": ""}, {"max_per_page": -1}])
def test_settings_that_can_only_be_mistakes_are_refused(change):
    with pytest.raises(ValueError, match="must"):
        EmulatorConfig(**change)


def test_a_clock_does_not_run_backward():
    clock = ManualClock(100)
    assert clock.advance(5) == clock() == 105
    with pytest.raises(ValueError, match="backward"):
        clock.advance(-1)


async def test_a_world_is_found_again_in_its_folder(make, tmp_path):
    first = make(data=tmp_path / "kept")
    await first.ok("POST", "/instances", 201, json={"id": "files"})
    form = {"files": {"file": ("a.md", b"boats")}, "data": {"wait_for_completion": "true"}}
    await first.ok("POST", "/namespaces/default/instances/files/items", **form)
    before = await first.ok("GET", "/instances/files")
    first.emulator.close()
    again = make(data=tmp_path / "kept")
    assert await again.ok("GET", "/instances/files") == before
    found = await again.ok("POST", "/instances/files/search", json={"query": "boats"})
    assert [chunk["item"]["key"] for chunk in found["chunks"]] == ["a.md"]
    again.emulator.close()
    with sqlite3.connect(tmp_path / "kept" / "emulator.sqlite3") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


async def test_a_private_folder_goes_with_its_emulator(make):
    api = make(data=None)
    await api.ok("GET", "/instances")
    folder = api.emulator.world.data
    assert folder.is_dir()
    api.emulator.close()
    assert not folder.exists()
