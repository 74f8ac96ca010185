"""Query sets: what is understood, what is refused and where that is said, and comments that stay at an addition."""

from __future__ import annotations

import pytest
import tomlkit

from tui.errors import UsageError
from tui.models import InstanceKey
from tui.service.lab.query_set import CONTAINS, Arm, GradedQuery, instance_key, parse_query_set, with_query
from tui.service.search_options import SearchOptions

QUERY = '[[query]]\ntext = "a"\nitems = { "x.md" = 1 }\n'


def test_a_whole_set() -> None:
    found = parse_query_set(
        b"""
        instance = "support/faq"
        k = 7
        [[arm]]
        name = "all of it"
        retrieval = "hybrid"
        keyword_match = "and"
        fusion = "max"
        reranking = true
        rewrite = false
        threshold = 0.25
        max_results = 20
        expansion = 1
        filters = { folder = { "$eq" = "a/" } }
        boost = [ { field = "timestamp", direction = "desc" } ]
        rerank_threshold = 0.1
        [[arm]]
        name = "elsewhere"
        instance = "other"
        [[query]]
        text = " one "
        items = { "a.md" = 3, "b.md" = 0 }
        [[query]]
        text = "two"
        contains = ["Alpha", "Beta"]
        """,
        "set.toml",
    )
    assert found.instance == InstanceKey("support", "faq")
    assert (found.k, found.name, len(found.digest)) == (7, "set.toml", 64)
    first, second = found.arms
    assert first.body() == {
        "retrieval": {
            "max_num_results": 20,
            "match_threshold": 0.25,
            "retrieval_type": "hybrid",
            "keyword_match_mode": "and",
            "fusion_method": "max",
            "context_expansion": 1,
            "filters": {"folder": {"$eq": "a/"}},
            "boost_by": [{"field": "timestamp", "direction": "desc"}],
        },
        "reranking": {"enabled": True, "match_threshold": 0.1},
        "query_rewrite": {"enabled": False},
        "cache": {"enabled": False},
    }
    assert (second.instance, second.options) == (InstanceKey("default", "other"), SearchOptions())
    assert second.body() == {"cache": {"enabled": False}}, "the cache is off in every arm"
    assert [query.text for query in found.queries] == ["one", "two"]
    assert found.queries[1].grades == {f"{CONTAINS}Alpha": 1, f"{CONTAINS}Beta": 1}


def test_without_arms_there_is_one_that_changes_nothing() -> None:
    assert parse_query_set(QUERY.encode()).arms == (Arm("as it is"),)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no [[query]]"),
        ("x = ", "not TOML"),
        ("[query]\ntext = 'a'", "begins with [[query]]"),
        (f"{QUERY}{QUERY}", "there twice"),
        (f"k = 0\n{QUERY}", "1 to 50"),
        (f"k = 51\n{QUERY}", "1 to 50"),
        (f"k = true\n{QUERY}", "1 to 50"),
        (f"speed = 1\n{QUERY}", "'speed' is not known"),
        ('[[query]]\ntext = ""', "text is a text"),
        ('[[query]]\ntext = "a"', "names nothing relevant"),
        ('[[query]]\ntext = "a"\nitems = { "x" = 0 }', "names nothing relevant"),
        ('[[query]]\ntext = "a"\nitems = { "x" = 1.5 }', "grade of 'x'"),
        ('[[query]]\ntext = "a"\nitems = { "x" = -1 }', "grade of 'x'"),
        ('[[query]]\ntext = "a"\nitems = { "x" = true }', "grade of 'x'"),
        ('[[query]]\ntext = "a"\nitems = ["x"]', "table of item keys"),
        ('[[query]]\ntext = "a"\ncontains = 3', "a list of texts"),
        ('[[query]]\ntext = "a"\nitem = { "x" = 1 }', "query 1: 'item' is not known"),
        (f'{QUERY}[[arm]]\nretrieval = "vector"', "arm 1: name"),
        (f'{QUERY}[[arm]]\nname = "a"\nretrieval = "magic"', "retrieval is one of"),
        (f'{QUERY}[[arm]]\nname = "a"\nfusion = "sum"', "fusion is one of"),
        (f'{QUERY}[[arm]]\nname = "a"\nthreshold = 2', "arm 1: Threshold"),
        (f'{QUERY}[[arm]]\nname = "a"\nmax_results = 99', "arm 1: Results"),
        (f'{QUERY}[[arm]]\nname = "a"\nfilters = {{ "$in" = {{ "$in" = [] }} }}', "arm 1: Filter"),
        (f'{QUERY}[[arm]]\nname = "a"\nboost = 5', "boost is a list"),
        (f'{QUERY}[[arm]]\nname = "a"\nboost = [ {{ field = "x", direction = "up" }} ]', "arm 1: Boost"),
        (f'{QUERY}[[arm]]\nname = "a"\nboost = [ 3 ]', "boost is a list"),
        (f'{QUERY}[[arm]]\nname = "a"\ncache = true', "arm 1: 'cache' is not known"),
        (f'{QUERY}[[arm]]\nname = "a"\nrerank_threshold = "high"', "Rerank threshold"),
        (f'{QUERY}[[arm]]\nname = "a"\ntemperature = 1', "arm 1: 'temperature' is not known"),
        (f'{QUERY}[[arm]]\nname = "a"\n[[arm]]\nname = "a"', "arm 'a' is there twice"),
        (f'instance = "a/b/c"\n{QUERY}', "is not an instance"),
    ],
)
def test_a_wrong_set_says_where(text: str, words: str) -> None:
    with pytest.raises(UsageError) as error:
        parse_query_set(text.encode())
    assert words in error.value.detail


