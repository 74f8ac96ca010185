"""A query and its marked hits as a line of a query set: what is copied is read back as the same judgements."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.build import key
from tui.errors import UsageError
from tui.models import SearchHit
from tui.models.item import ChunkItem
from tui.service.lab.query_set import GradedQuery, parse_query_set, query_lines, read_query_set
from tui.service.search_options import SearchOptions
from tui.state.store import Identity, State
from tui.ui.copies import copies, joint_copies
from tui.ui.search.cells import GRADE, Asked, HitRow, hit_rows

STATE = State(identity=Identity(account_id="acc", base_url="https://api.invalid/v4"), selected=key("docs"))
PATH = "https://api.invalid/v4/accounts/acc/ai-search/namespaces/default/instances/docs"
TEXT = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=40)


def hits(*keys: str) -> tuple[SearchHit, ...]:
    return tuple(SearchHit(id=f"chunk {n}", item=ChunkItem(one)) for n, one in enumerate(keys))


def offered(rows: tuple[HitRow, ...]) -> dict[str, str]:
    return dict(joint_copies(rows[0], rows, STATE))


@given(TEXT.filter(lambda text: text.strip()), st.dictionaries(TEXT, st.integers(1, 10), min_size=1, max_size=4))
def test_any_query_and_any_keys_are_read_back(query: str, items: dict[str, int]) -> None:
    query = query.strip()
    found = parse_query_set(query_lines(GradedQuery(query, items)).encode())
    assert found.queries == (GradedQuery(query, items),)


def test_lines_can_be_put_behind_others_of_a_set(tmp_path: Path) -> None:
    head = 'instance = "default/docs"\nk = 5\n\n[[arm]]\nname = "as it is"\n\n'
    lines = query_lines(GradedQuery("one", {"a.md": 3})) + "\n" + query_lines(GradedQuery("two", {"b.md": 3}))
    path = tmp_path / "set.toml"
    path.write_text(head + lines)
    assert [one.text for one in read_query_set(path).queries] == ["one", "two"]


@pytest.mark.parametrize("items", [{}, {"a.md": 0}, {"\ud800.md": 3}])
def test_what_is_no_query_of_a_set_is_refused(items: dict[str, int]) -> None:
    with pytest.raises(UsageError):
        query_lines(GradedQuery("one", items))


def test_the_rows_together_are_one_query_and_an_item_counts_once() -> None:
    rows = hit_rows(hits("a.md", 'b "c".md', "a.md"), asked=Asked("the label", SearchOptions()))
    found = parse_query_set(offered(rows)["line of a query set"].encode())
    assert found.queries == (GradedQuery("the label", {"a.md": GRADE, 'b "c".md': GRADE}),)
    assert "line of a query set" not in dict(copies(rows[0], STATE)), "not row by row"


@pytest.mark.parametrize(
    ("asked", "path", "body"),
    [
        (Asked("it's", SearchOptions()), f"{PATH}/search", {"query": "it's"}),
        (
            Asked("a", SearchOptions(max_results=3), key=key("other")),
            f"{PATH.removesuffix('docs')}other/search",
            {"query": "a", "ai_search_options": {"retrieval": {"max_num_results": 3}}},
        ),
        (
            Asked("why?", SearchOptions(), answered=True),
            f"{PATH}/chat/completions",
            {"messages": [{"role": "user", "content": "why?"}], "stream": True},
        ),
    ],
)
def test_the_command_asks_the_same(asked: Asked, path: str, body: dict[str, object]) -> None:
    words = shlex.split(offered(hit_rows(hits("a.md"), asked=asked))["curl"])
    assert path in words
    assert json.loads(words[words.index("--data-raw") + 1]) == body
    assert "Authorization: Bearer $CLOUDFLARE_API_TOKEN" in words


def test_what_has_no_form_is_not_offered() -> None:
    rows = hit_rows((SearchHit(id="no item"),), asked=Asked("a", SearchOptions(across=True)))
    assert not any(offered(rows).values())
    assert joint_copies(HitRow(1, hits("a")[0]), (), STATE) == ()
