"""check and metrics: the forms of their readers, and few requests however often they run."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.commands.conftest import Aisearch, Server
from tests.trust.served import emulated, served
from tests.unit.build import instance
from tui import wiring
from tui.commands import check
from tui.commands.check import CRITICAL, OK, UNKNOWN, WARNING, Limits
from tui.models import Job, Stats
from tui.state.instance_rows import Row, row
from tui.state.store import Reading, read_at

PLUGIN = re.compile(r"AISEARCH (OK|WARNING|CRITICAL|UNKNOWN) - [^|\n]+( \|( [a-z_]+=\d+s?)+)?\n")
SAMPLE = re.compile(r'([a-z_]+)(\{[a-z_]+="(?:[^"\\\n]|\\.)*"(?:,[a-z_]+="(?:[^"\\\n]|\\.)*")*\})? (-?[0-9.e+]+)')


def gauges(text: str) -> list[re.Match[str]]:
    """The samples of a text in the form of Prometheus, each of a gauge that was declared before it."""
    declared, found = set[str](), []
    assert text.endswith("\n")
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert kind == "gauge"
            assert name not in declared
            declared.add(name)
        elif not line.startswith("# HELP "):
            match = SAMPLE.fullmatch(line)
            assert match, line
            assert match[1] in declared, line
            found.append(match)
    return found


def test_check_is_one_line_of_a_plugin(aisearch: Aisearch) -> None:
    ran = aisearch("check")
    assert PLUGIN.fullmatch(ran.out), ran.out
    assert ran.code == 2
    assert "support/partner-portal paused by error" in ran.out
    assert "instances=17 " in ran.out


@pytest.mark.parametrize(
    ("given", "code", "words"),
    [
        (["museum-catalogue"], 0, "OK - 1 instance, nothing wrong"),
        (["docs-search"], 1, "WARNING - default/docs-search"),
        (["docs-search", "--max-errors", "100"], 0, "OK"),
        (["docs-search", "--max-errors", "2"], 2, "at most 2"),
        (["museum-catalogue", "--max-age", "1s"], 1, "nothing for"),
        (["legacy-contracts"], 2, "paused by error"),
        (["no-such"], 3, "There is no instance no-such"),
        (["museum-catalogue", "--max-age", "never"], 3, "not a length of time"),
        (["museum-catalogue", "--token-file", "/no/such/file"], 3, "UNKNOWN"),
        (["museum-catalogue", "--base-url", "http://127.0.0.1:9/client/v4"], 3, "Cannot reach"),
    ],
)
def test_what_check_says_of_one(aisearch: Aisearch, given: list[str], code: int, words: str) -> None:
    ran = aisearch("check", *given)
    assert PLUGIN.fullmatch(ran.out), ran.out
    assert (ran.code, words in ran.out) == (code, True), ran.out


@pytest.mark.parametrize(
    "given",
    [[], ["museum-catalogue"], ["docs-search", "--max-errors", "2"], ["no-such"], ["docs-search", "--max-age", "x"]],
)
def test_check_as_json_is_one_object_of_the_same(aisearch: Aisearch, given: list[str]) -> None:
    plain, ran = aisearch("check", *given), aisearch("check", *given, "--json")
    (value,) = ran.objects
    assert ran.code == plain.code == value["code"]
    assert plain.out.startswith(f"AISEARCH {value['state']} - {value['message']}"), plain.out
    labels = dict(one.split("=") for one in plain.out.partition(" | ")[2].split())
    oldest = int(labels.pop("oldest", "0").removesuffix("s"))
    assert 0 <= value["performance"].pop("oldest", 0) - oldest < 60  # it was asked later, and of the same replies
    assert {name: str(number) for name, number in value["performance"].items()} == labels
    for one in value["findings"]:
        assert {"namespace", "id", "state", "code", "said"} == set(one)
    if value["code"] in (WARNING, CRITICAL):
        assert max(one["code"] for one in value["findings"]) == value["code"]
        assert f"{value['findings'][0]['namespace']}/{value['findings'][0]['id']} " in value["message"]


def test_check_as_json_cuts_nothing_and_tells_what_was_not_read(aisearch: Aisearch, server: Server) -> None:
    server.broken.add("/instances/museum-catalogue/stats")
    (value,) = aisearch("check", "--no-cache", "--json").objects
    assert len(value["findings"]) > 5
    assert {"namespace": None, "id": None, "state": "UNKNOWN", "code": 3, "said": "1 value not read"} in value[
        "findings"
    ]


def test_what_was_not_read_is_unknown_unless_something_is_wrong(aisearch: Aisearch, server: Server) -> None:
    server.broken.add("/instances/museum-catalogue/stats")
    ran = aisearch("check", "museum-catalogue", "--no-cache")
    assert ran.code == 3
    assert PLUGIN.fullmatch(ran.out)
    assert "not read: counters of archive/museum-catalogue" in ran.err
    assert aisearch("check", "museum-catalogue", "legacy-contracts", "--no-cache").code == 2


def one(error: int = 0, job: Job | None = None, now: float = 10_000_000.0, **fields: object) -> Row:
    jobs: Reading[tuple[Job, ...]] = read_at((job,), now) if job else Reading()
    return row(instance("a", **fields), read_at(Stats(error=error, completed=3), now), jobs, now)


@pytest.mark.parametrize(
    ("made", "limits", "levels"),
    [
        (one(), Limits(), []),
        (one(error=3), Limits(), [WARNING]),
        (one(error=3), Limits(errors=3), []),
        (one(error=4), Limits(errors=3), [CRITICAL]),
        (one(status="error"), Limits(), [CRITICAL]),
        (one(status="error", error=9), Limits(errors=3), [CRITICAL, CRITICAL]),
        (one(paused=True), Limits(age=1.0), []),
    ],
)
def test_verdicts(made: Row, limits: Limits, levels: list[int]) -> None:
    assert [verdict.level for verdict in check.verdicts(made, limits, 10_000_000.0)] == levels


def test_the_worst_is_said_first_and_no_name_breaks_the_line() -> None:
    found = [
        check.Verdict(UNKNOWN, "b", "unread"),
        check.Verdict(CRITICAL, "a|b\nc", "failed"),
        check.Verdict(OK, "c", ""),
    ]
    line = check.line(CRITICAL, check.message(found, []), check.measures([], 1.0))
    assert line.startswith("AISEARCH CRITICAL - a/b⏎c failed, b unread | ")
    many = [check.Verdict(WARNING, f"n{n:02}", "2 errors") for n in range(30)]
    assert "25 more" in check.message(many, [])


def test_metrics_are_gauges(aisearch: Aisearch, server: Server, tmp_path: Path) -> None:
    ran = aisearch("metrics")
    assert ran.code == 0, ran.err
    found = gauges(ran.out)
    values = {match[1] + (match[2] or ""): float(match[3]) for match in found}
    errors = values['aisearch_instance_items{namespace="default",instance="docs-search",status="error"}']
    assert errors == server.counters("docs-search")["error"]
    assert values['aisearch_instance_health{namespace="default",instance="docs-search",health="errors"}'] == 1
    assert values["aisearch_unread_values"] == 0
    path = tmp_path / "aisearch.prom"
    path.write_text("old")
    assert aisearch("metrics", "--textfile", str(path)).out == ""
    assert len(gauges(path.read_text())) == len(found)
    assert path.stat().st_mode & 0o777 == 0o644
    assert [one.name for one in tmp_path.iterdir()] == ["aisearch.prom"]
    assert aisearch("metrics", "--textfile", str(tmp_path / "no" / "such")).code == 2


@pytest.fixture
def fleet() -> Iterator[Server]:
    """200 instances."""
    with emulated(seed="empty", rate_limit=0, max_instances=500) as (emulator, _):
        server = Server(emulator)
        world = emulator.world
        (world.data / "buckets" / "b").mkdir(parents=True)
        with world.lock, world.storage.transaction():
            for n in range(200):
                world.instances.create("default", f"n-{n:03}", {"source": "b"}, world.config.clock() + 10_000)
        with served(server) as url:
            server.url = url
            yield server


@pytest.mark.parametrize("command", ["check", "metrics"])
def test_a_cron_job_every_minute_stays_within_a_tenth_of_the_budget(
    fleet: Server, command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    aisearch = Aisearch(fleet, monkeypatch, capsys)
    now = time.time()
    aisearch("ls")
    ages, requests = [], []
    for minute in range(1, 21):
        monkeypatch.setattr(wiring, "time", SimpleNamespace(time=lambda at=now + 60 * minute: at))
        fleet.emulator.received.clear()
        ran = aisearch(command)
        requests.append(len(fleet.emulator.received))
        if found := re.search(r"oldest=(\d+)s", ran.out):
            ages.append(int(found[1]))
    windows = [sum(requests[at : at + 5]) for at in range(len(requests) - 4)]
    assert max(windows) <= 120, requests
    assert not ages or max(ages) <= 15 * 60
