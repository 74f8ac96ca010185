"""The body of a PUT: what changed, objects whole, unknown fields alive."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.errors import UsageError
from tui.models.put_body import FIXED, SERVER_OWNED, put_body, same

from .kit import KEY, Net, make_client, ok

EXACT: dict[str, Any] = {
    "id": "docs",
    "type": "r2",
    "paused": False,
    "chunk_size": 512,
    "modified_at": "2026-01-01T00:00:00Z",
    "public_endpoint_params": {
        "enabled": True,
        "default_domain_enabled": False,
        "rate_limit": {"requests": 10, "period_ms": 60000},
        "custom_domains": ["a.example"],
        "not_known_to_us": {"deep": [1]},
    },
    "source_params": {"prefix": "a/", "web_crawler": {"parse_options": {"include_headers": {"X-A": "1", "X-B": "2"}}}},
    "metadata": None,
}


def test_only_what_differs_is_sent():
    assert put_body(EXACT, {"paused": False, "chunk_size": 256}) == {"chunk_size": 256}
    assert put_body(EXACT, copy.deepcopy(EXACT)) == {}
    assert put_body(EXACT, {}) == {}


def test_a_public_endpoint_goes_out_whole():
    body = put_body(EXACT, {"public_endpoint_params": {"rate_limit": {"requests": 99}}})
    expected = copy.deepcopy(EXACT["public_endpoint_params"])
    expected["rate_limit"]["requests"] = 99
    assert body == {"public_endpoint_params": expected}


def test_a_nested_object_that_says_nothing_new_is_not_sent():
    assert put_body(EXACT, {"public_endpoint_params": {"enabled": True}}) == {}


def test_lists_and_maps_of_free_names_are_taken_as_wanted():
    headers = {"web_crawler": {"parse_options": {"include_headers": {"X-B": "3"}}}}
    body = put_body(EXACT, {"source_params": headers, "public_endpoint_params": {"custom_domains": []}})
    assert body["source_params"] == {"prefix": "a/", **headers}
    assert body["public_endpoint_params"]["custom_domains"] == []
    assert body["public_endpoint_params"]["not_known_to_us"] == {"deep": [1]}


def test_null_and_objects_replace_each_other():
    assert put_body(EXACT, {"metadata": {"worker_domain": "x"}}) == {"metadata": {"worker_domain": "x"}}
    assert put_body(EXACT, {"source_params": None}) == {"source_params": None}
    assert put_body(EXACT, {"new_field": None}) == {"new_field": None}


def test_what_the_server_owns_is_not_sent_and_what_is_fixed_is_refused():
    old = {**EXACT, "modified_at": "2025-12-31T00:00:00Z", "status": "error"}
    assert put_body(EXACT, old) == {}
    for name in FIXED:
        with pytest.raises(UsageError):
            put_body(EXACT, {name: "other"})


@pytest.mark.parametrize(("left", "right"), [(True, 1), (0, False), ([1], [True]), ({"a": 1}, {"a": True}), (None, 0)])
def test_true_is_not_one(left: Any, right: Any):
    assert not same(left, right)
    assert same(left, left)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcd"), inner, max_size=3),
    max_leaves=12,
)
DOCUMENTS = st.dictionaries(st.sampled_from(["paused", "cache", "metadata", "public_endpoint_params", "x"]), JSON)


def contains(whole: Any, part: Any) -> bool:
    if isinstance(part, dict) and isinstance(whole, dict):
        return all(name in whole and contains(whole[name], value) for name, value in part.items())
    return same(whole, part)


@given(DOCUMENTS, DOCUMENTS)
def test_after_the_put_the_server_has_what_was_wanted_and_lost_nothing(exact, wanted):
    before = copy.deepcopy((exact, wanted))
    body = put_body(exact, wanted)
    assert (exact, wanted) == before
    after = {**exact, **body}
    assert contains(after, wanted)
    assert exact.keys() <= after.keys()
    for name, value in body.items():
        assert name in wanted
        assert name not in exact or not same(value, exact[name])
        if isinstance(value, dict) and isinstance(exact.get(name), dict):
            assert exact[name].keys() <= value.keys()
    assert put_body(after, wanted) == {}


async def test_the_client_reads_afresh_and_puts_the_difference():
    net = Net([ok({"id": "docs", "chunk_size": 512, "odd": {"keep": "\u202eme"}}), ok({"id": "docs"})])
    await make_client(net).change_instance(KEY, {"odd": {"new": 1}, "chunk_size": 512})
    assert [request.method for request in net.requests] == ["GET", "PUT"]
    assert net.requests[1].read() == '{"odd":{"keep":"\u202eme","new":1}}'.encode()


async def test_no_put_without_a_difference():
    net = Net([ok({"id": "docs", "paused": True})])
    assert (await make_client(net).change_instance(KEY, {"paused": True})).instance.paused is True
    assert [request.method for request in net.requests] == ["GET"]


def test_the_two_lists_of_untouchable_fields_are_apart():
    assert not FIXED & SERVER_OWNED
