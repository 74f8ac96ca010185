"""logs: the newest job's, another job's, several instances', the last lines, and lines as they come."""

from __future__ import annotations

import json
import re
import time

import pytest

from tests.commands.conftest import Aisearch, Server

STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ ")


END = "sync ended: completed"
"""What the emulator writes below the log of a job that ends."""


def job_with(server: Server, name: str, lines: int, *, ended: bool = True) -> str:
    """A job that began now, whose log has so many lines of a minute ago; its id."""
    world = server.emulator.world
    with world.lock, world.storage.transaction():
        now = world.config.clock()
        job = world.jobs.create(world.instances.get("default", name), "user", now)
        world.jobs._agenda.drop("job", job.n)  # nothing but the test writes to it
        world.storage.run(
            "UPDATE job SET phase = 'stalled', started_at = ?, last_seen_at = ? WHERE n = ?", now, now, job.n
        )
        texts = (f"line {n:06}" if n % 100 else f"page-{n}.md failed: file_content_empty" for n in range(lines))
        world.jobs.append(job.n, ((now - 60 + n / 100_000, text, 0) for n, text in enumerate(texts)))
        if ended:
            world.jobs.end(job, now, "completed")
        return str(job.id)


@pytest.mark.parametrize("order", ["desc", "asc"])
def test_the_whole_log_once_and_in_order(aisearch: Aisearch, server: Server, order: str) -> None:
    server.choose(log_order=order)
    job = job_with(server, "docs-search", 1234)
    ran = aisearch("logs", "docs-search")
    assert ran.code == 0, ran.err
    assert len(ran.lines) == 1235
    assert ran.lines[-1] == END
    assert [line[-6:] for line in ran.lines if line.startswith("line")] == [f"{n:06}" for n in range(1234) if n % 100]
    assert aisearch("logs", "docs-search", job).out == ran.out
    assert aisearch("logs", "docs-search", job[:8]).out == ran.out


def test_the_last_lines_cost_few_requests(aisearch: Aisearch, server: Server) -> None:
    job_with(server, "docs-search", 5000)
    server.emulator.received.clear()
    assert aisearch("logs", "docs-search", "--tail", "3").lines == ["line 004998", "line 004999", END]
    assert len([one for one in server.emulator.received if one.path.endswith("/logs")]) <= 3
    assert aisearch("logs", "docs-search", "--tail", "0").out == ""
    assert len(aisearch("logs", "docs-search", "--tail", "4999").lines) == 4999


def test_errors_since_and_timestamps(aisearch: Aisearch, server: Server) -> None:
    job_with(server, "docs-search", 500)
    errors = aisearch("logs", "docs-search", "--errors").lines
    assert errors == [f"page-{n}.md failed: file_content_empty" for n in range(0, 500, 100)]
    assert aisearch("logs", "docs-search", "--errors", "--tail", "2").lines == errors[-2:]
    assert aisearch("logs", "docs-search", "--since", "30s").lines == [END]
    stamped = aisearch("logs", "docs-search", "--since", "10m", "--timestamps").lines
    assert len(stamped) == 501
    assert all(STAMP.match(line) for line in stamped)
    assert aisearch("logs", "docs-search", "--since", "soon").code == 2


def test_lines_as_json(aisearch: Aisearch, server: Server) -> None:
    job = job_with(server, "docs-search", 20)
    objects = aisearch("logs", "docs-search", "--json").objects
    assert [one["message"] for one in objects[1:-1]] == [f"line {n:06}" for n in range(1, 20)]
    assert {(one["namespace"], one["instance_id"], one["job_id"]) for one in objects} == {
        ("default", "docs-search", job)
    }
    assert {"id", "created_at", "message_type"} <= objects[0].keys()


def test_of_several_instances_each_line_says_whose_it_is(aisearch: Aisearch, server: Server) -> None:
    rows = aisearch("logs", "docs-search", "runbooks", "billing-kb", "--tail", "2").rows
    assert [row[0] for row in rows].count("platform/runbooks") == 2
    assert {row[0] for row in rows} == {"default/docs-search", "platform/runbooks", "support/billing-kb"}


def test_one_of_several_that_cannot_be_read_is_named(aisearch: Aisearch, server: Server) -> None:
    server.broken.add("/instances/runbooks/jobs")
    ran = aisearch("logs", "docs-search", "runbooks", "billing-kb", "--tail", "1")
    assert ran.code == 1
    assert "log of platform/runbooks" in ran.err
    assert {row[0] for row in ran.rows} == {"default/docs-search", "support/billing-kb"}


def test_what_is_neither_an_instance_nor_a_job(aisearch: Aisearch) -> None:
    ran = aisearch("logs", "docs-search", "nonsense")
    assert ran.code == 2
    assert "has no job nonsense" in ran.err
    assert aisearch("logs", "sandbox").code == 1


def test_following_prints_every_line_once_until_the_job_has_ended(server: Server) -> None:
    job_id = job_with(server, "docs-search", 700, ended=False)
    process = server.command("logs", "-f", "docs-search", "--json")
    assert process.stdout
    got = [json.loads(process.stdout.readline()) for _ in range(700)]
    world = server.emulator.world
    with world.lock, world.storage.transaction():
        job = world.jobs.get(world.instances.get("default", "docs-search"), job_id)
        world.jobs.append(job.n, ((world.config.clock(), f"new {n}", 0) for n in range(2600)))
    got += [json.loads(process.stdout.readline()) for _ in range(2600)]
    with world.lock, world.storage.transaction():
        world.jobs.append(job.n, [(world.config.clock(), "last", 0)])
        world.jobs.end(job, world.config.clock(), "completed")
    out, err = process.communicate(timeout=60)
    got += [json.loads(line) for line in out.splitlines()]
    assert process.returncode == 0, err
    assert len(got) == 3302
    assert [one["message"] for one in got[700:3300]] == [f"new {n}" for n in range(2600)]
    assert [one["message"] for one in got[3300:]] == ["last", END]
    assert "has ended: done" in err


def test_following_begins_at_the_last_lines_and_an_interrupt_ends_it(server: Server) -> None:
    job_with(server, "docs-search", 700, ended=False)
    process = server.command("logs", "-f", "docs-search", "--tail", "2")
    assert process.stdout
    assert [process.stdout.readline() for _ in range(2)] == ["line 000698\n", "line 000699\n"]
    process.send_signal(2)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (130, "")
    assert "Traceback" not in err


def test_a_reader_that_goes_away_ends_it_quietly(server: Server) -> None:
    job_with(server, "docs-search", 20_000)
    process = server.command("logs", "docs-search")
    assert process.stdout
    assert process.stderr
    process.stdout.readline()
    process.stdout.close()
    deadline = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert process.returncode == 0
    assert process.stderr.read() == ""


def test_following_for_ever_goes_on_with_the_next_job_of_each_instance(server: Server) -> None:
    names = ("docs-search", "api-reference")
    for name in names:
        job_with(server, name, 5)
    process = server.command("logs", "--forever", "--tail", "1", *names)
    assert process.stdout
    assert {process.stdout.readline() for _ in names} == {f"default/{name}\t{END}\n" for name in names}
    for name in names:
        job_with(server, name, 3)
    server.emulator.received.clear()
    rows = [process.stdout.readline().rstrip("\n").split("\t") for _ in range(8)]
    process.send_signal(2)
    process.communicate(timeout=30)
    assert process.returncode == 130
    for name in names:
        own = [text for who, text in rows if who == f"default/{name}"]
        assert own == ["page-0.md failed: file_content_empty", "line 000001", "line 000002", END]
    assert len(server.emulator.received) < 60, "each at the console's pace"