@pytest.mark.parametrize("data", [b"\xff\xfe", b"\x00", ("[" * 5000).encode()])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(UsageError):
        parse_query_set(data)


def test_a_hit_counts_as_the_text_it_has_unless_its_item_is_judged() -> None:
    query = GradedQuery("q", {"a.md": 2}, ("Direct Thermal",))
    assert query.document("b.md", "use direct thermal paper") == f"{CONTAINS}Direct Thermal"
    assert query.document("b.md", "use other paper") == "b.md"
    assert query.document("a.md", "direct thermal") == "a.md"


SET = """# What the support desk asks
instance = "default/docs"   # the live one

[[query]]
text = "one"   # from the top ten
items = { "a.md" = 3 }
"""


def test_a_query_is_added_and_every_comment_stays() -> None:
    changed = with_query(SET.encode(), GradedQuery("two", {"b c.md": 2, "żółć.md": 1})).decode()
    assert changed.startswith(SET.rstrip("\n")), "what was there is there, letter by letter"
    found = parse_query_set(changed.encode())
    assert [one.text for one in found.queries] == ["one", "two"]
    assert found.queries[1].items == {"b c.md": 2, "żółć.md": 1}


def test_grades_of_a_query_that_is_there_are_added_to_it() -> None:
    changed = with_query(SET.encode(), GradedQuery("one", {"a.md": 1, "b.md": 2})).decode()
    assert "# from the top ten" in changed
    found = parse_query_set(changed.encode())
    assert [dict(one.items) for one in found.queries] == [{"a.md": 1, "b.md": 2}]


def test_an_empty_file_becomes_a_set() -> None:
    changed = with_query(b"", GradedQuery("one", {"a.md": 3}), InstanceKey("default", "docs"))
    found = parse_query_set(changed)
    assert found.instance == InstanceKey("default", "docs")
    assert found.queries == (GradedQuery("one", {"a.md": 3}),)


def test_a_set_that_is_wrong_is_not_added_to() -> None:
    with pytest.raises(UsageError):
        with_query(b"[[query]]\ntext = 3\n", GradedQuery("one", {"a.md": 3}))


@pytest.mark.parametrize("query", ['say "hello"', "back\\slash", "two\nlines", "tab\there", "ünïcode 漢字"])
def test_every_query_can_be_kept(query: str) -> None:
    found = parse_query_set(with_query(SET.encode(), GradedQuery(query, {'odd "key".md': 1})))
    assert found.queries[-1] == GradedQuery(query, {'odd "key".md': 1})
    assert tomlkit.parse("") is not None


@pytest.mark.parametrize(
    ("text", "key"),
    [("docs", ("default", "docs")), ("a/b", ("a", "b")), (" a/b ", ("a", "b")), ("/b", ("default", "b"))],
)
def test_an_instance_by_name(text: str, key: tuple[str, str]) -> None:
    assert instance_key(text) == InstanceKey(*key)
