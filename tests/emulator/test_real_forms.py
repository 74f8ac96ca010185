"""What the service was seen to do, and the other way of each, which `--set` chooses."""

from __future__ import annotations

import re

import pytest

REAL = {"max_per_page": 0, "over_max": "reject"}


@pytest.mark.parametrize(
    ("below", "largest"),
    [
        ("/instances", 100),
        ("/namespaces", 100),
        ("/tokens", 100),
        ("/namespaces/default/instances/docs/items", 100),
        ("/namespaces/default/instances/docs/jobs", 50),
    ],
)
async def test_each_list_refuses_a_page_that_is_too_large(make, below, largest):
    api = make(**REAL)
    await api.synced("docs", {"a.md": "text"})
    assert (await api.send("GET", f"{below}?per_page={largest}")).status_code == 200
    assert (await api.refused("GET", f"{below}?per_page={largest + 1}"))[:2] == (400, 7001)


async def test_a_log_refuses_a_page_that_is_too_large(make):
    api = make(**REAL)
    path = await api.synced("docs", {"a.md": "text"})
    job = (await api.ok("GET", f"{path}/jobs"))[0]["id"]
    assert await api.ok("GET", f"{path}/jobs/{job}/logs?per_page=500")
    assert (await api.refused("GET", f"{path}/jobs/{job}/logs?per_page=501"))[:2] == (400, 7001)


@pytest.mark.parametrize(("form", "reason"), [("null", None), ("completed", "completed")])
async def test_a_job_that_went_well_has_a_reason_or_none(make, form, reason):
    api = make(end_reason=form)
    path = await api.synced("docs", {"a.md": "text"})
    (job,) = (one for one in await api.ok("GET", f"{path}/jobs") if one["source"] == "user")
    assert job["ended_at"]
    assert job["end_reason"] == reason
    assert (await api.ok("GET", f"{path}/jobs/{job['id']}"))["end_reason"] == reason


@pytest.mark.parametrize(("form", "pattern"), [("naive", r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"), ("rfc3339", r".*T.*Z")])
async def test_the_times_of_a_job(make, form, pattern):
    api = make(time_format=form)
    path = await api.synced("docs", {"a.md": "text"})
    job = (await api.ok("GET", f"{path}/jobs"))[0]
    for name in ("started_at", "last_seen_at", "ended_at"):
        assert re.fullmatch(pattern, job[name])


async def test_an_id_that_none_can_have_is_no_missing_instance(api):
    for base in ("/instances", "/namespaces/default/instances"):
        for below in ("", "/stats", "/jobs"):
            assert (await api.refused("GET", f"{base}/{'x' * 33}{below}"))[:2] == (400, 7001)
            assert (await api.refused("GET", f"{base}/{'x' * 32}{below}"))[:2] == (404, 7002)


@pytest.mark.parametrize("form", ["outdated", "error"])
async def test_an_indexed_document_that_fails_again(make, form):
    api = make(failed_again=form)
    path = await api.synced("docs", {"a.json": '{"crane": "red"}', "b.md": "blue"})
    api.bucket("docs-bucket", {"a.json": b"\x00\x01\x02" * 50})
    await api.ok("POST", f"{path}/jobs")
    api.pass_time(3600)
    (item,) = (one for one in await api.ok("GET", f"{path}/items") if one["key"] == "a.json")
    stats = await api.ok("GET", f"{path}/stats")
    assert item["status"] == form
    assert item["error"]
    assert stats["error"] == (form == "error")
    assert stats["outdated"] == (form == "outdated")
    assert stats["file_embed_errors"] == {item["error"]: 1}
    found = (await api.ok("POST", f"{path}/search", json={"query": "crane"}))["chunks"]
    assert bool([one for one in found if "crane" in one["text"]]) is (form == "outdated")
    api.bucket("docs-bucket", {"a.json": '{"crane": "green"}'})
    await api.ok("POST", f"{path}/jobs")
    api.pass_time(3600)
    (item,) = (one for one in await api.ok("GET", f"{path}/items") if one["key"] == "a.json")
    assert (item["status"], item.get("error")) == ("completed", None)


async def upload(api, path, name):
    await api.ok("POST", f"{path}/items", files={"file": (name, b"the red crane")})


@pytest.mark.parametrize("jobs", [True, False])
async def test_uploads_are_indexed_by_a_job(make, jobs):
    api = make(upload_jobs=jobs)
    await api.ok("POST", "/instances", 201, json={"id": "kb"})
    path = "/namespaces/default/instances/kb"
    await upload(api, path, "a.md")
    await upload(api, path, "b.md")
    running = await api.ok("GET", f"{path}/jobs")
    assert [(one["description"], one["ended_at"]) for one in running] == ([("Builtin drain", None)] if jobs else [])
    api.pass_time(60)
    if jobs:
        (ended,) = await api.ok("GET", f"{path}/jobs")
        assert ended["ended_at"]
        log = [line["message"] for line in await api.ok("GET", f"{path}/jobs/{ended['id']}/logs")]
        assert len([line for line in log if line.startswith("indexed ")]) == 2
        await upload(api, path, "c.md")
        assert len(await api.ok("GET", f"{path}/jobs")) == 2


async def test_a_job_of_uploads_neither_ends_for_a_sync_nor_delays_one(make):
    api = make(upload_jobs=True, cooldown=30.0)
    path = await api.synced("docs", {"a.md": "text"})
    await upload(api, path, "b.md")
    await api.ok("POST", f"{path}/jobs")
    jobs = await api.ok("GET", f"{path}/jobs")
    assert [one["ended_at"] for one in jobs if one["description"] == "Builtin drain"] == [None]
