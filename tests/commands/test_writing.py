"""Commands that write: what the server received, what the exit code says, and what is left in the audit file."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec import structs

from tests.commands.conftest import Aisearch, Server
from tests.commands.test_logs import job_with
from tui.commands.waiting_for import ended
from tui.config import state_dir
from tui.contract import Priority
from tui.errors import AppError, NotFound, ServerFault, Unauthorized, Unreachable
from tui.models import InstanceKey, Job


def audit() -> list[dict[str, str]]:
    path = state_dir(os.environ) / "audit.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def test_sync_says_which_job_it_started(aisearch: Aisearch, server: Server) -> None:
    ran = aisearch("sync", "museum-catalogue", "--note", "by hand", "--json")
    assert ran.code == 0, ran.err
    (job,) = ran.objects
    assert (job["namespace"], job["instance_id"], job["health"]) == ("archive", "museum-catalogue", "started")
    assert job["description"] == "by hand"
    assert [one for one in server.writes if one.endswith("/museum-catalogue/jobs")]
    assert audit()[-1]["action"] == "sync"


def test_a_cool_down_is_waited_for_and_said(aisearch: Aisearch) -> None:
    assert aisearch("sync", "api-reference", "--wait").code == 0
    again = aisearch("sync", "api-reference", "--wait")
    assert again.code == 0, again.err
    assert "cooling down" in again.err
    assert again.rows[0][2] == "done"


def test_in_the_cool_down_it_says_how_long(aisearch: Aisearch) -> None:
    first = aisearch("sync", "museum-catalogue", "--wait")
    assert first.code == 0, first.err
    ran = aisearch("sync", "museum-catalogue", "--timeout", "0.5s")
    assert ran.code == 124
    assert "cooling down" in ran.err
    assert "--timeout" in ran.err
    assert aisearch("sync", "museum-catalogue", "-q", "--timeout", "0.5s").err.count("\n") == 1


def test_wait_ends_with_the_outcome_of_the_job(aisearch: Aisearch, server: Server) -> None:
    ran = aisearch("sync", "museum-catalogue", "runbooks", "--wait")
    assert ran.code == 0, ran.err
    assert {row[2] for row in ran.rows} == {"done"}
    bucket = server.emulator.world.data / "buckets" / "museum-catalogue"
    hidden = bucket.rename(bucket.with_name("hidden"))
    try:
        failed = aisearch("sync", "museum-catalogue", "--wait")
        assert failed.code == 1, failed.out + failed.err
        assert failed.rows[0][2] == "failed"
    finally:
        hidden.rename(bucket)


def test_built_in_storage_has_no_jobs(aisearch: Aisearch) -> None:
    ran = aisearch("sync", "hr-policies")
    assert ran.code == 2
    assert "built in" in ran.err


def test_cancel_without_a_job_that_runs_fails(aisearch: Aisearch, server: Server) -> None:
    ran = aisearch("cancel", "docs-search")
    assert ran.code == 1
    assert "no running job" in ran.err
    assert aisearch("cancel", "docs-search", "4cb3677x").code == 2
    assert server.writes == []


def test_pause_and_resume(aisearch: Aisearch) -> None:
    assert aisearch("pause", "museum-catalogue", "runbooks").code == 0
    names = ("museum-catalogue", "runbooks")
    assert [aisearch("get", name, "--json").objects[0]["paused"] for name in names] == [True, True]
    assert aisearch("resume", "museum-catalogue", "runbooks").code == 0
    assert [aisearch("get", name, "--json").objects[0]["paused"] for name in names] == [False, False]
    done = [one["action"] for one in audit() if one["outcome"] == "done"]
    assert done == ["pause", "pause", "resume", "resume"]


def test_resync_of_what_failed_and_of_keys(aisearch: Aisearch, server: Server) -> None:
    ran = aisearch("resync", "docs-search", "--errors")
    assert ran.code == 0, ran.err
    failed = server.counters("docs-search")["error"]
    assert f"{failed} of {failed}, done" in ran.err
    one = aisearch("resync", "docs-search", "guides/offline-mode.md", "no/such.md")
    assert one.code == 1
    assert "no/such.md" in one.err
    assert len([write for write in server.writes if "/items/" in write]) == failed + 1
    assert aisearch("resync", "docs-search").code == 2


@pytest.mark.parametrize(
    "given",
    [
        ["sync", "runbooks"],
        ["pause", "runbooks"],
        ["resync", "docs-search", "--errors"],
        ["delete", "runbooks", "--yes", "runbooks"],
    ],
)
def test_a_read_only_run_writes_nothing(aisearch: Aisearch, server: Server, given: list[str]) -> None:
    ran = aisearch(*given, "--read-only")
    assert ran.code == 1
    assert "Read-only" in ran.err
    assert server.writes == []


def test_a_lost_reply_is_read_back(aisearch: Aisearch, server: Server, tmp_path: Path) -> None:
    faults = tmp_path / "faults.json"
    server.emulator.faults._path = faults
    try:
        for times, before, code in ((1, False, 0), (1, True, 1)):
            rule = {"operation": "update_instance", "kind": "reset", "times": times, "before": before}
            faults.write_text(json.dumps({"faults": [rule], "seed": int(before)}))
            assert aisearch("pause", "runbooks").code == code
            faults.write_text("{}")
            aisearch("resume", "runbooks")
    finally:
        server.emulator.faults._path = None


def test_delete_needs_the_exact_name(aisearch: Aisearch, server: Server) -> None:
    for more in ([], ["--yes", "runbook"], ["--yes", ""]):
        ran = aisearch("delete", "runbooks", *more)
        assert ran.code == 2
        assert ["instance", "platform/runbooks"] in ran.rows
        assert "--yes runbooks" in ran.err
    assert server.writes == []


def test_what_is_deleted_can_be_made_again_from_what_was_saved(aisearch: Aisearch) -> None:
    before = aisearch("export", "release-notes", "--json").objects[0]
    gone = aisearch("delete", "release-notes", "--yes", "release-notes", "--json")
    assert gone.code == 0, gone.err
    saved = gone.objects[0]["saved_to"]
    assert Path(saved).stat().st_mode & 0o077 == 0
    assert aisearch("get", "release-notes").code == 2
    made = aisearch("apply", "-f", saved, "--yes")
    assert made.code == 0, made.err
    after = aisearch("export", "release-notes", "--json").objects[0]
    for one in (before, after):
        one.pop("exported")
    assert after == before


@pytest.mark.parametrize(
    ("given", "verb", "path"),
    [
        (["sync", "runbooks"], "POST", "/runbooks/jobs"),
        (["pause", "runbooks"], "PUT", "/runbooks"),
        (["resume", "runbooks"], "PUT", "/runbooks"),
        (["resync", "docs-search", "guides/offline-mode.md"], "PATCH", ""),
        (["delete", "NAME", "--yes", "NAME"], "DELETE", "/NAME"),
    ],
)
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_write_that_is_interrupted_is_said_and_in_the_audit(
    server: Server, given: list[str], verb: str, path: str, sign: signal.Signals
) -> None:
    name = {signal.SIGINT: "agent-macros", signal.SIGTERM: "canteen-recipes"}[sign]
    given, path = [word.replace("NAME", name) for word in given], path.replace("NAME", name)
    server.hanging.add((verb, path))
    process = server.command(*given)
    deadline = time.monotonic() + 30
    while not [one for one in server.writes if one.startswith(verb) and one.endswith(path)]:
        assert time.monotonic() < deadline, process.poll()
        time.sleep(0.02)
    process.send_signal(sign)
    out, err = process.communicate(timeout=30)
    assert process.returncode == {signal.SIGINT: 130, signal.SIGTERM: 143}[sign], err
    assert out == "" or given[0] == "delete"
    assert "is not known" in err
    assert "Traceback" not in err
    assert audit()[-1]["outcome"] == "unknown: interrupted"


def test_the_job_that_runs_is_cancelled_and_its_end_is_waited_for_by_a_sync(aisearch: Aisearch, server: Server) -> None:
    job = job_with(server, "api-reference", 3, ended=False)
    late = aisearch("sync", "api-reference", "--timeout", "0.3s")
    assert late.code == 124
    assert f"its job {job[:8]} runs and would be ended" in late.err
    assert server.writes == []
    (row,) = aisearch("cancel", "api-reference").rows
    assert (row[0], row[1]) == (job, "cancelled")
    assert aisearch("cancel", "api-reference", job).code == 1, "it has ended already"


def test_with_yes_a_job_that_runs_is_ended(aisearch: Aisearch, server: Server) -> None:
    job = job_with(server, "handbook", 3, ended=False)
    ran = aisearch("sync", "handbook", "--yes", "--wait")
    assert ran.code == 0, ran.err
    states = {one["id"]: one["health"] for one in aisearch("jobs", "handbook", "--json").objects}
    assert states[job] == "superseded"


async def test_waiting_for_an_end_survives_failures_and_gives_up_on_what_is_gone() -> None:
    class Wire:
        def __init__(self, *answers: Job | AppError) -> None:
            self.answers = list(answers)

        def using(self, priority: Priority) -> Wire:
            return self

        async def get_job(self, key: InstanceKey, job_id: str) -> Job:
            answer = self.answers.pop(0)
            if isinstance(answer, AppError):
                raise answer
            return answer

    def call(wire: Wire) -> Any:
        out = SimpleNamespace(note=notes.append)
        return SimpleNamespace(service=SimpleNamespace(api=wire), now=100.0, wait=wait, out=out)

    async def wait(event: asyncio.Event, left: float) -> None:
        waits.append(left)

    notes: list[str] = []
    waits: list[float] = []
    began, key = Job(id="a" * 36, started_at="2026-01-01T00:00:00Z"), InstanceKey("default", "x")
    over = structs.replace(began, ended_at="2026-01-01T00:01:00Z")
    assert await ended(call(Wire()), key, over) is over, "nothing is asked of a job that has ended"
    wire = Wire(began, Unreachable("No reply"), NotFound("Gone"), ServerFault("Broken", retry_after=33.0), over)
    assert await ended(call(wire), key, began) is over
    assert waits == [1.5, 2.0, 4.0, 33.0]
    assert len(notes) == 3
    with pytest.raises(NotFound):
        await ended(call(Wire(*[NotFound("Gone")] * 6)), key, began)
    with pytest.raises(Unauthorized):
        await ended(call(Wire(Unauthorized("No"))), key, began)
