"""Commands that look: their output is data and nothing else, and nothing is left out silently."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.commands.conftest import Aisearch, Server

HEALTH = {"failed", "paused by error", "stalled", "errors", "running", "queued", "paused", "never synced", "ready"}


def test_ls_has_trouble_first_and_is_tab_separated_in_a_pipe(aisearch: Aisearch, server: Server) -> None:
    ran = aisearch("ls")
    assert ran.code == 0, ran.err
    assert ran.err == ""
    assert len(ran.rows) == 17
    states = [row[1] for row in ran.rows]
    assert set(states) <= HEALTH
    assert states[0] == "paused by error"
    assert states.index("errors") < states.index("ready")
    (docs,) = [row for row in ran.rows if row[0] == "default/docs-search"]
    stats = server.counters("docs-search")
    assert docs[1:5] == ["errors", str(stats["error"]), "0", str(stats["completed"])]


def test_ls_as_json_has_the_names_of_the_api_and_health(aisearch: Aisearch, server: Server) -> None:
    objects = aisearch("ls", "--json").objects
    (docs,) = [one for one in objects if one["id"] == "docs-search"]
    assert (docs["namespace"], docs["health"]) == ("default", "errors")
    assert server.counters("docs-search").items() <= docs.items()
    assert {"created_at", "modified_at", "source", "status", "queued", "running", "skipped"} <= docs.keys()


def test_ls_narrows_by_namespace_and_state(aisearch: Aisearch) -> None:
    assert {row[0].split("/")[0] for row in aisearch("ls", "--namespace", "support").rows} == {"support"}
    assert {row[1] for row in aisearch("ls", "--state", "errors,paused-by-error").rows} == {"errors", "paused by error"}
    nowhere = aisearch("ls", "--namespace", "suport")
    assert (nowhere.code, nowhere.out) == (2, "")
    assert "Did you mean support?" in nowhere.err
    wrong = aisearch("ls", "--state", "eror")
    assert (wrong.code, wrong.out) == (2, "")
    assert "did you mean errors?" in wrong.err


def test_ls_without_counters_reads_the_list_only(aisearch: Aisearch, server: Server) -> None:
    ran = aisearch("ls", "--no-stats")
    assert [row[2:5] for row in ran.rows] == [["-", "-", "-"]] * 17
    assert [one.path.rsplit("/", 1)[-1] for one in server.emulator.received] == ["instances"]


def test_what_could_not_be_read_is_named_and_the_code_is_6(aisearch: Aisearch, server: Server) -> None:
    server.broken.add("/instances/docs-search/stats")
    ran = aisearch("ls", "-q")
    assert ran.code == 6
    assert "not read: counters of default/docs-search" in ran.err
    assert len(ran.rows) == 17
    (docs,) = [row for row in ran.rows if row[0] == "default/docs-search"]
    assert docs[2:5] == ["-", "-", "-"]


@pytest.mark.parametrize(
    ("ref", "code", "words"),
    [
        ("docs-search", 0, ""),
        ("default/docs-search", 0, ""),
        ("doc-search", 2, "Did you mean docs-search?"),
        ("support/docs-search", 2, "There is no instance support/docs-search"),
        ("nothing-like-it", 2, "There is no instance nothing-like-it"),
    ],
)
def test_a_ref_is_a_name_or_a_namespace_and_a_name(aisearch: Aisearch, ref: str, code: int, words: str) -> None:
    ran = aisearch("get", ref)
    assert ran.code == code
    assert words in ran.err
    assert bool(ran.out) == (code == 0)


def test_a_name_that_two_namespaces_have_is_refused_with_both(aisearch: Aisearch, server: Server) -> None:
    world = server.emulator.world
    with world.lock, world.storage.transaction():
        world.instances.create("support", "handbook", {"source": "docs-prod"}, world.config.clock())
    try:
        ran = aisearch("stats", "handbook")
        assert ran.code == 2
        assert "default/handbook, support/handbook" in ran.err
        assert aisearch("stats", "support/handbook").code == 0
        assert aisearch("stats", "handbook", "--namespace", "support").code == 0
    finally:
        aisearch("delete", "support/handbook", "--yes", "handbook")


def test_get_and_stats_are_one_object(aisearch: Aisearch, server: Server) -> None:
    (document,) = aisearch("get", "docs-search", "--json").objects
    assert (document["id"], document["health"], document["chunk_size"]) == ("docs-search", "errors", 256)
    (stats,) = aisearch("stats", "docs-search", "--json").objects
    assert stats["health"] == "errors"
    counters = server.counters("docs-search")
    assert counters.items() <= stats.items()
    assert ["error", str(counters["error"])] in [line.split("\t") for line in aisearch("stats", "docs-search").lines]


def test_jobs_are_newest_first_and_limited_aloud(aisearch: Aisearch) -> None:
    objects = aisearch("jobs", "docs-search", "--json").objects
    starts = [one["started_at"] for one in objects]
    assert starts == sorted(starts, reverse=True)
    assert objects[0]["health"] == "done"
    few = aisearch("jobs", "docs-search", "--limit", "2")
    assert len(few.rows) == 2
    assert "--limit 0" in few.err


def test_items_are_filtered_by_the_server(aisearch: Aisearch, server: Server) -> None:
    failed = aisearch("items", "docs-search", "--status", "error", "--json").objects
    assert {one["status"] for one in failed} == {"error"}
    assert len(failed) == server.counters("docs-search")["error"] > 0
    assert [one.query["status"] for one in server.emulator.received if one.path.endswith("/items")] == ["error"]
    found = aisearch("items", "docs-search", "--search", "offline")
    assert "guides/offline-mode.md" in {row[0] for row in found.rows}
    assert all("offline" in row[0] for row in found.rows)
    everything = aisearch("items", "docs-search", "--limit", "0").rows
    assert len({row[0] for row in everything}) == len(everything) > 20


def test_search_has_every_score(aisearch: Aisearch) -> None:
    hits = aisearch("search", "docs-search", "carrier", "accounts", "--json", "--max-results", "3").objects
    assert 0 < len(hits) <= 3
    assert {"score", "scoring_details", "item", "text"} <= hits[0].keys()
    rows = aisearch("search", "docs-search", "carrier accounts", "--max-results", "3").rows
    assert [row[0] for row in rows] == [str(n) for n in range(1, len(rows) + 1)]
    assert rows[0][5] == hits[0]["item"]["key"]
    wrong = aisearch("search", "docs-search", "x", "--threshold", "7")
    assert (wrong.code, wrong.out) == (2, "")


def test_an_answer_streams_and_ends_with_its_sources(aisearch: Aisearch) -> None:
    plain = aisearch("ask", "docs-search", "How do carrier accounts work?")
    assert plain.code == 0, plain.err
    assert "[1] " in plain.out
    objects = aisearch("ask", "docs-search", "How do carrier accounts work?", "--json").objects
    assert all("text" in one for one in objects[:-1])
    assert objects[-1]["chunks"]


def test_doctor_as_json(aisearch: Aisearch) -> None:
    findings = {one["finding"]: one for one in aisearch("doctor", "--json").objects}
    assert findings["Token"]["state"] == "ok"
    assert findings["API"]["code"] == 0


def test_the_console_is_never_loaded(aisearch: Aisearch, server: Server) -> None:
    code = "import sys; from tui.cli import main; main(sys.argv[1:]); print(json.dumps(sorted(sys.modules)))"
    for given in (["ls"], ["stats", "docs-search"], ["logs", "docs-search", "--tail", "1"], ["check"], ["metrics"]):
        done = subprocess.run(
            [sys.executable, "-c", f"import json; {code}", *given],
            env={**os.environ, **server.environ},
            capture_output=True,
            text=True,
            check=True,
        )
        tops = {name.split(".")[0] for name in json.loads(done.stdout.splitlines()[-1])}
        assert not tops & {"textual", "rich", "starlette", "uvicorn"}, given
