"""eval, why and coverage without a screen: their output, their exit codes, and that they only read."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from tests.commands.conftest import Aisearch, Server
from tui.api.public import Pages
from tui.emulator.prepared import DEMO
from tui.service.lab.query_set import DEMO_SET
from tui.service.lab.run_file import decode, encode, read_run

SMALL = """
instance = "docs-search"
k = 5
[[arm]]
name = "as it is"
[[arm]]
name = "keyword"
retrieval = "keyword"
keyword_match = "or"
[[query]]
text = "the label is blank"
items = { "guides/label-printing.md" = 3 }
[[query]]
text = "move an order to another depot"
items = { "guides/multi-depot.md" = 3 }
"""


@pytest.fixture
def small(tmp_path: Path) -> str:
    path = tmp_path / "small.toml"
    path.write_text(SMALL)
    return str(path)


def only_searches(server: Server) -> None:
    assert all(one.endswith("/search") for one in server.writes)


def test_the_demo_set_with_its_recorded_baseline_passes_the_gate(
    aisearch: Aisearch, server: Server, tmp_path: Path
) -> None:
    baseline = Path(__file__).parents[1] / "lab" / "baseline.json"
    run = tmp_path / "run.json"
    flags = ("--baseline", str(baseline), "--min-recall", "0.8", "--json", "-o", str(run))
    ran = aisearch("eval", str(DEMO_SET), *flags)
    assert ran.code == 0, ran.err
    (found,) = ran.objects
    assert [arm["name"] for arm in found["arms"]] == ["as it is", "keyword", "support desk"]
    assert found["faults"] == []
    assert [one["with"] for one in found["comparisons"]] == ["as it is"] * 2 + ["baseline"] * 3
    verdicts = {one["arm"]: one["differences"]["recall"]["verdict"] for one in found["comparisons"][:2]}
    assert verdicts == {"keyword": "no difference", "support desk": "worse"}
    assert len(read_run(run).answers) == 90
    only_searches(server)


def test_eval_in_a_pipe_has_the_measures_of_each_arm(aisearch: Aisearch, small: str) -> None:
    ran = aisearch("eval", small)
    assert ran.code == 0, ran.err
    arms = [line.split("\t") for line in ran.lines if line.endswith("default/docs-search")]
    assert [arm[0] for arm in arms] == ["as it is", "keyword"]
    assert "keyword with as it is" in ran.out
    assert "move an order to another depot\t1.000\t0.631\tkeyword" in ran.out


@pytest.mark.parametrize(("flag", "value"), [("--min-mrr", "0.99"), ("--min-ndcg", "0.99"), ("--min-precision", "0.9")])
def test_a_missed_least_mean_is_exit_5_and_says_by_how_much(
    aisearch: Aisearch, small: str, flag: str, value: str
) -> None:
    reached = aisearch("eval", small, flag, "0.1")
    assert reached.code == 0, reached.err
    missed = aisearch("eval", small, flag, value)
    assert missed.code == 5
    assert f"gate: as it is: {flag.removeprefix('--min-')} is 0." in missed.err


def test_worse_than_the_baseline_beyond_chance_is_exit_5(aisearch: Aisearch, tmp_path: Path) -> None:
    run = tmp_path / "run.json"
    assert aisearch("eval", str(DEMO_SET), "-o", str(run)).code == 0
    queries = tmp_path / "worse.toml"
    queries.write_text(DEMO_SET.read_text().replace('name = "as it is"', 'name = "as it is"\nmax_results = 1'))
    ran = aisearch("eval", str(queries), "--baseline", str(run))
    assert ran.code == 5
    assert "gate: as it is: recall fell by" in ran.err


def test_a_query_without_an_answer_is_partial_and_with_a_gate_a_fault(
    aisearch: Aisearch, server: Server, small: str
) -> None:
    server.broken.add("/search")
    ran = aisearch("eval", small)
    assert ran.code == 6
    assert "no answer: as it is: the label is blank" in ran.err
    assert aisearch("eval", small, "--min-recall", "0.1").code == 5


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["eval"], "Which query set?"),
        (["eval", "missing.toml"], "missing.toml"),
        (["eval", "SMALL", "--baseline", "missing.json"], "Cannot read the run"),
        (["eval", "SMALL", "--min-recall", "2"], "--min-recall"),
        (["eval", "SMALL", "-o", "/nowhere/run.json"], "Cannot write the run"),
        (["why", "nowhere", "a", "b"], "There is no instance nowhere"),
        (["why", "docs-search", "a", "b", "--threshold", "3"], "Threshold"),
        (["coverage", "docs-search", "missing.txt"], "Cannot read the list"),
        (["coverage", "docs-search", "SMALL", "--min", "101"], "--min"),
        (["coverage", "docs-search", "--sitemap", "https://x.example/sitemap.xml"], "crawls no website"),
        (["coverage", "support-faq", "--sitemap", "https://x.example/sitemap.xml"], "crawls help.waypost.example"),
    ],
)
def test_wrong_use_is_exit_2(aisearch: Aisearch, small: str, given: list[str], words: str) -> None:
    ran = aisearch(*(small if one == "SMALL" else one for one in given))
    assert ran.code == 2, ran.err
    assert words in ran.err


def test_why_not_found_is_exit_5_with_the_sentence_and_what_lets_it_in(aisearch: Aisearch, server: Server) -> None:
    ran = aisearch("why", "docs-search", "guides/multi-depot.md", "label printing")
    assert ran.code == 5, ran.err
    assert "Result limit\tno\trank 23, 20 are returned" in ran.out
    assert "rank 23: beyond the 20 results." in ran.out
    assert "Ask for 23 results: then it is at rank 23." in ran.out
    assert len(server.emulator.received) <= 10
    only_searches(server)


def test_why_found_is_exit_0_and_json_has_every_stage(aisearch: Aisearch) -> None:
    ran = aisearch("why", "default/docs-search", "guides/webhooks.md", "verify the signature of a webhook", "--json")
    assert ran.code == 0, ran.err
    (found,) = ran.objects
    assert found["rank"] == 1
    assert [one["name"] for one in found["stages"]][:2] == ["Item", "Chunks"]
    assert found["remedy"] is None


def test_why_has_the_options_of_the_search(aisearch: Aisearch) -> None:
    given = ("why", "docs-search", "guides/label-printing.md", "label is blank", "--json")
    filtered = aisearch(*given, "--filters", '{"folder": {"$eq": "getting-started/"}}')
    (found,) = filtered.objects
    assert "left out by the metadata filter" in found["sentence"]
    assert found["remedy"]["ai_search_options"] == {"retrieval": {"max_num_results": 50}}
    (plain,) = aisearch(*given, "--retrieval", "keyword").objects
    assert ["Vector", "not asked for"] in [[one["name"], one["words"]] for one in plain["stages"]]


def docs_keys() -> list[str]:
    folder = DEMO / "buckets" / "docs-prod"
    return sorted(one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file())


def test_coverage_of_a_list_and_its_gate(aisearch: Aisearch, tmp_path: Path) -> None:
    path = tmp_path / "keys.txt"
    path.write_text("\n".join([*docs_keys(), "guides/new.md"]) + "\n")
    ran = aisearch("coverage", "docs-search", str(path), "--min", "80")
    assert ran.code == 0, ran.err
    standings = {row[1]: row[0] for row in ran.rows}
    assert standings["guides/new.md"] == "missing"
    assert standings["drafts/pricing-2027.md"] == "excluded"
    assert standings["downloads/label-samples.zip"] == "failed"
    assert standings["reference/carrier-service-matrix.csv"] == "orphaned"
    assert "guides/webhooks.md" not in standings
    assert "are indexed" in ran.err
    missed = aisearch("coverage", "docs-search", str(path), "--min", "99.5", "--json")
    assert missed.code == 5
    (found,) = missed.objects
    assert (found["missing"], found["excluded"], found["orphaned"]) == (1, 2, 1)
    assert 80 < found["percent"] < 90


def test_coverage_of_what_a_lister_writes_with_all_listed(aisearch: Aisearch, tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    path.write_text(json.dumps([{"Path": key, "Size": -1, "IsDir": False} for key in docs_keys()]))
    ran = aisearch("coverage", "docs-search", str(path), "--all")
    assert ran.code == 0, ran.err
    assert {row[1] for row in ran.rows} >= set(docs_keys())


def test_coverage_from_standard_input(server: Server) -> None:
    import subprocess

    process = server.command("coverage", "docs-search", stdin=subprocess.PIPE)
    out, err = process.communicate("guides/webhooks.md\n")
    assert process.returncode == 0, err
    assert "100.00 % of 1 documents" in err
    assert "orphaned" in out


def test_coverage_of_a_sitemap_follows_its_index_on_the_same_host_only(
    aisearch: Aisearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, asked = "https://help.waypost.example", []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        if request.url.path == "/sitemap.xml":
            places = (f"{site}/one.xml", "https://elsewhere.example/two.xml", f"{site}/sitemap.xml")
            inner = "".join(f"<sitemap><loc>{one}</loc></sitemap>" for one in places)
            return httpx.Response(200, text=f"<sitemapindex>{inner}</sitemapindex>")
        return httpx.Response(200, text=f"<urlset><url><loc>{site}/not-there</loc></url></urlset>")

    real = Pages.__init__
    monkeypatch.setattr(Pages, "__init__", lambda self: real(self, httpx.MockTransport(answer)))
    ran = aisearch("coverage", "support-faq", "--sitemap", f"{site}/sitemap.xml", "--json")
    assert ran.code == 0, ran.err
    assert asked == [f"{site}/sitemap.xml", f"{site}/one.xml"]
    (found,) = ran.objects
    assert found["missing"] == 1
    assert found["orphaned"] > 10


def test_a_run_file_is_the_same_after_a_round_trip(aisearch: Aisearch, small: str, tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    assert aisearch("eval", small, "-o", str(path)).code == 0
    data = path.read_bytes()
    assert encode(decode(data)) == data
    run = json.loads(data)
    assert run["version"]
    assert run["set_digest"]
    assert run["arms"][0]["configuration"]["embedding_model"]
    assert run["answers"][0]["hits"][0].keys() >= {"item", "chunk", "score", "document"}
