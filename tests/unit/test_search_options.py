"""What a search may ask for is checked before anything is sent, and only what was chosen is sent."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.errors import UsageError
from tui.service.search_options import (
    FUSION,
    KEYWORD_MATCH,
    RETRIEVAL,
    SearchOptions,
    read_filters,
    read_options,
    typed_options,
)

OPTIONS = st.builds(
    SearchOptions,
    max_results=st.none() | st.integers(1, 50),
    threshold=st.none() | st.floats(0, 1),
    retrieval=st.none() | st.sampled_from(RETRIEVAL),
    keyword_match=st.none() | st.sampled_from(KEYWORD_MATCH),
    fusion=st.none() | st.sampled_from(FUSION),
    reranking=st.none() | st.booleans(),
    rewrite=st.none() | st.booleans(),
    expansion=st.none() | st.integers(0, 3),
    filters=st.none() | st.dictionaries(st.text(min_size=1), st.text() | st.integers() | st.booleans(), min_size=1),
)


@given(OPTIONS)
def test_what_a_form_shows_reads_back_as_the_same(options: SearchOptions) -> None:
    if options.filters and "type" in options.filters:
        return  # such an object is of the other form
    assert read_options(typed_options(options)) == options


def test_nothing_chosen_sends_no_options() -> None:
    assert SearchOptions().body() == {}
    assert read_options(dict.fromkeys(typed_options(SearchOptions()), "  ")).filters is None


def test_everything_chosen_is_sent_where_the_contract_has_it() -> None:
    chosen = SearchOptions(5, 0.25, "hybrid", "and", "rrf", False, True, 2, {"folder": "a/"})
    assert chosen.body() == {
        "retrieval": {
            "max_num_results": 5,
            "match_threshold": 0.25,
            "retrieval_type": "hybrid",
            "keyword_match_mode": "and",
            "fusion_method": "rrf",
            "context_expansion": 2,
            "filters": {"folder": "a/"},
        },
        "reranking": {"enabled": False},
        "query_rewrite": {"enabled": True},
    }


@pytest.mark.parametrize(
    ("field", "text", "title"),
    [
        ("max_results", "0", "Results"),
        ("max_results", "51", "Results"),
        ("max_results", "1.5", "Results"),
        ("max_results", "9" * 5000, "Results"),
        ("expansion", "4", "Neighbours"),
        ("expansion", "-1", "Neighbours"),
        ("threshold", "1.01", "Threshold"),
        ("threshold", "nan", "Threshold"),
        ("threshold", "high", "Threshold"),
    ],
)
def test_a_number_out_of_range_is_named(field: str, text: str, title: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_options({field: text})
    assert caught.value.title == title


@pytest.mark.parametrize(
    "wanted",
    [
        {"folder": "guides/"},
        {"folder": {"$eq": "guides/"}, "timestamp": {"$gte": 1, "$lt": 2}},
        {"folder": {"$in": ["a", "b"]}},
        {"folder": {"$later": [1]}},
        {"type": "and", "filters": [{"type": "eq", "key": "a", "value": 1}, {"type": "gt", "key": "b", "value": 2}]},
        {"type": "or", "filters": [{"type": "eq", "key": "a", "value": 1}, {"type": "eq", "key": "a", "value": 2}]},
        {"type": "pdf"},
    ],
)
def test_a_filter_that_the_api_may_take_is_let_through(wanted: dict[str, Any]) -> None:
    assert read_filters(json.dumps(wanted)) == wanted


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"folder"', "not JSON"),
        ("[1]", "JSON object"),
        ('"guides"', "JSON object"),
        ('{"n": NaN}', "NaN"),
        ('{"folder": ["a"]}', "$in"),
        ('{"folder": {}}', "no condition"),
        ('{"folder": {"$in": []}}', "$in takes a list"),
        ('{"folder": {"$eq": ["a"]}}', "one plain value"),
        ('{"type": "eq", "key": "a"}', "`value`"),
        ('{"type": "or", "filters": []}', "`filters`"),
        ('{"type": "or", "filters": [{"type": "gt", "key": "a", "value": 1}]}', "only `eq`"),
        (
            '{"type": "or", "filters": [{"type": "eq", "key": 1, "value": 1}, {"type": "eq", "key": 2, "value": 1}]}',
            "same key",
        ),
        ('{"type": "and", "filters": [7]}', "is an object"),
        ("[" * 100_000, "nested"),
    ],
)
def test_a_filter_that_would_be_refused_says_why(text: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_filters(text)
    assert caught.value.title == "Filter"
    assert words in caught.value.detail


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda kids: st.lists(kids) | st.dictionaries(st.text() | st.sampled_from(["type", "filters", "key"]), kids),
    )
)
def test_any_json_is_read_or_refused_in_words(value: Any) -> None:
    try:
        read = read_filters(json.dumps(value))
    except UsageError as error:
        read, words = None, error.detail
    else:
        words = "read"
    assert words
    assert read in (value, None)
