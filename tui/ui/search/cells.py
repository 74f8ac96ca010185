"""Search results and answers in words: table cells, the text below the table, the whole of a chunk."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from rich.text import Text

from tui.contract import Exchange
from tui.errors import AppError, UsageError
from tui.models import CUT_OFF, InstanceKey, SearchHit
from tui.service.search import Answer, Found
from tui.service.search_options import SearchOptions
from tui.state.store import State
from tui.text import duration, one_line, parse_time, plural
from tui.ui.copies import Copyable, Record, copies, instance_path, joint_copies, pretty, record
from tui.ui.curl import curl
from tui.ui.kit.cut import widest
from tui.ui.kit.row_table.row_table import Column
from tui.ui.look import Look

HIT_COLUMNS = (
    Column("rank", "#", width=2, align="right"),
    Column("score", "SCORE", width=5, align="right"),
    Column("reranking", "RERANK", min_width=0, most=6, whole=True, align="right", drop=3),
    Column("vector", "VECTOR", min_width=0, most=8, whole=True, align="right", drop=2),
    Column("keyword", "KEYWORD", min_width=0, most=8, whole=True, align="right", drop=1),
    Column("item", "ITEM", min_width=20, most=44, late=True, grow=1, name=True),
    Column("text", "TEXT", min_width=30, grow=9, drop=4),
)
BESIDE_COLUMNS = (
    Column("rank", "#", width=2, align="right"),
    Column("score", "SCORE", width=5, align="right"),
    Column("there", "THERE", width=5, align="right"),
    Column("item", "ITEM", min_width=14, most=44, grow=1, name=True),
    Column("text", "TEXT", min_width=30, grow=9, drop=1),
)


def contents(rows: Sequence[HitRow]) -> dict[str, int]:
    """Cells of the longest name of an item, and of the kinds of scores that the server sent for any of these rows.

    A kind that none has is not shown; texts have what is left.
    """
    details = [row.hit.scoring_details for row in rows if row.hit.scoring_details]
    there = {
        "reranking": any(one.reranking_score is not None for one in details),
        "vector": any(one.vector_score is not None for one in details),
        "keyword": any(one.keyword_score is not None for one in details),
    }
    scores = {column.id: column.most if there[column.id] else 0 for column in HIT_COLUMNS if column.id in there}
    return {**scores, "item": widest(one_line(row.item_key) for row in rows)}


LABEL = 17


class Asked(Struct, frozen=True):
    """What a row was found for; of which instance, where that is not the selected one. `answered`: by a model."""

    query: str
    options: SearchOptions
    answered: bool = False
    key: InstanceKey | None = None


class HitRow(Struct, frozen=True):
    """One chunk in the table; rank 0 is the answer itself. `elsewhere` is the item's best rank in another result."""

    rank: int
    hit: SearchHit
    elsewhere: int | None = None
    asked: Asked | None = None

    @property
    def item_key(self) -> str:
        """The key of the chunk's item, empty when the server did not tell."""
        return self.hit.item.key if self.hit.item else ""

    @property
    def item_identity(self) -> str:
        """The exact key of its item, for requests and copies."""
        return self.hit.item.identity if self.hit.item else ""


def answer_row(answer: Answer) -> HitRow:
    """The row of the answer itself."""
    return HitRow(0, SearchHit(id="answer", text=answer.text), asked=Asked(answer.question, answer.options, True))


def hit_rows(
    hits: tuple[SearchHit, ...], other: tuple[SearchHit, ...] = (), asked: Asked | None = None
) -> tuple[HitRow, ...]:
    """Rows in the server's order, best first; `other` is the result that this one is compared with."""
    there: dict[str, int] = {}
    for rank, hit in enumerate(other, 1):
        there.setdefault(hit.item.key if hit.item else "", rank)
    rows = (HitRow(rank, hit) for rank, hit in enumerate(hits, 1))
    return tuple(HitRow(row.rank, row.hit, there.get(row.item_key), asked) for row in rows)


def hit_cells(row: HitRow, look: Look) -> tuple[Text | str, ...]:
    """One cell a column of HIT_COLUMNS."""
    if not row.rank:
        return ("", "", "", "", "", Text("The answer", "bold"), "")
    scoring = row.hit.scoring_details
    return (
        look.text(str(row.rank), "muted"),
        score(row.hit.score),
        score(scoring.reranking_score if scoring else None),
        look.text(_ranked(scoring.vector_score, scoring.vector_rank) if scoring else "-", "muted"),
        look.text(_ranked(scoring.keyword_score, scoring.keyword_rank) if scoring else "-", "muted"),
        one_line(row.item_key) or "-",
        look.text(_flat(row.hit.text, 200), "muted"),
    )


