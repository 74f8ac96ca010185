"""Runs: what is sent for a set, what is kept, how two are compared, and when the gate is closed."""

from __future__ import annotations

import json
import time
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from msgspec.structs import replace

from tests.lab.demo import START, demo, ticking
from tui.contract import Api
from tui.emulator import EmulatorConfig
from tui.errors import NotFound, RateLimited, Unreachable, UsageError
from tui.models import InstanceKey, SearchHit, SearchResult
from tui.models.item import ChunkItem
from tui.service.lab.evaluation import Evaluation
from tui.service.lab.query_set import DEMO_SET, Arm, GradedQuery, QuerySet, read_query_set
from tui.service.lab.report import Gate, arm_report, compare, reports
from tui.service.lab.run_file import (
    FORMAT,
    Answered,
    Run,
    RunArm,
    RunHit,
    RunQuery,
    decode,
    encode,
    read_run,
    write_run,
)
from tui.service.search_options import SearchOptions

DOCS = InstanceKey("default", "docs-search")
BASELINE = Path(__file__).with_name("baseline.json")
MOST_SECONDS = 20.0


async def test_the_demo_set_passes_the_gate_of_this_repository_in_time_and_budget() -> None:
    """The gate: a set with a recorded baseline. `python -m tests.lab.baseline` records it again, on purpose only."""
    queries = read_query_set(DEMO_SET)
    assert len(queries.queries) == 30
    async with demo() as world:
        began = time.monotonic()
        run = await Evaluation(world.api, lambda: START, time.monotonic).run(queries)
        assert time.monotonic() - began < MOST_SECONDS
        searches = len(queries.queries) * len(queries.arms)
        assert len(world.asked("/search")) == searches
        assert world.api.budget.used <= searches + len(queries.arms)
        assert not world.api.budget.blocked_s
    assert Gate({"recall": 0.85, "ndcg": 0.85}, read_run(BASELINE)).faults(run) == ()
    assert len(run.answers) == searches
    assert not [one for one in run.answers if one.error]


async def test_every_query_goes_to_every_arm_with_the_cache_off_and_the_run_says_from_what() -> None:
    queries = QuerySet(
        (GradedQuery("label", {"guides/label-printing.md": 3}), GradedQuery("webhook", {"guides/webhooks.md": 3})),
        (
            Arm("plain"),
            Arm("keyword", options=SearchOptions(retrieval="keyword")),
            Arm("api", InstanceKey("default", "api-reference")),
        ),
        DOCS,
        k=3,
        name="set.toml",
    )
    progress: list[tuple[int, int]] = []
    async with demo() as world:
        evaluation = Evaluation(world.api, lambda: START, ticking())
        run = await evaluation.run(queries, progress=lambda done, of: progress.append((done, of)))
        bodies = [json.loads(one.content) for one in world.asked("/search")]
    assert progress == [(number, 6) for number in range(1, 7)]
    assert all(one["ai_search_options"]["cache"] == {"enabled": False} for one in bodies)
    assert [one["ai_search_options"].get("retrieval") for one in bodies[:3]] == [
        None,
        {"retrieval_type": "keyword"},
        None,
    ]
    assert run.started == "2026-09-21T14:13:20+00:00"
    assert [one.instance for one in run.arms] == ["default/docs-search", "default/docs-search", "default/api-reference"]
    assert run.arms[0].configuration["reranking"] is True
    assert run.arms[0].configuration["score_threshold"] == 0.3
    assert "token_id" not in run.arms[0].configuration
    assert {one.millis for one in run.answers} == {250.0}
    hit = run.of("plain")["webhook"].hits[0]
    assert (hit.item, hit.document) == ("guides/webhooks.md", "guides/webhooks.md")
    assert hit.characters > 100
    assert decode(encode(run)) == run


async def test_a_search_that_lost_its_reply_is_sent_again() -> None:
    queries = QuerySet((GradedQuery("label", {"guides/label-printing.md": 3}),), instance=DOCS)
    async with demo() as world:
        world.cut = 2
        run = await Evaluation(world.api, lambda: START, ticking()).run(queries)
        assert len(world.asked("/search")) == 3
    assert not run.answers[0].error
    assert run.qualities("as it is")["label"].recall == 1.0


async def test_an_api_that_is_gone_ends_the_run() -> None:
    queries = QuerySet((GradedQuery("label", {"a": 1}),), instance=DOCS)
    async with demo() as world:
        world.cut = 99
        with pytest.raises(Unreachable):
            await Evaluation(world.api, lambda: START, ticking()).run(queries)


