"""The options of a search: read from what was typed, checked before anything is sent, and their form in a request."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from tui.errors import UsageError

MOST_RESULTS, MOST_EXPANSION, MOST_BOOSTS = 50, 3, 3
BOOST_DIRECTIONS = ("asc", "desc", "exists", "not_exists")
RETRIEVAL = ("vector", "keyword", "hybrid")
KEYWORD_MATCH = ("and", "or")
FUSION = ("rrf", "max")
SWITCH = ("on", "off")
_LISTS = frozenset({"$in", "$nin"})
_COMPARISONS = frozenset({"$eq", "$ne", "$gt", "$gte", "$lt", "$lte"})


class SearchOptions(Struct, frozen=True):
    """What a search asks for. None leaves the instance's own setting (api-facts: Routes)."""

    max_results: int | None = None
    threshold: float | None = None
    retrieval: str | None = None
    keyword_match: str | None = None
    fusion: str | None = None
    reranking: bool | None = None
    rewrite: bool | None = None
    expansion: int | None = None
    filters: Mapping[str, Any] | None = None
    boost: tuple[Mapping[str, str], ...] | None = None
    cache: bool | None = None
    rerank_model: str | None = None
    rerank_threshold: float | None = None
    across: bool | None = None
    """Every instance of the namespace is asked, not only this one; no option of the request itself."""

    def body(self) -> dict[str, Any]:
        """The `ai_search_options` of a request, without what is left to the instance; {} when all of it is."""
        retrieval = {
            "max_num_results": self.max_results,
            "match_threshold": self.threshold,
            "retrieval_type": self.retrieval,
            "keyword_match_mode": self.keyword_match,
            "fusion_method": self.fusion,
            "context_expansion": self.expansion,
            "filters": self.filters,
            "boost_by": None if self.boost is None else [dict(one) for one in self.boost],
        }
        options: dict[str, Any] = {}
        if given := {name: value for name, value in retrieval.items() if value is not None}:
            options["retrieval"] = given
        reranking = {
            "enabled": self.reranking,
            "model": self.rerank_model,
            "match_threshold": self.rerank_threshold,
        }
        if given := {name: value for name, value in reranking.items() if value is not None}:
            options["reranking"] = given
        if self.cache is not None:
            options["cache"] = {"enabled": self.cache}
        if self.rewrite is not None:
            options["query_rewrite"] = {"enabled": self.rewrite}
        return options


def read_options(typed: Mapping[str, str]) -> SearchOptions:
    """The options out of the fields of a form, by the names of SearchOptions; an empty field is left to the instance.

    Raises UsageError: its title names the field, its detail says what is wrong with it.
    """
    return SearchOptions(
        max_results=_whole(typed, "max_results", "Results", 1, MOST_RESULTS),
        threshold=_share(typed.get("threshold", ""), "Threshold"),
        retrieval=typed.get("retrieval") or None,
        keyword_match=typed.get("keyword_match") or None,
        fusion=typed.get("fusion") or None,
        reranking=_switch(typed.get("reranking", "")),
        rewrite=_switch(typed.get("rewrite", "")),
        expansion=_whole(typed, "expansion", "Neighbours", 0, MOST_EXPANSION),
        filters=read_filters(typed.get("filters", "")),
        boost=read_boost(typed.get("boost", "")),
        cache=_switch(typed.get("cache", "")),
        rerank_model=typed.get("rerank_model", "").strip() or None,
        across=_switch(typed.get("across", "")) or None,
        rerank_threshold=_share(typed.get("rerank_threshold", ""), "Rerank threshold"),
    )


def typed_options(options: SearchOptions) -> dict[str, str]:
    """The fields of a form that `read_options` turns into these options again."""
    values = {name: getattr(options, name) for name in SearchOptions.__struct_fields__}
    values["filters"] = None if options.filters is None else json.dumps(options.filters, ensure_ascii=False)
    values["boost"] = None if options.boost is None else written_boost(options.boost)
    words = {True: "on", False: "off"}
    return {
        name: "" if value is None else words[value] if isinstance(value, bool) else str(value)
        for name, value in values.items()
    }


def _switch(text: str) -> bool | None:
    return {"on": True, "off": False}.get(text)


