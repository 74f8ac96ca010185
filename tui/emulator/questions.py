"""Search and chat requests: their schema, and the one plain `Question` that they all become."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, UnsetType, to_builtins

from tui.emulator.errors import ApiError
from tui.emulator.instances import DEFAULTS
from tui.emulator.records import Instance
from tui.emulator.schema import Boost, Fusion, MatchMode, Part, Results, Share, Threshold

MOST_INSTANCES = 10
Scalar = str | float | bool


class CacheOptions(Part):
    """Accepted; no answers are cached here."""

    cache_threshold: Threshold | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET


class RewriteOptions(Part):
    """Whether the query is rewritten before the search."""

    enabled: bool | UnsetType = UNSET
    model: str | UnsetType = UNSET
    rewrite_prompt: str | UnsetType = UNSET


class RerankingOptions(Part):
    """Whether the best chunks are ranked a second time."""

    enabled: bool | UnsetType = UNSET
    match_threshold: Share | UnsetType = UNSET
    model: str | UnsetType = UNSET


class RetrievalRequest(Part):
    """How chunks are found and ranked."""

    boost_by: Annotated[list[Boost], Meta(max_length=3)] | UnsetType = UNSET
    context_expansion: Annotated[int, Meta(ge=0, le=3)] = 0
    filters: dict[str, Any] | UnsetType = UNSET
    fusion_method: Fusion | UnsetType = UNSET
    keyword_match_mode: MatchMode | UnsetType = UNSET
    match_threshold: Share | UnsetType = UNSET
    max_num_results: Results | UnsetType = UNSET
    retrieval_type: Literal["vector", "keyword", "hybrid"] | UnsetType = UNSET
    return_on_failure: bool = True


class Options(Part):
    """The ai_search_options of one instance."""

    cache: CacheOptions | UnsetType = UNSET
    custom_metadata: Annotated[dict[str, Scalar], Meta(max_length=2)] | UnsetType = UNSET
    query_rewrite: RewriteOptions | UnsetType = UNSET
    reranking: RerankingOptions | UnsetType = UNSET
    retrieval: RetrievalRequest | UnsetType = UNSET


class MultiOptions(Options, kw_only=True):
    """The ai_search_options across instances."""

    instance_ids: Annotated[list[str], Meta(min_length=1)]


class Turn(Part):
    """One message; `content` is text, a list of parts, or null."""

    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: str | list[dict[str, Any]] | None


class SearchRequest(Part):
    """POST search on one instance; the fields after `query` are the older form, which wrangler still sends."""

    ai_search_options: Options | UnsetType = UNSET
    messages: list[Turn] | UnsetType = UNSET
    query: str | UnsetType = UNSET
    filters: dict[str, Any] | UnsetType = UNSET
    max_num_results: Annotated[float, Meta(ge=1, le=50)] | UnsetType = UNSET
    score_threshold: Share | UnsetType = UNSET
    reranking: bool | UnsetType = UNSET


class MultiSearchRequest(Part, kw_only=True):
    """POST search on a namespace."""

    ai_search_options: MultiOptions
    messages: list[Turn] | UnsetType = UNSET
    query: str | UnsetType = UNSET


class ChatRequest(Part, kw_only=True):
    """POST chat completions on one instance."""

    messages: list[Turn]
    ai_search_options: Options | UnsetType = UNSET
    model: str | UnsetType = UNSET
    stream: bool = False


class MultiChatRequest(ChatRequest, kw_only=True):
    """POST chat completions on a namespace."""

    ai_search_options: MultiOptions


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of one instance, with the instance's own settings filled in."""

    text: str
    kind: str
    retrieval: str
    results: int
    threshold: float
    filters: dict[str, Any] | None
    match_all: bool
    fusion: str
    boosts: tuple[tuple[str, str | None], ...]
    expansion: int
    rewrite: bool
    rerank: bool
    rerank_threshold: float


@dataclass(frozen=True, slots=True)
class Asked:
    """The text of a request and what kind it is: text, image or multimodal."""

    text: str
    kind: str


