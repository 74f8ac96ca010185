"""Sync jobs: what they do, when they may start, how they end, and their log."""

from __future__ import annotations

import os

import pytest

PATH = "/namespaces/default/instances/docs"
TWO_FILES = {"a.md": "# Alpha\n\nThe first document.", "guides/b.md": "# Beta\n\nThe second document."}


async def start(api, files=TWO_FILES, **config):
    api.bucket("docs", files)
    await api.ok("POST", "/instances", 201, json={"id": "docs", "source": "docs", **config})
    return await api.ok("POST", f"{PATH}/jobs", json={"description": "first"})


async def messages(api, job_id):
    entries = await api.ok("GET", f"{PATH}/jobs/{job_id}/logs", params={"per_page": 1000})
    return [entry["message"] for entry in sorted(entries, key=lambda entry: entry["id"])]


async def test_a_job_waits_runs_and_ends_as_the_clock_moves(api):
    job = await start(api)
    assert (job["source"], job["description"], job["started_at"], job["ended_at"]) == ("user", "first", None, None)
    api.clock.advance(0.7)
    running = await api.ok("GET", f"{PATH}/jobs/{job['id']}")
    assert running["started_at"] == "2026-08-21T08:13:20.600Z"
    assert running["ended_at"] is None
    assert (await api.ok("GET", PATH))["status"] == "indexing"
    api.clock.advance(60)
    ended = await api.ok("GET", f"{PATH}/jobs/{job['id']}")
    assert ended["end_reason"] == "completed"
    assert ended["last_seen_at"] == ended["ended_at"]
    assert (await api.ok("GET", PATH))["status"] == "ready"
    assert (await api.ok("GET", f"{PATH}/stats"))["completed"] == 2


async def test_the_log_tells_every_step(api):
    job = await start(api, {**TWO_FILES, "empty.md": "", "old.pdf": b"no pdf"})
    api.pass_time(60)
    assert await messages(api, job["id"]) == [
        "sync started by a user",
        "listing source r2://docs",
        "source has 4 documents: 4 new, 0 changed, 0 unchanged, 0 removed",
        "indexed a.md (1 chunk)",
        "empty.md failed: file_content_empty",
        "indexed guides/b.md (1 chunk)",
        "old.pdf failed: invalid_pdf",
        "summary: 2 indexed, 2 with errors, 0 removed",
        "sync ended: completed",
    ]
    stats = await api.ok("GET", f"{PATH}/stats")
    assert (stats["completed"], stats["error"]) == (2, 2)
    assert stats["file_embed_errors"] == {"file_content_empty": 1, "invalid_pdf": 1}


async def test_counters_move_while_a_job_runs(api):
    await start(api)
    api.clock.advance(1.1)
    stats = await api.ok("GET", f"{PATH}/stats")
    assert (stats["queued"], stats["running"], stats["completed"]) == (1, 1, 0)
    api.clock.advance(0.1)
    stats = await api.ok("GET", f"{PATH}/stats")
    assert (stats["queued"], stats["running"], stats["completed"]) == (0, 1, 1)


async def test_the_next_sync_sees_what_changed(api):
    await start(api)
    api.pass_time(60)
    folder = api.data / "buckets" / "docs"
    (folder / "a.md").unlink()
    (folder / "guides/b.md").write_text("# Beta\n\nAnother text.")
    (folder / "c.md").write_text("# Gamma")
    job = await api.ok("POST", f"{PATH}/jobs")
    api.pass_time(60)
    lines = await messages(api, job["id"])
    assert "source has 2 documents: 1 new, 1 changed, 0 unchanged, 1 removed" in lines
    assert "removed a.md" in lines
    items = await api.ok("GET", f"{PATH}/items")
    assert sorted(item["key"] for item in items) == ["c.md", "guides/b.md"]


async def test_a_touched_file_with_the_same_checksum_is_unchanged(api):
    await start(api)
    api.pass_time(60)
    path = api.data / "buckets" / "docs" / "a.md"
    path.write_text(path.read_text())
    job = await api.ok("POST", f"{PATH}/jobs")
    api.pass_time(60)
    assert "source has 2 documents: 0 new, 0 changed, 2 unchanged, 0 removed" in await messages(api, job["id"])


