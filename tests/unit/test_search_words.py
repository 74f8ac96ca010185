"""What search results say: numbers that fit their columns, words that stand out, and what two results share."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.unit.build import instance
from tui.errors import Refused
from tui.models import InstanceKey, SearchHit, SearchResult, ServiceToken
from tui.models.item import ChunkItem
from tui.service.search import Answer, Found
from tui.service.search_options import SearchOptions
from tui.service.tokens import token_uses
from tui.state.store import State
from tui.text import safe
from tui.ui.copies import copies, record
from tui.ui.look import Look
from tui.ui.search.cells import HitRow, chunk_page, found_note, hit_cells, hit_rows, hit_text, overlap, score, summary
from tui.ui.search.view_state import Mode, SearchState, below, empty
from tui.ui.themes import THEMES, palette

LOOK = Look(palette(THEMES[0]))
NONE = SearchOptions()


def hit(key: str, text: str = "words", **fields: object) -> SearchHit:
    return SearchHit(id=f"chunk of {key}", text=text, item=ChunkItem(key), **fields)


def found(*keys: str, query: str = "q", searched: str | None = None) -> Found:
    return Found(query, NONE, SearchResult(chunks=tuple(map(hit, keys)), search_query=searched), 0.5)


@given(st.none() | st.floats(-1000, 10_000))
def test_a_score_fits_its_column(value: float | None) -> None:
    assert cell_len(score(value)) <= 5


def test_a_score_that_is_not_there_is_never_zero() -> None:
    row = HitRow(1, hit("a.md"))
    assert [str(cell) for cell in hit_cells(row, LOOK)][1:5] == ["-", "-", "-", "-"]
    assert "The server sent no details." in chunk_page(row, "q", LOOK).plain


@given(st.text(max_size=80), st.text(max_size=40))
def test_the_text_of_a_chunk_is_shown_as_it_is_whatever_was_searched_for(text: str, query: str) -> None:
    assert hit_text(safe(text), query, LOOK).plain == safe(text).strip()


def test_words_of_the_query_stand_out_in_any_case() -> None:
    shown = hit_text("Printers, printer; a PRINTER", "the printer", LOOK)
    assert len(shown.spans) == 3


def test_rows_know_where_the_same_item_stands_in_the_other_result() -> None:
    left, right = found("a", "b", "a"), found("c", "a", "a")
    assert [row.elsewhere for row in hit_rows(left.hits, right.hits)] == [2, None, 2]
    assert overlap(left, right) == "1 item in both, 1 only left, 1 only right"


def test_a_query_that_was_rewritten_is_named() -> None:
    assert "searched for" not in found_note(found("a", query="q", searched="q"))
    assert found_note(found("a", searched="quick")) == "1 chunk in 0.50 s, searched for: quick"


def test_options_are_summed_up() -> None:
    assert summary(NONE) == "the instance's own options"
    chosen = SearchOptions(1, 0.0, "vector", None, None, False, True, 2, {"a": 1})
    assert summary(chosen) == "vector, 1 result, score from 0, no reranking, rewriting, 2 neighbours, filter"


def test_a_failure_keeps_what_of_the_answer_had_come() -> None:
    growing = SearchState(Mode.ASK).sent("why?").answering(Answer("why?", NONE, "Because"))
    assert growing.busy
    failed = growing.failed(Refused("No more", "The model stopped.", "Ask again."))
    assert not failed.busy
    _, text = below(failed, failed.rows[0], LOOK)
    assert text.plain.startswith("Because")
    assert "The model stopped." in text.plain
    assert growing.ended().stopped
    assert not failed.ended().stopped, "what is over cannot be stopped"


def test_a_hostile_key_stays_on_its_line() -> None:
    row = hit_rows((hit("a\n[/red]b"),))[0]
    heading, _ = below(SearchState(), row, LOOK)
    assert heading == "1  a⏎[/red]b"


def test_an_error_stands_in_full_where_no_row_is() -> None:
    error = Refused("No such index", "It is not kept.", "Choose another.", code=7070, http=400)
    assert str(empty(SearchState().sent("q").failed(error), "start", LOOK)).splitlines() == [
        "No such index",
        "It is not kept.",
        "Choose another.",
        "HTTP 400, code 7070",
    ]


def test_a_chunk_can_be_copied_and_saved() -> None:
    row = HitRow(3, hit("a.md", "all of it", score=0.5))
    assert {one.title: one.text for one in copies(row, State())}["text"] == "all of it"
    assert record(row)["rank"] == 3
    assert record(row)["item"] == "a.md"


def test_tokens_that_instances_name_and_nobody_lists_come_first() -> None:
    fleet = [instance("one", token_id="t1"), instance("two", token_id="gone"), instance("three")]
    uses = token_uses([ServiceToken(id="t1", name="docs"), ServiceToken(id="t2", name="spare")], fleet)
    assert [(use.token.id, use.listed, use.instances) for use in uses] == [
        ("gone", False, (InstanceKey("default", "two"),)),
        ("t1", True, (InstanceKey("default", "one"),)),
        ("t2", True, ()),
    ]
