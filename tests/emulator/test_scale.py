"""A large world stays usable: no request and no step of a job reads a whole table of documents, jobs or log lines."""

from __future__ import annotations

import re

from tui.emulator.tasks import Tasks

GROWING = ("item", "job", "job_log", "job_task", "item_log", "chunk", "agenda", "blob")
PATH = "/namespaces/default/instances/docs"


async def use_everything(api):
    api.bucket("docs", {"a.md": "some text", "b.md": "other text", "c.pdf": "no"})
    await api.ok("POST", "/instances", 201, json={"id": "docs", "source": "docs"})
    job = await api.ok("POST", f"{PATH}/jobs")
    for _ in range(8):
        api.pass_time(0.4)
        await api.ok("GET", f"{PATH}/jobs/{job['id']}")
    (api.data / "buckets/docs/b.md").unlink()
    api.clock.advance(40)
    await api.ok("POST", f"{PATH}/jobs")
    api.pass_time(60)
    for path in ("/instances", "/instances?search=doc&namespace=default", PATH, f"{PATH}/stats", f"{PATH}/jobs"):
        await api.ok("GET", path)
    for path in ("/items", "/items?status=error", "/items?key=a.md", "/items?sort_by=modified_at", "/items?search=A"):
        await api.ok("GET", PATH + path)
    await api.ok("GET", f"{PATH}/jobs/{job['id']}/logs")
    item = (await api.ok("GET", f"{PATH}/items?key=a.md"))[0]["id"]
    for below in ("", "/chunks", "/logs"):
        await api.ok("GET", f"{PATH}/items/{item}{below}")
    await api.ok("PATCH", f"{PATH}/items/{item}", json={"next_action": "INDEX", "wait_for_completion": True})
    await api.ok("POST", f"{PATH}/search", json={"query": "text", "filters": {"folder": "/"}})
    await api.ok("PUT", PATH, json={"chunk_size": 64})
    api.pass_time(60)
    await api.ok("DELETE", f"{PATH}/items/{item}")
    await api.ok("DELETE", PATH)


async def test_no_statement_reads_a_whole_table(api):
    statements: list[str] = []
    storage = api.emulator.world.storage
    storage.watch(statements.append)
    await use_everything(api)
    storage.watch(None)
    wrong = set()
    for statement in {one for one in statements if re.match(r"(SELECT|UPDATE|DELETE)\b", one) and "fts_" not in one}:
        for row in storage.rows(f"EXPLAIN QUERY PLAN {statement}"):
            scanned = re.match(r"SCAN (\w+)(?! USING (COVERING )?INDEX (agenda_due|instance_created))", row["detail"])
            if scanned and scanned[1] in (*GROWING, "i", "t", "c"):
                wrong.add((row["detail"], statement))
    assert len(statements) > 100
    assert not wrong


async def test_a_step_of_a_long_job_costs_what_the_first_one_did(api):
    world = api.emulator.world
    api.bucket("docs", {})
    await api.ok("POST", "/instances", 201, json={"id": "docs", "source": "docs"})
    job = await api.ok("POST", f"{PATH}/jobs")
    n = world.jobs.get(world.instances.get("default", "docs"), job["id"]).n
    rows = ((n, seq, 0, "new", "indexed" if seq < 50_000 else None) for seq in range(1, 50_001))
    world.storage.run_many("INSERT INTO job_task VALUES (?, ?, ?, ?, ?)", rows)
    worked: list[int] = []
    world.storage.count_work(lambda: worked.append(1))
    assert Tasks(world.storage).next(n).seq == 50_000
    assert len(worked) < 10
