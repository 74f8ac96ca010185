"""The demo world shows every state that the console has to tell apart."""

from __future__ import annotations

import pytest

from tui.emulator.seed import Seed, SeedFile, SeedInstance, SeedRun


@pytest.fixture
def demo(make):
    api = make(seed="demo", account="", data=None)
    return api, f"!/accounts/{api.emulator.account}/ai-search"


async def every(api, root):
    for instance in await api.ok("GET", f"{root}/instances", params={"per_page": 1000}):
        path = f"{root}/namespaces/{instance['namespace']}/instances/{instance['id']}"
        stats = await api.ok("GET", f"{path}/stats")
        jobs = await api.ok("GET", f"{path}/jobs")
        yield instance, stats, jobs


async def test_every_state_is_there(demo):
    api, root = demo
    states = set()
    async for instance, stats, jobs in every(api, root):
        newest = jobs[0] if jobs else {"started_at": None, "ended_at": None}
        if instance["status"] == "error":
            states.add("failed")
        elif instance["paused"]:
            states.add("paused")
        elif jobs and newest["ended_at"] is None:
            states.add("running" if newest["started_at"] else "queued")
        elif not jobs and not stats["completed"]:
            states.add("never")
        else:
            states.add("errors" if stats["error"] else "healthy")
    assert states == {"failed", "paused", "running", "queued", "never", "errors", "healthy"}


async def test_the_running_job_goes_on_and_ends_within_a_minute(demo):
    api, root = demo
    before = {one[0]["id"]: one async for one in every(api, root)}
    running = [name for name, (_, stats, _) in before.items() if stats["running"]]
    assert running
    api.pass_time(10)
    after = {one[0]["id"]: one async for one in every(api, root)}
    moved = [name for name in running if after[name][1]["completed"] > before[name][1]["completed"]]
    assert moved
    api.pass_time(60)
    async for instance, _, jobs in every(api, root):
        if instance["id"] in moved:
            assert jobs[0]["end_reason"] == "completed"


async def test_a_stalled_job_stays_as_it_is(demo):
    api, root = demo
    stalled = {
        one["id"]: jobs[0]
        async for one, _, jobs in every(api, root)
        if jobs and jobs[0]["ended_at"] is None and (jobs[0]["started_at"] or "9") < "2026-08-21T08:00"
    }
    assert stalled
    api.pass_time(100)
    async for one, _, jobs in every(api, root):
        if one["id"] in stalled:
            assert jobs[0] == stalled[one["id"]]


async def test_documents_really_fail(demo):
    api, root = demo
    slugs = set()
    async for _, stats, _ in every(api, root):
        slugs |= stats["file_embed_errors"].keys()
    assert {"over_size", "file_content_empty", "invalid_pdf", "unsupported_type"} <= slugs


def test_the_description_has_defaults_for_all_that_may_be_missing():
    seed = Seed(instances=[SeedInstance("a", last_sync_minutes_ago=None, history=[SeedRun(5)])])
    assert (seed.instances[0].ago, seed.account.name, SeedFile("a", 1).size) == (60, "Emulator", 1)


async def outcome_of_a_sync(api, path):
    """What a sync ends with, once the cool-down of the one before is over."""
    api.pass_time(60)
    job = await api.ok("POST", f"{path}/jobs", json={})
    api.pass_time(60)
    return (await api.ok("GET", f"{path}/jobs/{job['id']}"))["end_reason"]


async def test_a_forbidden_bucket_stays_forbidden_whatever_is_tried(demo):
    api, root = demo
    path = f"{root}/namespaces/archive/instances/legacy-contracts"
    assert await outcome_of_a_sync(api, path) == "bucket_unauthorized"
    token = next(one["id"] for one in await api.ok("GET", f"{root}/tokens"))
    await api.ok("PUT", path, json={"paused": False, "token_id": token, "chunk_size": 256})
    assert await outcome_of_a_sync(api, path) == "bucket_unauthorized"
    assert (await api.ok("GET", f"{path}/stats"))["index_source_errors"] == {"bucket_unauthorized": 1}


async def test_a_site_that_refuses_a_header_does_so_until_it_is_not_sent(demo):
    api, root = demo
    path = f"{root}/namespaces/support/instances/partner-portal"
    assert await outcome_of_a_sync(api, path) == "invalid_custom_header"
    params = (await api.ok("GET", path))["source_params"]
    params["web_crawler"]["parse_options"]["include_headers"] = {}
    await api.ok("PUT", path, json={"source_params": params, "paused": False})
    assert await outcome_of_a_sync(api, path) in ("completed", None)
