"""Search results and chat answers."""

from __future__ import annotations

from typing import Any

import msgspec

from tui.models.base import Resource
from tui.models.item import ChunkItem


class Scoring(msgspec.Struct, frozen=True):
    """How a hit got its score; ranks start at 1 where the server sends them."""

    vector_score: float | None = None
    vector_rank: float | None = None
    keyword_score: float | None = None
    keyword_rank: float | None = None
    reranking_score: float | None = None
    fusion_method: str | None = None


class SearchHit(Resource, frozen=True, kw_only=True):
    """One ranked chunk. `instance_id` is set in searches over a namespace only."""

    id: str
    score: float | None = None
    text: str = ""
    type: str | None = None
    instance_id: str | None = None
    item: ChunkItem | None = None
    scoring_details: Scoring | None = None


class SearchResult(Resource, frozen=True, kw_only=True):
    """Hits, best first, and the query as the server rewrote it. `errors` names instances that failed."""

    chunks: tuple[SearchHit, ...] = ()
    search_query: str | None = None
    query_kind: str | None = None
    errors: tuple[dict[str, Any], ...] = ()


CUT_OFF = "cut off"
"""A stream that ended without its end: neither `[DONE]` nor a reason of the model."""


class ChatEvent(msgspec.Struct, frozen=True):
    """One step of a streamed answer: more text, or the sources it rests on, or the end.

    `finish` comes with the end: why the model stopped, in its own word, or `CUT_OFF`; empty where nobody says.
    """

    text: str = ""
    chunks: tuple[SearchHit, ...] = ()
    done: bool = False
    finish: str = ""
