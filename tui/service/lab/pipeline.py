"""The stages of a search as an instance and the options of a request make them, as values. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from tui.models import SearchHit
from tui.service.search_options import MOST_RESULTS, SearchOptions
from tui.text import plural

RESULTS, THRESHOLD, RERANK_THRESHOLD = 10, 0.4, 0.4
"""What the service does where neither request nor instance says (api-facts: Instances)."""
_OPEN: Mapping[str, Any] = {"threshold": 0.0, "max_results": MOST_RESULTS, "reranking": False, "expansion": None}


LATER = f"A search gives at most {MOST_RESULTS} chunks: what comes after them cannot be seen."
"""Said where a list was as long as it can be: the item may be in it, further down."""


def not_among(chunks: int) -> str:
    """Says that an item is not in a list of so many chunks."""
    if chunks >= MOST_RESULTS:
        return f"not among the first {MOST_RESULTS} chunks"
    return f"not among the {plural(chunks, 'chunk')} found"


class Passes(StrEnum):
    """What a stage does with the item: lets it through, stops it, or only says something."""

    YES = "yes"
    NO = "no"
    NOTE = "note"


class Stage(Struct, frozen=True):
    """One stage of the walk, with its number in words."""

    name: str
    verdict: Passes
    words: str


class HitPlace(Struct, frozen=True):
    """Where the best chunk of an item stands among `of` hits, from 1, and every number that it came with."""

    rank: int
    of: int
    score: float
    keyword: tuple[float | None, float | None] = (None, None)
    vector: tuple[float | None, float | None] = (None, None)
    reranking: float | None = None


def place_of(hits: Sequence[SearchHit], item_key: str) -> HitPlace | None:
    """Where an item stands in a result; None when it does not."""
    for rank, hit in enumerate(hits, 1):
        if hit.item and hit.item.identity == item_key:
            one = hit.scoring_details
            if one is None:
                return HitPlace(rank, len(hits), hit.score or 0.0)
            return HitPlace(
                rank,
                len(hits),
                hit.score or 0.0,
                (one.keyword_rank, one.keyword_score),
                (one.vector_rank, one.vector_score),
                one.reranking_score,
            )
    return None


class Pipeline(Struct, frozen=True):
    """What is in force for one search: the request's options over the instance's settings."""

    options: SearchOptions
    lists: tuple[str, ...]
    kept: tuple[str, ...]
    results: int
    threshold: float
    matches_all: bool
    fusion: str
    reranking: bool
    rerank_threshold: float

    @classmethod
    def of(cls, settings: Mapping[str, Any], options: SearchOptions) -> Pipeline:
        """From the fields of an instance and the options of a search."""
        method = settings.get("index_method") or {}
        kept = tuple(kind for kind in ("keyword", "vector") if _keeps(settings, method, kind))
        lists = {"keyword": ("keyword",), "vector": ("vector",)}.get(options.retrieval or "", kept)
        own = settings.get("retrieval_options") or {}
        mode = options.keyword_match or own.get("keyword_match_mode") or ("and" if lists == ("keyword",) else "or")
        reranking = settings.get("reranking") if options.reranking is None else options.reranking
        return cls(
            options,
            lists,
            kept,
            int(options.max_results or settings.get("max_num_results") or RESULTS),
            _number(options.threshold, settings.get("score_threshold"), THRESHOLD),
            "keyword" in lists and mode == "and",
            str(options.fusion or settings.get("fusion_method") or "rrf"),
            bool(reranking),
            _number(options.rerank_threshold, RERANK_THRESHOLD),
        )

    def open(
        self, *, filters: bool = False, retrieval: str | None = None, keyword_match: str | None = None
    ) -> SearchOptions:
        """The search with nothing that cuts: no threshold, no reranking, the most results, the filter only if asked."""
        options = replace(self.options, **_OPEN)
        if not filters:
            options = replace(options, filters=None)
        if retrieval:
            options = replace(options, retrieval=retrieval)
        return replace(options, keyword_match=keyword_match) if keyword_match else options

    def wide(self, options: SearchOptions, results: int = MOST_RESULTS) -> SearchOptions:
        """The options with more results."""
        return replace(options, max_results=min(max(results, self.results), MOST_RESULTS))

    def cuts(self, place: HitPlace) -> bool:
        """Whether the threshold cuts a hit."""
        return place.score < self.threshold

    def seen(self, place: HitPlace) -> list[Stage]:
        """The lists and their fusion, as far as the server says: of a hit that is in the open search."""
        stages = []
        for kind, (rank, score) in (("keyword", place.keyword), ("vector", place.vector)):
            if kind not in self.lists:
                words = "not asked for" if kind in self.kept else "this instance keeps no such index"
                stages.append(Stage(kind.capitalize(), Passes.NOTE, words))
            elif rank is not None or score is not None:
                at = "" if rank is None else f"rank {rank:g}"
                value = "" if score is None else f"score {score:.3f}"
                stages.append(Stage(kind.capitalize(), Passes.YES, ", ".join(one for one in (at, value) if one)))
            else:
                stages.append(Stage(kind.capitalize(), Passes.NOTE, "not in this list"))
        if len(self.lists) > 1:
            stages.append(Stage("Fusion", Passes.YES, f"{self.fusion}: rank {place.rank}, score {place.score:.3f}"))
        return stages

    def reranked(self, place: HitPlace) -> Stage:
        """What reranking has made of a hit that came through."""
        if place.reranking is not None:
            return Stage("Reranking", Passes.YES, f"score {place.reranking:.3f}")
        words = "on, and the server sent no score" if self.reranking else "off: the order is that of the score"
        return Stage("Reranking", Passes.NOTE, words)

    def how(self, place: HitPlace) -> str:
        """` by keyword at rank 3 and by vector at rank 12`; nothing where the server does not say."""
        ranks = {"keyword": place.keyword[0], "vector": place.vector[0]}
        found = [f"by {kind} at rank {ranks[kind]:g}" for kind in self.lists if ranks[kind] is not None]
        return f" {' and '.join(found)}" if found else ""

    def not_near(self) -> str:
        """Says that no list has the item, in the words of the lists that there are."""
        if self.lists == ("keyword",) and self.matches_all:
            return "By keyword none of its chunks is found: none has every word (keyword_match_mode `and`)."
        if self.lists == ("keyword",):
            return "By keyword none of its chunks is found: they share too few words with the query."
        if self.lists == ("vector",):
            return "By vector none of its chunks is found: others are nearer to the query."
        return "Neither by keyword nor by vector is any of its chunks found."

    @property
    def other_index(self) -> str:
        """An index that the instance keeps and the search did not ask; empty without one."""
        return next((kind for kind in self.kept if kind not in self.lists), "")

    @property
    def other_way(self) -> str:
        """What to do where no option helps."""
        return "No option of a search lets it in: ask in the words of the document, or write the document in those."


def _number(*values: float | None) -> float:
    return float(next(value for value in values if value is not None))


def _keeps(settings: Mapping[str, Any], method: Mapping[str, Any], kind: str) -> bool:
    """Whether an instance keeps an index; an older one says so in `hybrid_search_enabled` (api-facts: Instances)."""
    said = method.get(kind)
    return bool(said) if said is not None else kind == "vector" or bool(settings.get("hybrid_search_enabled"))
