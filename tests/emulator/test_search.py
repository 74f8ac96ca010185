"""Search and chat over real documents."""

from __future__ import annotations

import json

import httpx
import pytest

FILES = {
    "guides/caching.md": "# Caching\n\nThe edge cache keeps responses close. Purge the cache after a deploy.",
    "guides/limits.md": "# Limits\n\nRequests are limited. A cached response does not count against the limit.",
    "blog/boats.md": "# Boats\n\nWooden boats need paint every spring.",
    "data.json": json.dumps({"boats": ["sloop", "yawl"], "harbour": "north"}),
}
OPEN = {"match_threshold": 0}


async def search(api, path, query, **retrieval):
    body = {"query": query, "ai_search_options": {"retrieval": {**OPEN, **retrieval}}}
    return await api.ok("POST", f"{path}/search", json=body)


def keys(found):
    return [chunk["item"]["key"] for chunk in found["chunks"]]


async def test_the_best_document_comes_first_with_its_scores(api):
    path = await api.synced("docs", FILES)
    found = await search(api, path, "how do I purge the cache?")
    assert keys(found)[0] == "guides/caching.md"
    assert (found["search_query"], found["query_kind"]) == ("how do I purge the cache?", "text")
    first = found["chunks"][0]
    assert first["score"] == 1
    assert first["item"]["metadata"] == {"folder": "guides/", "filename": "caching.md"}
    assert first["scoring_details"]["keyword_rank"] == 1
    assert first["scoring_details"]["vector_rank"] == 1
    assert 0.4 < first["scoring_details"]["vector_score"] < 1
    assert first["scoring_details"]["fusion_method"] == "rrf"
    assert found == await search(api, "/instances/docs", "how do I purge the cache?")


async def test_porter_knows_word_forms_and_trigram_parts_of_words(api):
    stems = await api.synced("stems", FILES)
    assert "guides/limits.md" in keys(await search(api, stems, "caches", retrieval_type="keyword"))
    assert keys(await search(api, stems, "achin", retrieval_type="keyword")) == []
    parts = await api.synced("parts", FILES, indexing_options={"keyword_tokenizer": "trigram"})
    assert keys(await search(api, parts, "achin", retrieval_type="keyword")) == ["guides/caching.md"]
    assert keys(await search(api, parts, "a b", retrieval_type="keyword")) == []


async def test_and_wants_every_word_or_any(api):
    path = await api.synced("docs", FILES)
    every = await search(api, path, "boats cache", retrieval_type="keyword", keyword_match_mode="and")
    some = await search(api, path, "boats cache", retrieval_type="keyword", keyword_match_mode="or")
    assert keys(every) == []
    assert {"blog/boats.md", "guides/caching.md"} <= set(keys(some))


async def test_results_and_threshold_cut_the_list(api):
    path = await api.synced("docs", FILES)
    assert len(keys(await search(api, path, "cache boats limits", max_num_results=2))) == 2
    assert len(keys(await search(api, path, "cache boats limits", match_threshold=1))) == 1


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"folder": "blog/"}, {"blog/boats.md"}),
        ({"folder": {"$ne": "blog/"}}, {"data.json"}),
        ({"folder": {"$in": ["blog/", "guides/"]}}, {"blog/boats.md"}),
        ({"folder": {"$nin": ["/"]}}, {"blog/boats.md"}),
        ({"year": {"$ne": 1999}}, {"blog/boats.md", "data.json"}),
        ({"year": {"$nin": [1999, 2001]}}, {"blog/boats.md", "data.json"}),
        ({"year": 2**63}, set()),
        ({"timestamp": {"$gt": "2100-01-01T00:00:00Z"}}, set()),
        ({"type": "eq", "key": "folder", "value": "blog/"}, {"blog/boats.md"}),
        ({"type": "and", "filters": [{"type": "gte", "key": "folder", "value": "a"}]}, {"blog/boats.md"}),
    ],
)
async def test_filters_narrow_by_metadata(api, filters, expected):
    path = await api.synced("docs", FILES)
    assert set(keys(await search(api, path, "boats", retrieval_type="keyword", filters=filters))) == expected


def nested(levels):
    """A typed filter inside a filter inside a filter: deeper than SQLite, or Python, would follow."""
    found = {"type": "eq", "key": "folder", "value": "x"}
    for _ in range(levels):
        found = {"type": "and", "filters": [found]}
    return found


