"""Instances at both base paths: create, list, read, update, delete, move."""

from __future__ import annotations

import pytest

HERE = "/namespaces/default/instances"


async def test_create_answers_201_with_every_default(api):
    api.bucket("docs", {})
    made = await api.ok("POST", "/instances", 201, json={"id": "docs", "source": "docs"})
    assert (made["type"], made["source"], made["namespace"], made["status"]) == ("r2", "docs", "default", "waiting")
    assert (made["chunk_size"], made["sync_interval"], made["paused"]) == (256, 21600, False)
    assert made["created_at"] == "2026-08-21T08:13:20.000Z"
    assert made == await api.ok("GET", "/instances/docs") == await api.ok("GET", f"{HERE}/docs")


async def test_without_a_source_it_is_built_in_storage(api):
    made = await api.ok("POST", HERE, 201, json={"id": "files"})
    assert (made["type"], made["source"]) == (None, None)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 7001),
        ({"id": ""}, 7001),
        ({"id": "x" * 33}, 7001),
        ({"id": "Docs"}, 7001),
        ({"id": "-docs"}, 7001),
        ({"id": "a", "chunk_size": 63}, 7001),
        ({"id": "a", "chunk_size": "256"}, 7001),
        ({"id": "a", "chunk_size": 99999}, 7036),
        ({"id": "a", "chunk_overlap": 31}, 7001),
        ({"id": "a", "cache_ttl": 7}, 7001),
        ({"id": "a", "type": "r2"}, 7052),
        ({"id": "a", "type": "ftp", "source": "b"}, 7001),
        ({"id": "a", "type": "r2", "source": "https://a.example"}, 7001),
        ({"id": "a", "source": "ftp://a.example"}, 7047),
        ({"id": "a", "source": "https://a_b..example"}, 7024),
        ({"id": "a", "source": "https://elsewhere.example"}, 7023),
        ({"id": "a", "token_id": "nope"}, 7012),
        ({"id": "a", "index_method": {"keyword": False, "vector": False}}, 7001),
        ({"id": "a", "custom_metadata": [{"field_name": "Folder", "data_type": "text"}]}, 7001),
        ({"id": "a", "custom_metadata": [{"field_name": n, "data_type": "text"} for n in ("a", "A")]}, 7001),
        ({"id": "a", "public_endpoint_params": {"default_domain_enabled": False}}, 7096),
        ({"id": "a", "public_endpoint_params": {"custom_domains": ["a.example"]}}, 7093),
        ([], 7001),
    ],
)
async def test_what_cannot_be_is_refused(api, body, code):
    status, got, message = await api.refused("POST", "/instances", json=body)
    assert (status, got) == (400, code)
    assert message
    assert await api.ok("GET", "/instances") == []


@pytest.mark.parametrize(
    ("crawler", "code"),
    [
        ({"parse_type": "discover", "parse_options": {"specific_sitemaps": ["https://a.example/s.xml"]}}, 7045),
        ({"parse_options": {"include_headers": {"bad header": "x"}}}, 7040),
        ({"discover_options": {"limit": 0}}, 7001),
    ],
)
async def test_crawl_options_are_checked(api, crawler, code):
    api.site("a.example", {})
    body = {"id": "a", "source": "https://a.example", "source_params": {"web_crawler": crawler}}
    assert (await api.refused("POST", "/instances", json=body))[:2] == (400, code)


async def test_an_id_is_unique_within_its_namespace_only(api):
    await api.ok("POST", "/namespaces", 201, json={"name": "other"})
    await api.ok("POST", "/instances", 201, json={"id": "a"})
    again = (400, 7022, "ai_search_with_this_name_already_exist")
    assert await api.refused("POST", HERE, json={"id": "a"}) == again
    await api.ok("POST", "/namespaces/other/instances", 201, json={"id": "a"})


async def test_unknown_names_are_404(api):
    assert await api.refused("GET", "/instances/nope") == (404, 7002, "ai_search_not_found")
    assert await api.refused("GET", "/namespaces/nope/instances") == (404, 7063, "namespace_not_found")
    assert await api.refused("POST", "/namespaces/nope/instances", json={"id": "a"}) == (
        404, 7063, "namespace_not_found",
    )  # fmt: skip


async def test_the_flat_list_spans_namespaces_and_the_flat_path_means_default(api):
    await api.ok("POST", "/namespaces", 201, json={"name": "other"})
    await api.ok("POST", "/instances", 201, json={"id": "one"})
    api.clock.advance(1)
    await api.ok("POST", "/namespaces/other/instances", 201, json={"id": "two"})
    everything = await api.ok("GET", "/instances")
    assert [(one["namespace"], one["id"]) for one in everything] == [("other", "two"), ("default", "one")]
    only = await api.ok("GET", "/instances", params={"namespace": "other"})
    assert [one["id"] for one in only] == ["two"]
    assert [one["id"] for one in await api.ok("GET", HERE)] == ["one"]
    assert (await api.refused("GET", "/instances/two"))[1] == 7002


