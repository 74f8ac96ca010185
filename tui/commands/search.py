"""`aisearch search` and `aisearch ask`: ranked chunks with every score, and an answer that streams with its sources."""

from __future__ import annotations

from typing import Any

from tui.commands.output import Cell, Heading
from tui.commands.refs import instance
from tui.commands.session import Invocation
from tui.commands.values import as_object
from tui.models import Scoring, SearchHit
from tui.service.search_options import SearchOptions, read_options

COLUMNS = (
    Heading("rank", right=True),
    Heading("score", right=True),
    Heading("vector", right=True),
    Heading("keyword", right=True),
    Heading("rerank", right=True),
    Heading("item", shrinks=1),
    Heading("text", shrinks=2),
)


async def search(call: Invocation) -> int:
    """Print the chunks, best first."""
    options = options_of(call)
    found = await instance(call, call.flag("ref"))
    result = await call.service.searching.search(found.key, " ".join(call.flag("words")), options)
    call.out.rows(COLUMNS, [(cells(rank, hit), as_object(hit)) for rank, hit in enumerate(result.hits, 1)])
    for error in result.result.errors:
        call.not_read(str(error.get("instance_id", "an instance")), str(error.get("message", error)))
    if result.result.search_query and result.result.search_query != result.query:
        call.out.note(f"searched for: {result.result.search_query}")
    return call.finish()


async def ask(call: Invocation) -> int:
    """Print the answer as it comes, then its sources."""
    options = options_of(call)
    found = await instance(call, call.flag("ref"))
    printed, sources, done = 0, tuple[SearchHit, ...](), False
    async for answer in call.service.searching.ask(found.key, " ".join(call.flag("words")), options):
        if len(answer.text) > printed:
            new, printed = answer.text[printed:], len(answer.text)
            call.out.object({"text": new}) if call.out.as_json else call.out.text(new, "")
            call.out.flush()
        sources, done = answer.sources, answer.done
    _print_sources(call, sources)
    if not done:
        call.not_read("the end of the answer", "the stream ended early")
    return call.finish()


def _print_sources(call: Invocation, sources: tuple[SearchHit, ...]) -> None:
    if call.out.as_json:
        call.out.object({"chunks": [as_object(hit) for hit in sources]})
        return
    call.out.text("\n")
    for number, hit in enumerate(sources, 1):
        call.out.text(f"[{number}] {score(hit.score)} {hit.item.identity if hit.item else hit.id}")


def options_of(call: Invocation) -> SearchOptions:
    """The options from the flags; what is not given is left to the instance. Raises UsageError."""
    names: dict[str, Any] = {name: call.flag(name, "") for name in SearchOptions.__struct_fields__}
    return read_options({name: str(value) for name, value in names.items()})


def score(value: float | None) -> str:
    """A score with four digits, `-` when the server sent none."""
    return "-" if value is None else f"{value:.4f}"


def cells(rank: int, hit: SearchHit) -> tuple[str | Cell, ...]:
    """One chunk as a row: each score with the rank it gave, where the server tells."""
    how = hit.scoring_details or Scoring()
    return (
        str(rank),
        score(hit.score),
        _ranked(how.vector_score, how.vector_rank),
        _ranked(how.keyword_score, how.keyword_rank),
        score(how.reranking_score),
        hit.item.identity if hit.item else hit.id,
        Cell(" ".join(hit.text.split()), "muted"),
    )


def _ranked(value: float | None, rank: float | None) -> str:
    return score(value) if rank is None else f"{score(value)} #{rank:.0f}"