def asked(query: str | UnsetType, messages: list[Turn] | UnsetType) -> Asked:
    """Return the query of a search; 400/7039 without one, 400/7001 when both forms are given."""
    if isinstance(query, str) and not isinstance(messages, UnsetType):
        raise ApiError.invalid("exactly one of query and messages must be given")
    if isinstance(query, str) and query.strip():
        return Asked(query.strip(), "text")
    found = None if isinstance(messages, UnsetType) else last_user_turn(messages)
    if found is None:
        raise ApiError.named("missing_user_query")
    return found


def last_user_turn(messages: list[Turn]) -> Asked | None:
    """Return what the user said last, None when there is nothing."""
    for turn in reversed(messages):
        if turn.role == "user":
            parts = [{"type": "text", "text": turn.content}] if isinstance(turn.content, str) else turn.content or []
            text = " ".join(str(part.get("text", "")) for part in parts if part.get("type") == "text").strip()
            image = any(part.get("type") == "image_url" for part in parts)
            kind = "multimodal" if image and text else "image" if image else "text"
            return Asked(text, kind) if text or image else None
    return None


def legacy_options(request: SearchRequest) -> Options:
    """Return the options of a search with the older top-level fields moved to where they belong now."""
    options = Options() if isinstance(request.ai_search_options, UnsetType) else request.ai_search_options
    retrieval = RetrievalRequest() if isinstance(options.retrieval, UnsetType) else options.retrieval
    if not isinstance(request.filters, UnsetType) and isinstance(retrieval.filters, UnsetType):
        retrieval.filters = request.filters
    if not isinstance(request.max_num_results, UnsetType) and isinstance(retrieval.max_num_results, UnsetType):
        retrieval.max_num_results = int(request.max_num_results)
    if not isinstance(request.score_threshold, UnsetType) and isinstance(retrieval.match_threshold, UnsetType):
        retrieval.match_threshold = request.score_threshold
    if not isinstance(request.reranking, UnsetType) and isinstance(options.reranking, UnsetType):
        options.reranking = RerankingOptions(enabled=request.reranking)
    options.retrieval = retrieval
    return options


def question(instance: Instance, said: Asked, options: Options | UnsetType) -> Question:
    """Complete a request with the settings of `instance`; 400/7070 for an index that it does not keep."""
    given: dict[str, Any] = {} if isinstance(options, UnsetType) else to_builtins(options)
    wanted, reranking = given.get("retrieval", {}), given.get("reranking", {})
    config = {**DEFAULTS, **instance.config}
    defaults = config["retrieval_options"] or {}
    kept = config["index_method"]
    if said.kind != "text" and not kept["vector"]:
        raise ApiError.named("image_query_requires_vector_index")
    retrieval = wanted.get("retrieval_type") or ("hybrid" if all(kept.values()) else _only(kept))
    if (retrieval != "keyword" and not kept["vector"]) or (retrieval != "vector" and not kept["keyword"]):
        raise ApiError.named("invalid_retrieval_type")
    mode = wanted.get("keyword_match_mode") or defaults.get("keyword_match_mode")
    boosts = wanted.get("boost_by", defaults.get("boost_by") or [])
    return Question(
        text=said.text,
        kind=said.kind,
        retrieval=retrieval,
        results=int(wanted.get("max_num_results", config["max_num_results"])),
        threshold=float(wanted.get("match_threshold", config["score_threshold"])),
        filters=wanted.get("filters"),
        match_all=retrieval != "vector" and (mode or ("and" if retrieval == "keyword" else "or")) == "and",
        fusion=str(wanted.get("fusion_method", config["fusion_method"])),
        boosts=tuple((str(boost["field"]), boost.get("direction")) for boost in boosts),
        expansion=int(wanted.get("context_expansion", 0)),
        rewrite=bool(given.get("query_rewrite", {}).get("enabled", config["rewrite_query"])),
        rerank=bool(reranking.get("enabled", config["reranking"])),
        rerank_threshold=float(reranking.get("match_threshold", 0.4)),
    )


def _only(kept: dict[str, bool]) -> str:
    return "keyword" if kept["keyword"] else "vector"