@pytest.mark.parametrize(
    ("filters", "code"),
    [
        ({"folder": {"$regex": "x"}}, 7058),
        ({"folder": {"$in": ["x"] * 40_000}}, 7058),
        (nested(40), 7058),
        ({"folder": {}}, 7058),
        ({"folder": {"$in": []}}, 7058),
        ({'x" OR 1': "y"}, 7058),
        ({"timestamp": "yesterday"}, 7057),
        ({"type": "or", "filters": [{"type": "gt", "key": "a", "value": 1}]}, 7015),
        ({"type": "or", "filters": [{"type": "eq", "key": k, "value": 1} for k in "ab"]}, 7016),
    ],
)
async def test_bad_filters_are_refused(api, filters, code):
    path = await api.synced("docs", FILES)
    body = {"query": "boats", "ai_search_options": {"retrieval": {"filters": filters}}}
    assert (await api.refused("POST", f"{path}/search", json=body))[:2] == (400, code)


async def test_newer_documents_can_be_lifted(api):
    await api.ok("POST", "/instances", 201, json={"id": "news"})
    path = "/namespaces/default/instances/news"
    for name in ("old", "new"):
        file = {"file": (f"{name}.md", f"The {name} boats of the harbour")}
        await api.ok("POST", f"{path}/items", files=file, data={"wait_for_completion": "true"})
        api.clock.advance(86400)
    for direction, first in (("desc", "new.md"), ("asc", "old.md")):
        found = await search(api, path, "boats", boost_by=[{"field": "timestamp", "direction": direction}])
        assert keys(found)[0] == first


async def test_reranking_prefers_chunks_that_cover_the_question(api):
    files = {"much.md": "cache cache cache", "both.md": "the cache of the deploy is a long story about other things"}
    path = await api.synced("docs", files)
    options = {"retrieval": OPEN, "reranking": {"enabled": True, "match_threshold": 0}}
    found = await api.ok("POST", f"{path}/search", json={"query": "cache deploy", "ai_search_options": options})
    assert keys(found)[0] == "both.md"
    assert found["chunks"][0]["scoring_details"]["reranking_score"] > 0.5


async def test_context_expansion_brings_the_neighbours_without_repeats(api):
    text = " ".join(f"word{n}" for n in range(400))
    path = await api.synced("docs", {"long.txt": text}, chunk_size=64, chunk_overlap=20)
    plain = (await search(api, path, "word200"))["chunks"][0]["text"]
    wide = (await search(api, path, "word200", context_expansion=1))["chunks"][0]["text"]
    assert plain in wide
    assert wide in text


async def test_the_older_form_of_a_search_is_understood(api):
    path = await api.synced("docs", FILES)
    body = {"query": "cache boats", "max_num_results": 1, "score_threshold": 0, "filters": {"folder": "blog/"}}
    assert keys(await api.ok("POST", f"{path}/search", json=body)) == ["blog/boats.md"]


async def test_messages_ask_as_well_as_a_query(api):
    path = await api.synced("docs", FILES)
    parts = [{"type": "text", "text": "wooden boats"}]
    for content in ("wooden boats", parts):
        turns = [{"role": "user", "content": "cache"}, {"role": "user", "content": content}]
        assert keys(await api.ok("POST", f"{path}/search", json={"messages": turns}))[0] == "blog/boats.md"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 7039),
        ({"query": "  "}, 7039),
        ({"messages": [{"role": "system", "content": "x"}]}, 7039),
        ({"query": "a", "messages": [{"role": "user", "content": "x"}]}, 7001),
        ({"query": 5}, 7001),
        ({"query": "a", "ai_search_options": {"retrieval": {"max_num_results": 51}}}, 7001),
    ],
)
async def test_a_search_without_a_question_is_refused(api, body, code):
    path = await api.synced("docs", FILES)
    assert (await api.refused("POST", f"{path}/search", json=body))[:2] == (400, code)