async def test_the_cooldown_counts_from_start_and_from_end(api):
    await start(api)
    cooldown = (429, 7020, "sync_in_cooldown")
    assert await api.refused("POST", f"{PATH}/jobs") == cooldown
    api.clock.advance(29)
    assert await api.refused("POST", f"{PATH}/jobs") == cooldown
    ended = await api.ok("GET", f"{PATH}/jobs")
    assert ended[0]["ended_at"] == "2026-08-21T08:13:21.441Z"
    api.clock.advance(2.3)
    assert await api.refused("POST", f"{PATH}/jobs") == cooldown
    api.clock.advance(0.2)
    await api.ok("POST", f"{PATH}/jobs")


async def test_retry_after_of_the_cooldown_is_switchable(make):
    api = make(retry_after_cooldown=True)
    await start(api)
    api.clock.advance(10)
    response = await api.send("POST", f"{PATH}/jobs")
    assert int(response.headers["retry-after"]) == 22


async def test_a_new_job_supersedes_the_running_one(make):
    api = make(speed=0.01)
    first = await start(api)
    api.clock.advance(90)
    second = await api.ok("POST", f"{PATH}/jobs")
    before = await api.ok("GET", f"{PATH}/jobs/{first['id']}")
    assert before["end_reason"] == "new_job_has_started"
    listed = await api.ok("GET", f"{PATH}/jobs")
    assert [job["id"] for job in listed] == [second["id"], first["id"]]


async def test_cancel_and_its_refusal(api):
    job = await start(api)
    api.clock.advance(1.1)
    cancelled = await api.ok("PATCH", f"{PATH}/jobs/{job['id']}", json={"action": "cancel"})
    assert cancelled["end_reason"] == "cancelled"
    again = await api.refused("PATCH", f"/instances/docs/jobs/{job['id']}", json={"action": "cancel"})
    assert again == (400, 7046, "job_cannot_be_cancelled")
    assert (await api.refused("PATCH", f"{PATH}/jobs/{job['id']}", json={"action": "stop"}))[1] == 7001
    stats = await api.ok("GET", f"{PATH}/stats")
    assert (stats["queued"], stats["running"]) == (2, 0)
    api.clock.advance(40)
    following = await api.ok("POST", f"{PATH}/jobs")
    api.pass_time(60)
    lines = await messages(api, following["id"])
    assert "source has 2 documents: 0 new, 0 changed, 0 unchanged, 0 removed, 2 to index again" in lines
    assert (await api.ok("GET", f"{PATH}/stats"))["completed"] == 2


async def test_a_document_that_comes_back_before_it_was_removed_stays(api):
    await start(api)
    api.pass_time(60)
    path, aside = api.data / "buckets/docs/a.md", api.data / "aside"
    path.rename(aside)
    job = await api.ok("POST", f"{PATH}/jobs")
    api.clock.advance(1.01)
    await api.ok("PATCH", f"{PATH}/jobs/{job['id']}", json={"action": "cancel"})
    (leaving,) = await api.ok("GET", f"{PATH}/items?key=a.md")
    assert (leaving["status"], leaving["next_action"]) == ("outdated", "DELETE")
    aside.rename(path)
    api.pass_time(31)
    await api.ok("POST", f"{PATH}/jobs")
    api.pass_time(60)
    (back,) = await api.ok("GET", f"{PATH}/items?key=a.md")
    assert (back["status"], back["next_action"]) == ("completed", None)


async def test_unknown_jobs_are_404(api):
    await start(api)
    assert await api.refused("GET", f"{PATH}/jobs/nope") == (404, 7021, "job_not_found")
    assert (await api.refused("GET", f"{PATH}/jobs/nope/logs"))[1] == 7021


