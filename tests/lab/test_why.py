"""Why an item is not found: one case of the demo for each reason, with its numbers, and at most ten requests."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from tests.lab.demo import demo
from tui.contract import Api
from tui.errors import NotFound
from tui.models import Instance, InstanceDocument, InstanceKey, Item, Page, SearchHit, SearchResult
from tui.models.item import ChunkItem
from tui.service.lab.pipeline import Passes, Pipeline
from tui.service.lab.why import Explained, Why
from tui.service.search_options import SearchOptions

DOCS, HR = InstanceKey("default", "docs-search"), InstanceKey("default", "hr-policies")
CANTEEN, BLOG = InstanceKey("default", "canteen-recipes"), InstanceKey("archive", "old-blog")
API, NOTES = InstanceKey("default", "api-reference"), InstanceKey("default", "release-notes")
MACROS, BILLING = InstanceKey("support", "agent-macros"), InstanceKey("support", "billing-kb")
PRINTING = "guides/label-printing.md"
MOST = 10


@dataclass(frozen=True)
class Case:
    """An item that is not found: the stage of the first no, words of the closing sentence, and what lets it in."""

    name: str
    key: InstanceKey
    item: str
    query: str
    stage: str
    words: str
    options: SearchOptions = field(default_factory=SearchOptions)
    remedy: dict[str, Any] | None = None


POLISH = {"max_results": 50, "reranking": False}
RUNBOOKS = InstanceKey("platform", "runbooks")
CASES = (
    Case("excluded", DOCS, "drafts/pricing-2027.md", "pricing", "Source rules", "excluded by the rule 'drafts/**'"),
    Case("not included", NOTES, "README.md", "release", "Source rules", "no include rule ('waypost/**', 'agent/**')"),
    Case("outside the prefix", RUNBOOKS, "incidents/template.md", "x", "Item", "outside the prefix"),
    Case("no such key", DOCS, "guides/nothing.md", "pricing", "Item", "does not know this key (source: docs-prod)"),
    Case("wrong type", DOCS, "downloads/label-samples.zip", "label", "Index", "File type not supported"),
    Case("failed", DOCS, "guides/old-depot-diagram.pdf", "depot", "Index", "Not a valid PDF"),
    Case("empty", DOCS, "guides/offline-mode.md", "offline", "Index", "The file is empty"),
    Case("too large", BILLING, "exports/ledger-2023-full.md", "ledger", "Index", "Document too large"),
    Case("in no list", DOCS, "guides/webhooks.md", "label is blank", "Keyword", "Neither by keyword nor by vector"),
    Case(
        "every word", CANTEEN, "soups/żurek.md", "rye soup for breakfast with sausage", "Keyword",
        "keyword_match_mode is `and`", remedy={"keyword_match": "or", "max_results": 50},
    ),
    Case("no word", CANTEEN, "soups/żurek.md", "submarine", "Keyword", "none has every word"),
    Case("not near", BLOG, "https://slow-ferries.example/", "tax return form", "Vector", "others are nearer"),
    Case(
        "misspelt, by keyword", DOCS, PRINTING, "blanck lable", "Keyword", "share too few words",
        SearchOptions(retrieval="keyword", keyword_match="or"),
        {"retrieval": "vector", "keyword_match": "or", **POLISH, "threshold": 0.0},
    ),
    Case(
        "threshold of the instance", BLOG, "https://slow-ferries.example/", "boats", "Threshold",
        "Found by vector at rank 3, cut by score_threshold 0.4 (0.386)", remedy={"threshold": 0.38, "max_results": 50},
    ),
    Case(
        "threshold of the support desk", MACROS, "guides/customs-and-duties.md", "who pays the duties", "Threshold",
        "cut by score_threshold 0.5", remedy={"threshold": 0.47, "max_results": 50},
    ),
    Case(
        "threshold of the request", DOCS, "guides/waypost-agent.md", "label is blank on the printer", "Threshold",
        "cut by score_threshold 0.9 (0.786)", SearchOptions(threshold=0.9), {"threshold": 0.78, "max_results": 50},
    ),
    Case(
        "limit of the instance", DOCS, "guides/multi-depot.md", "label printing", "Result limit",
        "rank 23: beyond the 20 results", remedy={"max_results": 23},
    ),
    Case(
        "limit of the request", DOCS, "guides/waypost-agent.md", "label is blank on the printer", "Result limit",
        "beyond the 1 result.", SearchOptions(max_results=1), {"max_results": 19},
    ),
    Case(
        "limit without reranking", API, "labels/reprint.md", "please send me another copy of it", "Result limit",
        "rank 3: beyond the 2 results", SearchOptions(max_results=2), {"max_results": 3},
    ),
    Case(
        "filter", DOCS, PRINTING, "label is blank", "Filter", "left out by the metadata filter",
        SearchOptions(filters={"folder": {"$eq": "getting-started/"}}), {"max_results": 50},
    ),
    Case("reranking", DOCS, "guides/carrier-accounts.md", "shops in Poland", "Reranking", "below 0.4", remedy=POLISH),
)  # fmt: skip


async def explained(case: Case) -> tuple[Explained, list[Any]]:
    async with demo() as world:
        found = await Why(world.api).explain(case.key, case.item, case.query, case.options)
        return found, world.sent


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_the_first_no_its_number_and_what_would_let_it_in(case: Case) -> None:
    found, sent = await explained(case)
    assert not found.found
    assert found.requests == len(sent) <= MOST
    noes = [stage.name for stage in found.stages if stage.verdict is Passes.NO]
    assert case.stage in noes, found
    assert case.words in found.sentence
    assert found.remedy is not None
    if case.remedy is None:
        assert found.remedy.words
    else:
        assert found.remedy.options == SearchOptions(**case.remedy)
        assert found.remedy.rank, "it was tried, and the item is there"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_what_lets_it_in_does_in_a_search_of_its_own(case: Case) -> None:
    if case.remedy is None:
        return
    async with demo() as world:
        body = {"query": case.query, "ai_search_options": SearchOptions(**case.remedy).body()}
        hits = (await world.api.search(case.key, body)).chunks
        assert case.item in [hit.item.key for hit in hits if hit.item]


@pytest.mark.parametrize(
    ("key", "item", "query", "stages"),
    [
        (DOCS, PRINTING, "label is blank", "Query Keyword Vector Fusion Reranking Result"),
        (HR, "leave/annual-leave-policy.md", "days of holiday", "Keyword Vector Fusion Reranking Result"),
        (CANTEEN, "soups/żurek.md", "rye", "Keyword Vector Reranking Result"),
    ],
)
async def test_what_is_found_says_how(key: InstanceKey, item: str, query: str, stages: str) -> None:
    async with demo() as world:
        found = await Why(world.api).explain(key, item, query, SearchOptions())
        bodies = [json.loads(one.content) for one in world.asked("/search")]
    assert found.found
    assert [stage.name for stage in found.stages] == ["Item", "Chunks", *stages.split()]
    assert f"It is found at rank {found.rank}" in found.sentence
    assert found.remedy is None
    assert found.requests == 3
    assert all(one["ai_search_options"]["cache"] == {"enabled": False} for one in bodies)


async def test_an_index_that_is_not_kept_has_its_own_words() -> None:
    async with demo() as world:
        found = await Why(world.api).explain(CANTEEN, "soups/żurek.md", "rye", SearchOptions())
        words = {stage.name: stage.words for stage in found.stages}
        assert words["Vector"] == "this instance keeps no such index"
        assert words["Reranking"] == "off: the order is that of the score"
        found = await Why(world.api).explain(DOCS, PRINTING, "label", SearchOptions(retrieval="keyword"))
        assert {stage.name: stage.words for stage in found.stages}["Reranking"].startswith("score 0.")
        assert {stage.name: stage.words for stage in found.stages}["Vector"] == "not asked for"


async def test_an_instance_that_is_not_there() -> None:
    async with demo() as world:
        with pytest.raises(NotFound):
            await Why(world.api).explain(InstanceKey("default", "nowhere"), "a", "b", SearchOptions())


@pytest.mark.parametrize(
    ("settings", "lists"),
    [
        ({}, ("vector",)),
        ({"index_method": {"vector": True, "keyword": True}}, ("keyword", "vector")),
        ({"index_method": {"vector": False, "keyword": True}}, ("keyword",)),
        ({"index_method": None}, ("vector",)),
        ({"hybrid_search_enabled": True}, ("keyword", "vector")),
        ({"index_method": {"keyword": True}}, ("keyword", "vector")),
    ],
)
def test_the_lists_of_an_instance(settings: dict[str, Any], lists: tuple[str, ...]) -> None:
    assert Pipeline.of(settings, SearchOptions()).lists == lists


class Lists:
    """An API whose lists are as long as a search gives them; `found` says where the item is, by retrieval type."""

    def __init__(self, length: int, found: dict[str, int]) -> None:
        self._length, self._found = length, found

    def using(self, priority: object) -> Lists:
        return self

    async def get_instance(self, key: InstanceKey) -> InstanceDocument:
        fields = {"id": key.id, "index_method": {"vector": True, "keyword": True}, "keyword_match_mode": "or"}
        return InstanceDocument(Instance(id=key.id), fields, fields)

    async def list_items(self, key: InstanceKey, *, item_key: str) -> Page[Item]:
        return Page((Item(id="1", key=item_key, status="completed", chunks_count=1),), total=1)

    async def search(self, key: InstanceKey, body: dict[str, Any], *, repeat: bool) -> SearchResult:
        kind = body["ai_search_options"].get("retrieval", {}).get("retrieval_type", "fused")
        keys = [f"{number}.md" for number in range(self._length)]
        if rank := self._found.get(kind):
            keys[rank - 1] = "mine.md"
        return SearchResult(chunks=tuple(SearchHit(id=one, score=0.5, item=ChunkItem(one)) for one in keys))


CUT = "A search gives at most 50 chunks: what comes after them cannot be seen."


@pytest.mark.parametrize(
    ("length", "found", "sentence"),
    [
        (
            50,
            {"keyword": 12},
            f"Found by keyword at rank 12, but not among the first 50 chunks after fusion (rrf). {CUT}",
        ),
        (
            50,
            {"keyword": 40, "vector": 45},
            "Found by keyword at rank 40 and by vector at rank 45, "
            f"but not among the first 50 chunks after fusion (rrf). {CUT}",
        ),
        (30, {"vector": 3}, "Found by vector at rank 3, but not among the 30 chunks found after fusion (rrf)."),
        (50, {}, f"Neither by keyword nor by vector is any of its chunks found. {CUT}"),
        (30, {}, "Neither by keyword nor by vector is any of its chunks found."),
    ],
)
async def test_beyond_what_a_search_gives_only_what_can_be_seen_is_said(
    length: int, found: dict[str, int], sentence: str
) -> None:
    walk = await Why(cast("Api", Lists(length, found))).explain(DOCS, "mine.md", "q", SearchOptions())
    assert walk.sentence == sentence
    assert walk.requests <= MOST
    if found:
        assert walk.remedy is not None
        assert walk.remedy.words.startswith(f"Search by {next(iter(found))} only")
        assert walk.remedy.rank == next(iter(found.values()))