async def test_a_query_that_fails_is_kept_with_its_error_and_closes_the_gate(tmp_path: Path) -> None:
    path = tmp_path / "faults.json"
    rule = {
        "operation": "search",
        "kind": "status",
        "status": 401,
        "code": 7071,
        "message": "vectorize_authentication_failed",
    }
    path.write_text(json.dumps({"faults": [{**rule, "times": 1}]}))
    queries = QuerySet(
        (GradedQuery("label", {"guides/label-printing.md": 3}), GradedQuery("webhook", {"guides/webhooks.md": 3})),
        instance=DOCS,
    )
    async with demo(EmulatorConfig(chaos=path)) as world:
        run = await Evaluation(world.api, lambda: START, ticking()).run(queries)
    report = arm_report(run, "as it is")
    assert (report.queries, report.failed) == (1, 1)
    assert "vector index" in run.answers[0].error
    assert report.measures["recall"].mean == 1.0, "a query without an answer says nothing about what is found"
    assert Gate().faults(run) == ("as it is: 1 query got no answer.",)


@pytest.mark.parametrize("known", [True, False])
async def test_an_arm_without_an_instance_asks_the_one_that_is_given(known: bool) -> None:
    queries = QuerySet((GradedQuery("label", {"a": 1}),))
    async with demo() as world:
        evaluation = Evaluation(world.api, lambda: START, ticking())
        if known:
            assert (await evaluation.run(queries, instance=DOCS)).arms[0].instance == str(DOCS)
        else:
            with pytest.raises(UsageError, match="Which instance"):
                await evaluation.run(queries)
            assert not world.sent


async def test_an_instance_that_is_not_there_is_an_error_before_anything_is_searched() -> None:
    queries = QuerySet((GradedQuery("label", {"a": 1}),), instance=InstanceKey("default", "nowhere"))
    async with demo() as world:
        with pytest.raises(NotFound):
            await Evaluation(world.api, lambda: START, ticking()).run(queries)
        assert not world.asked("/search")


class Busy:
    """An API that refuses the first so many searches since the rate limit is reached."""

    def __init__(self, refusals: int) -> None:
        self.refusals = refusals
        self.searches = 0

    def using(self, priority: object) -> Busy:
        return self

    async def get_instance(self, key: InstanceKey) -> SimpleNamespace:
        return SimpleNamespace(shown={})

    async def search(self, key: InstanceKey, body: object, *, repeat: bool) -> SearchResult:
        assert repeat
        self.searches += 1
        if self.searches <= self.refusals:
            raise RateLimited("Too many requests", retry_after=60.0)
        return SearchResult(chunks=(SearchHit(id="1", item=ChunkItem(key="a")),))


@pytest.mark.parametrize(("refusals", "failed"), [(1, 0), (2, 1)])
async def test_a_search_that_the_rate_limit_refuses_is_sent_once_more(refusals: int, failed: int) -> None:
    queries = QuerySet((GradedQuery("one", {"a": 1}), GradedQuery("two", {"a": 1})), instance=DOCS)
    run = await Evaluation(cast("Api", Busy(refusals)), lambda: START, ticking()).run(queries)
    assert arm_report(run, "as it is").failed == failed


# comparing, on runs made by hand


def a_run(rankings: dict[str, dict[str, str]], grades: dict[str, dict[str, int]], k: int = 3) -> Run:
    """A run from rankings such as `{"arm": {"query": "a b c"}}`; `!` is an answer that failed."""
    answers = [
        Answered(query, arm, error="lost")
        if text == "!"
        else Answered(query, arm, tuple(RunHit(one, one, characters=400) for one in text.split()), 100.0)
        for arm, found in rankings.items()
        for query, text in found.items()
    ]
    arms = tuple(RunArm(arm, "default/docs") for arm in rankings)
    queries = tuple(RunQuery(query, one) for query, one in grades.items())
    return Run(FORMAT, "0", "2026-01-01T00:00:00+00:00", 1.0, k, "set.toml", "", queries, arms, tuple(answers))


GRADES = {"q1": {"a": 3, "b": 1}, "q2": {"c": 2}, "q3": {"d": 1}}