def beside_cells(row: HitRow, look: Look) -> tuple[Text | str, ...]:
    """One cell a column of BESIDE_COLUMNS; THERE is the best rank of the same item in the other result."""
    there = f"#{row.elsewhere}" if row.elsewhere else look.text("-", "muted")
    return (
        look.text(str(row.rank), "muted"),
        score(row.hit.score),
        there,
        one_line(row.item_key) or "-",
        look.text(_flat(row.hit.text, 200), "muted"),
    )


def overlap(left: Found, right: Found) -> str:
    """How much two results have in common, in items."""
    ours, theirs = ({hit.item.key for hit in found.hits if hit.item} for found in (left, right))
    both = len(ours & theirs)
    return f"{plural(both, 'item')} in both, {len(ours) - both} only left, {len(theirs) - both} only right"


def score(value: float | None) -> str:
    """A score in five cells: `0.912`, `12.40`; `-` when the server sent none."""
    return "-" if value is None else f"{value:.3f}"[:5].rstrip(".")


def _ranked(value: float | None, rank: float | None) -> str:
    """Score and rank of one kind of retrieval: `0.71 #3`."""
    number = "-" if value is None else "<.01" if 0 < value < 0.01 else f"{value:.2f}"[:4].rstrip(".")
    return f"{number} #{rank:.0f}" if rank is not None else number


def _flat(text: str, length: int) -> str:
    return " ".join(text[: length * 2].split())[:length]


def hit_text(text: str, query: str, look: Look) -> Text:
    """The text of a chunk with the words of the query standing out."""
    shown = Text(text.strip())
    words = sorted({word for word in re.findall(r"\w+", query) if len(word) > 2}, key=len, reverse=True)
    if words:
        pattern = "|".join(re.escape(word) for word in words[:40])
        shown.highlight_regex(f"(?i)(?:{pattern})", f"bold {look.style('accent')}")
    return shown


def summary(options: SearchOptions) -> str:
    """What differs from the instance's own settings, short: `hybrid · 20 results · ≥ 0.30`."""
    parts = [
        options.retrieval or "",
        plural(options.max_results, "result") if options.max_results else "",
        f"score from {options.threshold:g}" if options.threshold is not None else "",
        _switched("reranking", options.reranking),
        f"match {options.keyword_match}" if options.keyword_match else "",
        f"fusion {options.fusion}" if options.fusion else "",
        _switched("rewriting", options.rewrite),
        plural(options.expansion, "neighbour") if options.expansion else "",
        "boost" if options.boost else "",
        f"rerank by {options.rerank_model}" if options.rerank_model else "",
        f"rerank score from {options.rerank_threshold:g}" if options.rerank_threshold is not None else "",
        _switched("cache", options.cache),
        "the whole namespace" if options.across else "",
        "filter" if options.filters else "",
    ]
    return ", ".join(part for part in parts if part) or "the instance's own options"


def _switched(what: str, on: bool | None) -> str:
    return "" if on is None else what if on else f"no {what}"


def found_note(found: Found) -> str:
    """`10 chunks in 0.42 s`, and what was really searched for when that is something else."""
    note = f"{plural(len(found.hits), 'chunk')} in {seconds(found.seconds)}"
    searched = one_line(found.result.search_query or "")
    return f"{note}, searched for: {searched}" if searched and searched != found.query else note


def seconds(value: float) -> str:
    """A short time: `0.42 s`."""
    return f"{value:.2f} s" if value < 10 else duration(value)


def no_hits(options: SearchOptions, look: Look) -> str:
    """What to do when nothing was found."""
    key = look.key("search.options")
    if options.filters:
        return f"Nothing was found with this filter.\n{key} changes the options."
    return f"Nothing was found.\nOther words, or a lower threshold ({key}), may find more."


def failure(error: AppError) -> str:
    """An error in full, in its own words."""
    return "\n".join(part for part in (error.title, error.detail, error.hint, error.reference) if part)


def answer_text(answer: Answer, stopped: bool, look: Look) -> Text:
    """The answer so far, and how it ended."""
    text = Text(answer.text.strip())
    if stopped:
        text.append(f"\n\nStopped after {seconds(answer.seconds)}; the rest was not read.", look.style("warning"))
    elif answer.done and not answer.text.strip():
        text.append("The model sent no text.", look.style("muted"))
    if answer.done and not stopped and (words := incomplete(answer.finish)):
        text.append(f"\n\n{words}", look.style("warning"))
    return text