async def test_built_in_storage_has_no_sync_jobs(api):
    await api.ok("POST", "/instances", 201, json={"id": "docs"})
    assert (await api.refused("POST", f"{PATH}/jobs"))[:2] == (400, 7001)
    assert await api.ok("GET", f"{PATH}/jobs") == []


async def test_a_missing_bucket_fails_the_job_and_pauses_the_instance(api):
    await api.ok("POST", "/instances", 201, json={"id": "docs", "source": "gone"})
    job = await api.ok("POST", f"{PATH}/jobs")
    api.pass_time(5)
    assert (await api.ok("GET", f"{PATH}/jobs/{job['id']}"))["end_reason"] == "bucket_not_found"
    instance = await api.ok("GET", PATH)
    assert (instance["status"], instance["paused"]) == ("error", True)
    assert (await api.ok("GET", f"{PATH}/stats"))["index_source_errors"] == {"bucket_not_found": 1}
    api.bucket("gone", TWO_FILES)
    assert (await api.ok("PUT", PATH, json={"paused": False}))["status"] == "ready"
    api.clock.advance(31)
    await api.ok("POST", f"{PATH}/jobs")
    api.pass_time(60)
    assert (await api.ok("GET", f"{PATH}/stats"))["completed"] == 2


async def test_the_schedule_starts_jobs_by_itself_unless_paused(api):
    api.bucket("docs", TWO_FILES)
    await api.ok("POST", "/instances", 201, json={"id": "docs", "source": "docs", "sync_interval": 900})
    api.pass_time(19)
    assert await api.ok("GET", f"{PATH}/jobs") == []
    api.pass_time(900)
    jobs = await api.ok("GET", f"{PATH}/jobs")
    assert [job["source"] for job in jobs] == ["schedule"]
    api.pass_time(2)
    assert len(await api.ok("GET", f"{PATH}/jobs")) == 2
    await api.ok("PUT", PATH, json={"paused": True})
    api.pass_time(5000)
    assert len(await api.ok("GET", f"{PATH}/jobs")) == 2
    await api.ok("PUT", PATH, json={"paused": False})
    api.pass_time(900)
    assert len(await api.ok("GET", f"{PATH}/jobs")) == 3


async def test_syncing_a_paused_instance_is_switchable(make):
    for setting, refused in (("accept", False), ("refuse", True)):
        api = make(paused_sync=setting, data=None)
        await api.ok("POST", "/instances", 201, json={"id": "docs", "source": "docs"})
        await api.ok("PUT", PATH, json={"paused": True})
        response = await api.send("POST", f"{PATH}/jobs")
        assert (response.status_code == 400) is refused


async def test_a_change_of_the_tokenizer_indexes_everything_again(api):
    await start(api)
    api.pass_time(60)
    await api.ok("PUT", PATH, json={"indexing_options": {"keyword_tokenizer": "trigram"}})
    assert (await api.ok("GET", f"{PATH}/stats"))["outdated"] == 2
    newest = (await api.ok("GET", f"{PATH}/jobs"))[0]
    assert newest["description"].startswith("full re-index")
    api.pass_time(60)
    assert (await api.ok("GET", f"{PATH}/stats"))["completed"] == 2


async def test_a_paused_instance_is_indexed_again_by_its_next_sync(api):
    await start(api)
    api.pass_time(60)
    await api.ok("PUT", PATH, json={"paused": True})
    await api.ok("PUT", PATH, json={"chunk_size": 512})
    assert len(await api.ok("GET", f"{PATH}/jobs")) == 1
    assert (await api.ok("GET", f"{PATH}/stats"))["outdated"] == 2
    await api.ok("POST", f"{PATH}/jobs")
    api.pass_time(60)
    assert (await api.ok("GET", f"{PATH}/stats"))["completed"] == 2