async def test_lists_filter_sort_and_end_with_an_empty_page(api):
    api.site("a.example", {})
    for name in ("docs-a", "docs-b", "blog"):
        await api.ok("POST", "/instances", 201, json={"id": name})
        api.clock.advance(1)
    await api.ok("POST", "/instances", 201, json={"id": "site", "source": "https://a.example/x"})
    newest_first = await api.ok("GET", "/instances", params={"search": "DOCS"})
    assert [one["id"] for one in newest_first] == ["docs-b", "docs-a"]
    rising = await api.ok("GET", "/instances", params={"search": "docs", "order_by_direction": "asc"})
    assert [one["id"] for one in rising] == ["docs-a", "docs-b"]
    assert [one["id"] for one in await api.ok("GET", "/instances", params={"hostname": "a.example"})] == ["site"]
    page = (await api.send("GET", "/instances", params={"page": 2, "per_page": 3})).json()
    assert page["result_info"] == {"page": 2, "per_page": 3, "count": 1, "total_count": 4}
    assert await api.ok("GET", "/instances", params={"page": 3, "per_page": 3}) == []


async def test_what_lists_tell_can_be_switched(make):
    plain = (await make(data=None, totals=False).send("GET", "/instances")).json()
    assert plain["result_info"] == {"page": 1, "per_page": 20, "count": 0}
    assert "result_info" not in (await make(data=None, result_info=False).send("GET", "/instances")).json()
    cut = (await make(data=None, max_per_page=5).send("GET", "/instances?per_page=50")).json()
    assert cut["result_info"]["per_page"] == 5
    strict = make(data=None, max_per_page=5, over_max="reject")
    assert (await strict.refused("GET", "/instances?per_page=6"))[1] == 7001


async def test_put_changes_only_what_it_carries(api):
    made = await api.ok("POST", "/instances", 201, json={"id": "a", "max_num_results": 7})
    api.clock.advance(60)
    changed = await api.ok("PUT", "/instances/a", json={"score_threshold": 0.5, "unknown_field": 1})
    assert changed == {**made, "score_threshold": 0.5, "modified_at": "2026-08-21T08:14:20.000Z"}


async def test_put_replaces_the_public_endpoint_wholesale(api):
    params = {"enabled": True, "default_domain_enabled": False, "custom_domains": ["s.example"]}
    await api.ok("POST", "/instances", 201, json={"id": "a", "public_endpoint_params": params})
    changed = await api.ok("PUT", "/instances/a", json={"public_endpoint_params": {"enabled": True}})
    assert changed["public_endpoint_params"]["default_domain_enabled"] is True
    assert changed["public_endpoint_params"]["custom_domains"] is None
    assert changed["public_endpoint_id"]


async def test_put_keeps_the_match_mode_of_retrieval_options(api):
    options = {"keyword_match_mode": "or", "boost_by": [{"field": "timestamp"}]}
    await api.ok("POST", "/instances", 201, json={"id": "a", "retrieval_options": options})
    changed = await api.ok("PUT", "/instances/a", json={"retrieval_options": {"boost_by": []}})
    assert changed["retrieval_options"] == {"keyword_match_mode": "or", "boost_by": []}


async def test_the_older_name_of_hybrid_search_is_understood(api):
    made = await api.ok("POST", "/instances", 201, json={"id": "a", "hybrid_search_enabled": False})
    assert made["index_method"] == {"vector": True, "keyword": False}
    changed = await api.ok("PUT", "/instances/a", json={"index_method": {"vector": True, "keyword": True}})
    assert changed["hybrid_search_enabled"] is True


async def test_the_kind_of_source_stays(api):
    api.site("a.example", {})
    await api.ok("POST", "/instances", 201, json={"id": "a", "source": "first"})
    assert (await api.ok("PUT", "/instances/a", json={"source": "second"}))["source"] == "second"
    assert (await api.refused("PUT", "/instances/a", json={"source": "https://a.example"}))[1] == 7001
    assert (await api.refused("PUT", "/instances/a", json={"source": None}))[1] == 7001
    await api.ok("POST", "/instances", 201, json={"id": "web", "type": "web-crawler", "source": "a.example"})
    assert (await api.ok("PUT", "/instances/web", json={"source": "https://a.example"}))["type"] == "web-crawler"


async def test_delete_answers_with_the_instance_and_it_is_gone(api):
    made = await api.ok("POST", "/instances", 201, json={"id": "a"})
    assert await api.ok("DELETE", f"{HERE}/a") == made
    assert (await api.refused("GET", "/instances/a"))[1] == 7002
    assert (await api.refused("DELETE", "/instances/a"))[1] == 7002


async def test_delete_may_answer_with_nothing(make):
    api = make(delete_status=204)
    await api.ok("POST", "/instances", 201, json={"id": "a"})
    response = await api.http.delete(f"{api.base}/accounts/{api.account}/ai-search/instances/a")
    assert (response.status_code, response.content) == (204, b"")


async def test_move_and_its_refusals(api):
    await api.ok("POST", "/namespaces", 201, json={"name": "other"})
    await api.ok("POST", HERE, 201, json={"id": "a"})
    move = {"new_namespace": "other"}
    await api.ok("PATCH", f"{HERE}/a", json=move)
    assert (await api.ok("GET", "/namespaces/other/instances/a"))["namespace"] == "other"
    there = "/namespaces/other/instances/a"
    assert await api.refused("PATCH", there, json=move) == (400, 7067, "namespace_same_name")
    assert (await api.refused("PATCH", there, json={"new_namespace": "nope"}))[1] == 7063
    assert (await api.refused("PATCH", there, json={}))[1] == 7001
    await api.ok("POST", HERE, 201, json={"id": "a"})
    assert (await api.refused("PATCH", there, json={"new_namespace": "default"}))[1] == 7022


async def test_the_account_has_room_for_so_many_instances(make):
    api = make(max_instances=1)
    await api.ok("POST", "/instances", 201, json={"id": "a"})
    assert await api.refused("POST", "/instances", json={"id": "b"}) == (403, 7013, "max_instances_reached")