def incomplete(finish: str) -> str:
    """Why an answer is not whole, by the word it ended with; empty for one that is."""
    if finish == CUT_OFF:
        return "The answer was cut off: its end never came. Ask again."
    if finish == "length":
        return "The answer stops here: the model reached its length limit."
    if "filter" in finish:
        return f"The answer stops here: a content filter ended it ({one_line(finish)})."
    return "" if finish in ("", "stop", "eos", "end_turn") else f"The answer ended with: {one_line(finish)}."


def chunk_page(row: HitRow, query: str, look: Look) -> Text:
    """The whole of a chunk: every number of its scoring, its item's fields, its text."""
    lines = [_line(label, value, look) for label, value in _facts(row) if value]
    return Text("\n").join([*lines, Text(), hit_text(row.hit.text, query, look)])


def _line(label: str, value: str, look: Look) -> Text:
    return Text.assemble((f"{label:<{LABEL}}", look.style("muted")), value)


def _facts(row: HitRow) -> list[tuple[str, str]]:
    hit, scoring, item = row.hit, row.hit.scoring_details, row.hit.item
    facts = [("Item", row.item_key), ("Instance", hit.instance_id or ""), ("Chunk", f"{hit.id} ({hit.type or 'text'})")]
    facts.append(("Score", f"{_exact(hit.score) or '-'}, rank {row.rank}"))
    if scoring:
        facts += [
            ("Reranking", _exact(scoring.reranking_score)),
            ("Vector", _with_rank(scoring.vector_score, scoring.vector_rank)),
            ("Keyword", _with_rank(scoring.keyword_score, scoring.keyword_rank)),
            ("Fusion", scoring.fusion_method or ""),
        ]
    else:
        facts.append(("Scoring", "The server sent no details."))
    at = parse_time(item.timestamp) if item else None
    facts.append(("Item changed", datetime.fromtimestamp(at).strftime("%Y-%m-%d %H:%M:%S") if at else ""))
    for name, value in ((item.metadata if item else None) or {}).items():
        facts.append((f"  {name}"[: LABEL - 1], value if isinstance(value, str) else json.dumps(value)))
    return [*facts, ("Problem", hit.problem)]


def _exact(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _with_rank(value: float | None, rank: float | None) -> str:
    return f"{_exact(value) or '-'}, rank {rank:g}" if rank is not None else _exact(value)


@record.register
def _(row: HitRow) -> Record:
    fields = dict(record(row.hit))
    item = fields.pop("item", None)
    return {"rank": row.rank, "item": row.item_identity, **fields, "item_fields": item}


GRADE = 3
"""Of the hits in a copied line of a query set: it answers the query."""


@joint_copies.register
def _(row: HitRow, rows: Sequence[HitRow], state: State) -> tuple[Copyable, ...]:
    """The query as a line of a query set with these hits as right answers, and as a command."""
    asked = row.asked
    if asked is None:
        return ()
    items = dict.fromkeys((one.item_identity for one in rows if one.item_identity), GRADE)
    return (Copyable("line of a query set", _lines(asked.query, items)), Copyable("curl", _curl(asked, state)))


def _lines(query: str, items: dict[str, int]) -> str:
    from tui.service.lab.query_set import GradedQuery, query_lines

    try:
        return query_lines(GradedQuery(query, items)) if items else ""
    except UsageError:
        return ""


def _curl(asked: Asked, state: State) -> str:
    """The command that asks the same; empty for a search of a whole namespace, which the requests have."""
    key, options = asked.key or state.selected, asked.options.body()
    if key is None or asked.options.across:
        return ""
    body: dict[str, object] = {"query": asked.query}
    if asked.answered:
        body = {"messages": [{"role": "user", "content": asked.query}], "stream": True}
    text = json.dumps({**body, "ai_search_options": options} if options else body, ensure_ascii=False)
    path = f"{instance_path(state, key)}/{'chat/completions' if asked.answered else 'search'}"
    return curl(Exchange(0.0, "POST", path, body=text), state.identity.base_url)


@copies.register
def _(row: HitRow, state: State) -> tuple[Copyable, ...]:
    texts = (Copyable("text", row.hit.text), Copyable("item", row.item_identity), Copyable("chunk id", row.hit.id))
    return texts[:1] if not row.rank else (*texts, Copyable("JSON", pretty(record(row.hit))))