def test_queries_that_got_better_and_worse_are_named_with_both_lists() -> None:
    run = a_run({"old": {"q1": "a b", "q2": "x c", "q3": "d"}, "new": {"q1": "b a", "q2": "c", "q3": "d"}}, GRADES)
    found = compare(run, "old", run, "new")
    assert [one.query for one in found.better] == ["q2"]
    assert [one.query for one in found.worse] == ["q1"]
    assert found.better[0].left.hits[0].item == "x"
    assert found.better[0].right.hits[0].item == "c"
    assert found.differences["recall"].mean == 0.0
    assert {one.verdict for one in found.differences.values()} == {"no difference"}


def test_a_query_without_an_answer_is_left_out_of_both_sides() -> None:
    run = a_run({"old": {"q1": "a b", "q2": "!", "q3": "d"}, "new": {"q1": "a b", "q2": "c", "q3": "!"}}, GRADES)
    found = compare(run, "old", run, "new")
    assert (found.queries, found.better, found.worse) == (1, (), ())
    assert [one.failed for one in reports(run)] == [1, 1]


def test_an_older_run_is_judged_by_the_grades_of_today() -> None:
    old = a_run({"one": {"q1": "z"}}, {"q1": {"a": 3}})
    new = a_run({"one": {"q1": "z"}}, {"q1": {"a": 3, "z": 1}})
    found = compare(old, "one", new, "one")
    assert found.better == found.worse == (), "the same hits are the same, whatever was known of them then"


def test_nothing_in_common_is_an_error() -> None:
    left, right = a_run({"one": {"q1": "a"}}, {"q1": {"a": 1}}), a_run({"one": {"q2": "a"}}, {"q2": {"a": 1}})
    with pytest.raises(UsageError, match="Nothing to compare"):
        compare(left, "one", right, "one")
    with pytest.raises(UsageError, match="Nothing to compare"):
        Gate(baseline=a_run({"other": {"q1": "a"}}, {"q1": {"a": 1}})).faults(left)
    with pytest.raises(UsageError, match="No such arm"):
        arm_report(left, "two")


def test_unjudged_hits_context_and_times_are_in_the_report() -> None:
    run = a_run({"one": {"q1": "a x y z", "q2": "c"}}, GRADES)
    report = arm_report(run, "one")
    assert (report.unjudged, report.shown) == (2, 4), "of the first three of each"
    assert (report.median, report.p95) == (100.0, 100.0)
    assert report.tokens == (300 + 100) / 2


MANY = {f"q{number}": {"a": 1} for number in range(12)}


@pytest.mark.parametrize(
    ("worse", "closed"),
    [(0, False), (1, False), (12, True), (9, True)],
)
def test_the_gate_closes_when_an_arm_is_worse_than_its_baseline_beyond_chance(worse: int, closed: bool) -> None:
    baseline = a_run({"one": dict.fromkeys(MANY, "a")}, MANY)
    now = a_run({"one": {query: "x" if number < worse else "a" for number, query in enumerate(MANY)}}, MANY)
    faults = Gate(baseline=baseline).faults(now)
    assert bool(faults) is closed
    if closed:
        assert any(one.startswith("one: recall fell by") for one in faults)
    assert Gate(baseline=now).faults(baseline) == (), "to be better is no fault"


@pytest.mark.parametrize("name", ["recall", "precision", "mrr", "ndcg"])
def test_the_gate_closes_below_a_least_mean_of_the_first_arm(name: str) -> None:
    run = a_run({"good": {"q3": "d"}, "bad": {"q3": "x"}}, {"q3": {"d": 1}}, k=1)
    assert Gate({name: 1.0}).faults(run) == ()
    swapped = replace(run, arms=run.arms[::-1])
    assert Gate({name: 0.1}).faults(swapped) == (f"bad: {name} is 0.000, less than 0.1.",)


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"\xff", b'{"format": 1}', b'{"format": 99}'], ids=repr)
def test_what_is_no_run_is_refused(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "run.json").write_bytes(data)
    with pytest.raises(UsageError, match="Not a run file"):
        read_run(tmp_path / "run.json")


def test_a_run_is_written_readable_by_its_owner_only_and_replaces_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    for ranking in ("a", "b"):
        write_run(path, a_run({"one": {"q1": ranking}}, GRADES))
    assert read_run(path).answers[0].hits[0].item == "b"
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(UsageError, match="Cannot write"):
        write_run(tmp_path / "missing" / "run.json", read_run(path))
    with pytest.raises(UsageError, match="Cannot read"):
        read_run(tmp_path / "missing.json")