def _whole(typed: Mapping[str, str], field: str, title: str, least: int, most: int) -> int | None:
    text = typed.get(field, "").strip()
    if not text:
        return None
    if not text.isdecimal() or not least <= int(text[:9]) <= most:
        raise UsageError(title, f"It is a whole number from {least} to {most}, not {text[:30]!r}.")
    return int(text)


def read_boost(text: str) -> tuple[Mapping[str, str], ...] | None:
    """What lifts a result: `timestamp desc, audience`, at most three fields, each with a direction or without.

    None for an empty text. Raises UsageError.
    """
    entries = [entry.split() for entry in text.split(",") if entry.strip()]
    if len(entries) > MOST_BOOSTS:
        raise UsageError("Boost", f"At most {MOST_BOOSTS} fields, not {len(entries)}.")
    for words in entries:
        if len(words) > 2 or (len(words) == 2 and words[1] not in BOOST_DIRECTIONS):
            known = ", ".join(BOOST_DIRECTIONS)
            raise UsageError("Boost", f"A field and one of {known}, such as `timestamp desc`, not {' '.join(words)!r}.")
    return tuple(dict(zip(("field", "direction"), words, strict=False)) for words in entries) or None


def written_boost(boost: tuple[Mapping[str, str], ...]) -> str:
    """The text that `read_boost` reads as this."""
    return ", ".join(" ".join(one.values()) for one in boost)


def _share(text: str, title: str) -> float | None:
    text = text.strip().replace(",", ".")
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise UsageError(title, f"It is a number from 0 to 1, not {text[:30]!r}.")
    return value


def read_filters(text: str) -> Mapping[str, Any] | None:
    """A metadata filter from JSON, None for an empty text. Raises UsageError for what the API is known to refuse.

    Two forms exist: `{"folder": {"$eq": "guides/"}}`, and the older `{"type": "eq", "key": ..., "value": ...}` with
    `and` and `or` around it. Operators that are not known here are left to the server's judgement.
    """
    if not text.strip():
        return None
    try:
        wanted = json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise _wrong(f"This is not JSON: {error.msg} at character {error.pos + 1}.") from None
    except RecursionError:
        raise _wrong("It is nested too deeply.") from None
    if not isinstance(wanted, dict):
        raise _wrong('A filter is a JSON object, such as {"folder": {"$eq": "guides/"}}.')
    if "type" in wanted and ("filters" in wanted or "key" in wanted):
        _check_node(wanted)
    else:
        for field, condition in wanted.items():
            _check_field(field, condition)
    return wanted or None


def _no_constant(name: str) -> Any:
    raise _wrong(f"{name} cannot be written as JSON.")


def _wrong(detail: str) -> UsageError:
    return UsageError("Filter", detail)


def _check_field(field: str, condition: object) -> None:
    """One field of the form with operators: a plain value, or operators with values of their kind."""
    if isinstance(condition, list):
        raise _wrong(f'`{field}`: a list needs an operator: {{"$in": [...]}}.')
    if not isinstance(condition, dict):
        return
    if not condition:
        raise _wrong(f"`{field}` has no condition.")
    for operator, value in condition.items():
        if operator in _LISTS and (not isinstance(value, list) or not value):
            raise _wrong(f"`{field}`: {operator} takes a list with at least one value.")
        if operator in _COMPARISONS and isinstance(value, list | dict):
            raise _wrong(f"`{field}`: {operator} takes one plain value.")


def _check_node(node: object) -> None:
    """One node of the older form; its rules for `or` are those behind the codes 7015 and 7016."""
    if not isinstance(node, dict):
        raise _wrong("Every condition in `filters` is an object.")
    kind = node.get("type")
    if kind not in ("and", "or"):
        if not {"type", "key", "value"} <= node.keys():
            raise _wrong("A condition has `type`, `key` and `value`.")
        return
    parts = node.get("filters")
    if not isinstance(parts, list) or not parts:
        raise _wrong(f"`{kind}` has its conditions in a list called `filters`.")
    for part in parts:
        _check_node(part)
    if kind == "or" and any(part.get("type") != "eq" for part in parts):
        raise _wrong("Inside `or` only `eq` is allowed.")
    if kind == "or" and len({str(part.get("key")) for part in parts}) > 1:
        raise _wrong("All conditions of one `or` are about the same key.")