async def test_an_index_that_is_not_kept_cannot_be_asked(api):
    path = await api.synced("docs", FILES, index_method={"keyword": True, "vector": False})
    body = {"query": "a", "ai_search_options": {"retrieval": {"retrieval_type": "vector"}}}
    assert (await api.refused("POST", f"{path}/search", json=body))[1] == 7070
    picture = {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:"}}]}
    assert (await api.refused("POST", f"{path}/search", json={"messages": [picture]}))[1] == 7089


@pytest.mark.parametrize("query", ['"', "*", "boats OR", "NEAR(a b)", "text:boats", "a AND NOT b", "日本", "'; DROP"])
async def test_no_query_is_taken_for_an_expression(api, query):
    path = await api.synced("docs", FILES)
    await search(api, path, query)


async def test_a_very_long_query_is_answered(api):
    path = await api.synced("docs", FILES)
    found = await search(api, path, "boats " + " ".join(f"word{n}" for n in range(20_000)))
    assert keys(found)[0] == "blog/boats.md"


async def test_several_instances_are_merged_and_failures_told(api):
    await api.synced("one", {"a.md": "boats in the north"})
    await api.synced("two", {"b.md": "boats in the south, boats everywhere"})
    ids = {"instance_ids": ["one", "two", "ghost"]}
    found = await api.ok("POST", "/namespaces/default/search", json={"query": "boats", "ai_search_options": ids})
    assert {chunk["instance_id"] for chunk in found["chunks"]} == {"one", "two"}
    assert found["errors"] == [{"instance_id": "ghost", "message": "ai_search_not_found"}]
    strict = {**ids, "retrieval": {"return_on_failure": False}}
    everywhere = "/namespaces/default/search"
    refusal = await api.refused("POST", everywhere, json={"query": "boats", "ai_search_options": strict})
    assert refusal[:2] == (500, 7049)
    many = {"instance_ids": [f"i{n}" for n in range(11)]}
    refusal = await api.refused("POST", everywhere, json={"query": "boats", "ai_search_options": many})
    assert refusal == (400, 7074, "too_many_multi_search_instances")


async def test_chat_answers_with_sentences_and_their_sources(api):
    path = await api.synced("docs", FILES)
    body = {"messages": [{"role": "user", "content": "When do I purge the cache?"}]}
    answer = (await api.send("POST", f"{path}/chat/completions", json=body)).json()
    assert "success" not in answer
    content = answer["choices"][0]["message"]["content"]
    assert "Purge the cache after a deploy." in content
    assert "Sources: guides/caching.md" in content
    assert answer["chunks"][0]["item"]["key"] == "guides/caching.md"
    nobody = {"messages": [{"role": "assistant", "content": "hello"}]}
    assert await api.refused("POST", f"{path}/chat/completions", json=nobody) == (400, 7038, "missing_user_query")


async def test_chat_across_instances_says_where_from(api):
    await api.synced("docs", FILES)
    body = {"messages": [{"role": "user", "content": "boats"}], "ai_search_options": {"instance_ids": ["docs"]}}
    answer = (await api.send("POST", "/namespaces/default/chat/completions", json=body)).json()
    assert answer["errors"] == []
    assert {chunk["instance_id"] for chunk in answer["chunks"]} == {"docs"}


def test_a_streamed_answer_arrives_in_pieces_over_a_socket(serving, tmp_path):
    (tmp_path / "uploads").mkdir()
    server = serving("--seed", "empty", "--data", str(tmp_path))
    path = f"{server.api}/namespaces/default/instances/docs"
    with httpx.Client(headers=server.headers) as http:
        http.post(f"{server.api}/instances", json={"id": "docs"}).raise_for_status()
        form = {"files": {"file": ("a.md", "Boats need paint every spring.")}, "data": {"wait_for_completion": "true"}}
        http.post(f"{path}/items", **form).raise_for_status()
        body = {"messages": [{"role": "user", "content": "boats paint"}], "stream": True}
        with http.stream("POST", f"{path}/chat/completions", json=body) as response:
            assert response.headers["content-type"].startswith("text/event-stream")
            lines = [line for line in response.iter_lines() if line]
    assert lines[0] == "event: chunks"
    assert json.loads(lines[1].removeprefix("data: "))[0]["item"]["key"] == "a.md"
    assert lines[-1] == "data: [DONE]"
    deltas = [json.loads(line[6:])["choices"][0]["delta"].get("content", "") for line in lines[2:-1]]
    assert "".join(deltas) == "Boats need paint every spring.\n\nSources: a.md"
    assert len(deltas) > 4
