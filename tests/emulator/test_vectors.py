"""The trigram vectors, and how two rankings become one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.emulator.test_search import FILES, keys, search
from tui.emulator.ranking import Place, fused, places
from tui.emulator.vectors import DIMENSIONS, FLOOR, signs, similarity, vector

BOATS = {
    "boats.md": "Wooden boats need paint every spring.",
    "paint.md": "Painting a wooden boat is work for one spring weekend.",
    "cache.md": "The edge cache keeps responses close to visitors.",
}


@given(st.text(max_size=200), st.text(max_size=200))
def test_a_similarity_lies_between_0_and_1_and_is_the_same_both_ways(one, other):
    score = similarity(vector(one), vector(other))
    assert 0 <= score <= 1
    assert score == pytest.approx(similarity(vector(other), vector(one)))
    if vector(one):
        assert similarity(vector(one), vector(one)) == pytest.approx(1)


@pytest.mark.parametrize(
    ("query", "near", "far"),
    [
        ("painted boat", "boats that need paint", "a cache of the edge"),
        ("kolour", "colour of the sky", "weather in the north"),
        ("zażółć", "zażółcić kartkę", "blue sky"),
        ("BOATS", "boats", "cars"),
    ],
)
def test_alike_spelling_is_nearer(query, near, far):
    assert similarity(vector(query), vector(near)) > similarity(vector(query), vector(far))


def test_signs_are_one_bit_a_place_and_side():
    assert signs({}) == bytes(2 * DIMENSIONS // 8)
    assert signs({0: 2, 9 + DIMENSIONS: 1})[0] == 1
    assert signs({9 + DIMENSIONS: 1})[DIMENSIONS // 8 + 1] == 2
    assert signs({9: 1, 9 + DIMENSIONS: 1}) == bytes(2 * DIMENSIONS // 8)


def test_words_that_say_nothing_count_only_when_they_are_alone():
    assert vector("the boats") == vector("boats")
    assert vector("the") == vector("The") != {}


def test_fusion_by_rank_and_by_score():
    keyword = places([(1, 8.0), (2, 4.0)], relative=True)
    near = places([(2, 0.6), (3, 0.5)], relative=False)
    assert keyword == {1: Place(8.0, 1, 1.0), 2: Place(4.0, 2, 0.5)}
    assert near == {2: Place(0.6, 1, 0.6), 3: Place(0.5, 2, 0.5)}
    by_rank = fused([keyword, near], "rrf")
    assert [n for n, _ in by_rank] == [2, 1, 3]
    assert by_rank[0][1] == pytest.approx((1 / 62 + 1 / 61) / (2 / 61))
    assert fused([keyword, near], "max") == [(1, 1.0), (2, 0.6), (3, 0.5)]
    assert fused([near], "rrf") == [(2, 0.6), (3, 0.5)]
    assert fused([{}, {}], "max") == fused([], "rrf") == []


async def test_a_vector_search_finds_what_no_word_matches_and_says_so(api):
    path = await api.synced("docs", BOATS)
    assert keys(await search(api, path, "woodn baot", retrieval_type="keyword")) == []
    found = await search(api, path, "woodn boatz", retrieval_type="vector")
    assert set(keys(found)) == {"boats.md", "paint.md"}
    details = [chunk["scoring_details"] for chunk in found["chunks"]]
    assert [sorted(one) for one in details] == [["vector_rank", "vector_score"]] * 2
    assert [one["vector_rank"] for one in details] == [1, 2]
    assert [one["vector_score"] for one in details] == [chunk["score"] for chunk in found["chunks"]]
    assert all(one["vector_score"] >= FLOOR for one in details)


@pytest.mark.parametrize("fusion", ["rrf", "max"])
async def test_a_hybrid_search_names_its_fusion_and_both_ranks(api, fusion):
    path = await api.synced("docs", BOATS)
    found = await search(api, path, "wooden boats", retrieval_type="hybrid", fusion_method=fusion)
    first = found["chunks"][0]
    assert first["item"]["key"] == "boats.md"
    assert (first["scoring_details"]["keyword_rank"], first["scoring_details"]["vector_rank"]) == (1, 1)
    assert {chunk["scoring_details"]["fusion_method"] for chunk in found["chunks"]} == {fusion}
    assert [chunk["score"] for chunk in found["chunks"]] == sorted((c["score"] for c in found["chunks"]), reverse=True)


async def test_an_instance_has_the_defaults_and_a_request_its_own(api):
    path = await api.synced("docs", BOATS, fusion_method="max", index_method={"keyword": True, "vector": True})
    default = await search(api, path, "wooden boats")
    assert default["chunks"][0]["scoring_details"]["fusion_method"] == "max"
    keyword = await search(api, path, "wooden boats", retrieval_type="keyword")
    assert "vector_rank" not in keyword["chunks"][0]["scoring_details"]
    assert "fusion_method" not in keyword["chunks"][0]["scoring_details"]


@pytest.mark.parametrize("kind", ["keyword", "vector", "hybrid"])
async def test_the_threshold_cuts_by_the_score_that_is_shown(api, kind):
    path = await api.synced("docs", BOATS)
    everything = (await search(api, path, "wooden boats paint", retrieval_type=kind))["chunks"]
    middle = everything[-1]["score"]
    kept = await search(api, path, "wooden boats paint", retrieval_type=kind, match_threshold=middle + 0.001)
    assert [c["score"] for c in kept["chunks"]] == [c["score"] for c in everything if c["score"] >= middle + 0.001]
    assert len(kept["chunks"]) < len(everything)


@pytest.mark.parametrize("kind", ["vector", "hybrid"])
async def test_filters_and_deletions_hold_for_vectors(api, kind):
    path = await api.synced("docs", FILES)
    found = await search(api, path, "boats", retrieval_type=kind, filters={"folder": "blog/"})
    assert keys(found) == ["blog/boats.md"]
    (item,) = await api.ok("GET", f"{path}/items?key=blog/boats.md")
    await api.ok("DELETE", f"{path}/items/{item['id']}")
    assert "blog/boats.md" not in keys(await search(api, path, "boats", retrieval_type=kind))
    storage = api.emulator.world.storage
    assert storage.number("SELECT count(*) FROM vector") == storage.number("SELECT count(*) FROM chunk")
    await api.ok("DELETE", path)
    assert storage.number("SELECT count(*) FROM vector") == 0


@pytest.mark.parametrize("query", ["", "?!", "   ", "\u200b", "日本語", "a" * 10_000, "x " * 10_000])
async def test_strange_queries_have_an_answer(api, query):
    path = await api.synced("docs", {**BOATS, "nihon.md": "日本語の文書"})
    body = {"query": f"{query}.", "ai_search_options": {"retrieval": {"retrieval_type": "vector"}}}
    found = await api.ok("POST", f"{path}/search", json=body)
    assert keys(found) == (["nihon.md"] if query == "日本語" else [])


async def test_a_large_instance_compares_only_what_shares_a_word(api, monkeypatch):
    path = await api.synced("docs", BOATS)
    monkeypatch.setattr("tui.emulator.vectors.MOST_SCANNED", 2)
    assert keys(await search(api, path, "woodn boatz", retrieval_type="vector")) == []
    found = await search(api, path, "woodn boats", retrieval_type="vector")
    assert keys(found)[0] == "boats.md"
    assert found["chunks"][0]["scoring_details"]["vector_rank"] == 1


async def test_reranking_of_vectors_shows_all_three_scores(api):
    path = await api.synced("docs", BOATS)
    options = {"retrieval": {"match_threshold": 0}, "reranking": {"enabled": True, "match_threshold": 0}}
    found = await api.ok("POST", f"{path}/search", json={"query": "wooden boats", "ai_search_options": options})
    details = found["chunks"][0]["scoring_details"]
    assert {"keyword_score", "vector_score", "reranking_score", "fusion_method"} <= details.keys()


async def test_a_database_without_vectors_is_given_them_at_the_next_start(make, tmp_path):
    api = make(data=tmp_path)
    path = await api.synced("docs", BOATS)
    expected = await search(api, path, "woodn boatz", retrieval_type="vector")
    api.emulator.world.storage.run("DELETE FROM vector")
    api.emulator.world.storage.forget("vectors")
    api.emulator.close()
    again = make(data=tmp_path, clock=api.clock)
    assert again.emulator.world.found == ("3 chunk(s) had no vector and were given one",)
    assert await search(again, path, "woodn boatz", retrieval_type="vector") == expected