async def test_another_source_is_really_read(api):
    await start(api, {"a.md": "old words", "same.md": "same"})
    api.pass_time(60)
    api.bucket("other", {"a.md": "new words", "same.md": "same"})
    for name in ("a.md", "same.md"):  # another content can have the same size and time
        info = (api.data / "buckets/docs" / name).stat()
        os.utime(api.data / "buckets/other" / name, ns=(info.st_atime_ns, info.st_mtime_ns))
    await api.ok("PUT", PATH, json={"source": "other"})
    api.pass_time(31)
    job = await api.ok("POST", f"{PATH}/jobs")
    api.pass_time(60)
    items = await api.ok("GET", f"{PATH}/items")
    assert {(item["key"], item["source_id"]) for item in items} == {("a.md", "other"), ("same.md", "other")}
    assert "source has 2 documents: 0 new, 1 changed, 1 unchanged, 0 removed" in await messages(api, job["id"])


async def test_a_change_that_changes_nothing_indexes_nothing(api):
    await start(api)
    api.pass_time(60)
    same = {"chunk_size": 256, "indexing_options": {"keyword_tokenizer": "porter"}, "cache": False}
    await api.ok("PUT", PATH, json=same)
    assert len(await api.ok("GET", f"{PATH}/jobs")) == 1


@pytest.mark.parametrize("order", ["asc", "desc"])
async def test_log_pages_in_both_orders_join_without_gap(make, order):
    api = make(log_order=order)
    job = await start(api, {f"{n:02}.md": f"document {n}" for n in range(15)})
    api.pass_time(60)
    ids = []
    for page in (1, 2, 3, 4):
        reply = (await api.send("GET", f"{PATH}/jobs/{job['id']}/logs?per_page=7&page={page}")).json()
        ids += [entry["id"] for entry in reply["result"]]
        assert reply["result_info"]["total_count"] == 20
    expected = list(range(1, 21))
    assert ids == (expected if order == "asc" else expected[::-1])


async def test_log_ids_can_be_sparse_and_jobs_oldest_first(make):
    api = make(log_ids="sparse", job_order="asc")
    first = await start(api)
    api.pass_time(60)
    second = await api.ok("POST", f"{PATH}/jobs")
    assert [job["id"] for job in await api.ok("GET", f"{PATH}/jobs")] == [first["id"], second["id"]]
    ids = [entry["id"] for entry in await api.ok("GET", f"{PATH}/jobs/{first['id']}/logs")]
    assert ids == sorted(ids, reverse=True)
    assert {high - low for low, high in zip(ids[1:], ids[:-1], strict=True)} == {3}


async def test_log_times_are_seconds_or_milliseconds(make):
    for form, factor in (("s", 1), ("ms", 1000)):
        api = make(log_times=form, data=None)
        await api.ok("POST", "/instances", 201, json={"id": "docs", "source": "docs"})
        job = await api.ok("POST", f"{PATH}/jobs")
        api.pass_time(1)
        entry = (await api.ok("GET", f"{PATH}/jobs/{job['id']}/logs"))[-1]
        assert entry["created_at"] // factor == 1787300000


async def test_a_log_without_lines_is_empty_or_missing(make):
    for setting in ("empty", "missing"):
        api = make(early_logs=setting, data=None)
        await api.ok("POST", "/instances", 201, json={"id": "docs", "source": "docs"})
        job = await api.ok("POST", f"{PATH}/jobs")
        response = await api.send("GET", f"{PATH}/jobs/{job['id']}/logs")
        assert response.status_code == {"empty": 200, "missing": 404}[setting]


async def test_job_times_can_lack_their_zone(make):
    api = make(time_format="naive")
    job = await start(api)
    api.pass_time(60)
    assert (await api.ok("GET", f"{PATH}/jobs/{job['id']}"))["started_at"] == "2026-08-21 08:13:20"


async def test_the_far_end_of_a_long_log_is_one_request_away(api):
    job = await start(api)
    row = api.emulator.world.jobs.get(api.emulator.world.instances.get("default", "docs"), job["id"])
    api.emulator.world.jobs.append(row.n, ((1787300000.0, f"line {n}", 0) for n in range(30_000)))
    last = await api.ok("GET", f"{PATH}/jobs/{job['id']}/logs?per_page=100&page=300")
    assert last[-1]["id"] == 1
