"""What is wrong with a configuration, before it is sent: each field by itself, then those that depend on each other.

The rules are the contract's types, enums and ranges, and the refusals of api-errors.tsv that can be foreseen. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from tui.errors import AppError
from tui.service.config.document import MISSING, value_at
from tui.service.config.fields import BY_PATH, Field, Kind

ID_LENGTH = 32
SELECTORS, SELECTOR_LENGTH = 10, 200
"""Content selectors of a website, and characters of each (api-facts: Instances)."""
_ID = re.compile(r"[a-z0-9_]+(?:-[a-z0-9_]+)*")
_HOST = re.compile(r"(?:https?://)?[^\s/@:]+\.[^\s/@:]+(?::\d+)?(?:/\S*)?", re.IGNORECASE)
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
RESERVED = frozenset({"timestamp", "folder", "filename"})
"""Names that custom metadata cannot have (api-facts: Instances)."""
DATA_TYPES = frozenset({"text", "number", "boolean", "datetime"})
DIRECTIONS = frozenset({"asc", "desc", "exists", "not_exists"})
_ENDPOINT, _CRAWLER = "public_endpoint_params", "source_params.web_crawler"
_FIELD_OF_CODE = {
    7012: "token_id",
    7018: "ai_gateway_id",
    7022: "id",
    7023: "source",
    7024: "source",
    7028: "source",
    7029: "source",
    7034: "source",
    7035: "source",
    7036: "chunk_size",
    7040: f"{_CRAWLER}.parse_options.include_headers",
    7045: f"{_CRAWLER}.parse_options.specific_sitemaps",
    7047: "source",
    7052: "source",
    7063: "namespace",
    7075: "token_id",
    7090: f"{_ENDPOINT}.custom_domains",
    7091: f"{_ENDPOINT}.custom_domains",
    7092: f"{_ENDPOINT}.custom_domains",
    7093: f"{_ENDPOINT}.custom_domains",
    7096: f"{_ENDPOINT}.default_domain_enabled",
}


class Problem(Struct, frozen=True):
    """Why a value cannot be sent, in words that stand below its field."""

    path: str
    words: str


def blamed(error: AppError) -> str | None:
    """The field that a refusal of the server is about; None when it tells of none."""
    return _FIELD_OF_CODE.get(error.code or 0)


def problems(
    document: Mapping[str, Any], paths: Iterable[str], base: Mapping[str, Any] | None = None
) -> tuple[Problem, ...]:
    """What is wrong with the fields at `paths`, and with what hangs on them. `base` is what was there before.

    Fields that nobody touched are not judged: an old instance may have values that a new one could not get.
    """
    wanted = tuple(paths)
    found = {path: words for path in wanted if (words := _field(document, path, base or {}))}
    for path, words in _together(document, frozenset(wanted)):
        found.setdefault(path, words)
    return tuple(Problem(path, words) for path, words in found.items())


def needed(document: Mapping[str, Any]) -> tuple[str, ...]:
    """The fields that a new instance cannot do without."""
    return ("namespace", "id", "type", *(("source",) if document.get("type") in ("r2", "web-crawler") else ()))


def creation_problems(document: Mapping[str, Any], touched: Iterable[str]) -> tuple[Problem, ...]:
    """What is wrong with a new instance: what was filled in, and what is missing."""
    return problems(document, dict.fromkeys([*needed(document), *touched]))


def _field(document: Mapping[str, Any], path: str, base: Mapping[str, Any]) -> str | None:
    field, value = BY_PATH[path], value_at(document, path)
    if path in _OWN:
        return _OWN[path](value, document)
    if value is MISSING:
        return _taken_away(document, path, base)
    if value is None:
        return None if field.nullable or value_at(base, path) is None else f"{field.kind.value} is needed"
    return _KINDS.get(field.kind, _text)(field, value)


def _taken_away(document: Mapping[str, Any], path: str, base: Mapping[str, Any]) -> str | None:
    above = path.rpartition(".")[0]
    while above:
        inner = value_at(document, above)
        if inner is None:
            return None
        if inner is not MISSING and not isinstance(inner, Mapping):
            return f"{above} must be an object"
        above = above.rpartition(".")[0]
    if value_at(base, path) is MISSING or value_at(base, path) is None:
        return None
    return "it cannot be removed: what is left out stays as it is"


# one field by itself


def _yes_no(field: Field, value: Any) -> str | None:
    return None if isinstance(value, bool) else "true or false is needed"


def _choice(field: Field, value: Any) -> str | None:
    known = isinstance(value, str | int) and not isinstance(value, bool) and value in field.choices
    return None if known else f"one of {', '.join(map(str, field.choices))} is needed"


def _number(field: Field, value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"{field.kind.value} is needed"
    if field.kind is Kind.INTEGER and value != int(value):
        return f"{field.kind.value} is needed"
    low, high = field.low, field.high
    if (low is not None and value < low) or (high is not None and value > high):
        return f"{bounds(field)} is needed"
    return None


def bounds(field: Field) -> str:
    """The range of a number in words; empty when it has none."""
    if field.low is not None and field.high is not None:
        return f"{field.low:,} to {field.high:,}"
    return f"{field.low:,} or more" if field.low is not None else ""


def _text(field: Field, value: Any) -> str | None:
    return None if isinstance(value, str) else "text is needed"


def _list(field: Field, value: Any) -> str | None:
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        return "a list of texts is needed"
    if field.most is not None and len(value) > field.most:
        return f"{len(value)} entries: {field.most} is the most"
    return None


_KINDS: Mapping[Kind, Callable[[Field, Any], str | None]] = {
    Kind.YES_NO: _yes_no,
    Kind.CHOICE: _choice,
    Kind.INTEGER: _number,
    Kind.NUMBER: _number,
    Kind.LIST: _list,
}


# fields with rules of their own


def _id(value: Any, document: Mapping[str, Any]) -> str | None:
    if not value or not isinstance(value, str):
        return "an id is needed"
    if len(value) > ID_LENGTH:
        return f"{len(value)} characters: {ID_LENGTH} is the most"
    if not _ID.fullmatch(value):
        return "lower case letters, digits, _ and single - inside"
    return None


def _namespace(value: Any, document: Mapping[str, Any]) -> str | None:
    return None if isinstance(value, str) and value else "a namespace is needed"


def _type(value: Any, document: Mapping[str, Any]) -> str | None:
    return None if value in BY_PATH["type"].choices else "r2, web-crawler or built-in is needed"


def _source(value: Any, document: Mapping[str, Any]) -> str | None:
    kind = document.get("type")
    if not isinstance(value, str) or not value:
        return "the name of a bucket is needed" if kind == "r2" else "the address of a website is needed"
    if kind == "r2" and ("/" in value or " " in value):
        return "the name of a bucket is needed, not an address"
    if kind == "web-crawler" and not _HOST.fullmatch(value):
        return "a host such as docs.example.com, or an https address, is needed"
    return None


def _metadata(value: Any, document: Mapping[str, Any]) -> str | None:
    if not _entries(value, {"field_name", "data_type"}):
        return 'a list of {"field_name": ..., "data_type": ...} is needed'
    names = [str(one["field_name"]) for one in value]
    lowered = [name.lower() for name in names]
    if len(names) > 20:
        return f"{len(names)} fields: 20 is the most"
    if any(not 1 <= len(name) <= 64 for name in names):
        return "a field's name has 1 to 64 characters"
    if taken := RESERVED & set(lowered):
        return f"{', '.join(sorted(taken))}: reserved"
    if len(set(lowered)) != len(names):
        return "two fields have the same name (case does not count)"
    wrong = {str(one["data_type"]) for one in value} - DATA_TYPES
    return f"data_type is one of {', '.join(sorted(DATA_TYPES))}" if wrong else None


def _boost(value: Any, document: Mapping[str, Any]) -> str | None:
    if not _entries(value, {"field"}):
        return 'a list of {"field": ..., "direction": ...} is needed'
    if len(value) > 3:
        return f"{len(value)} entries: 3 is the most"
    wrong = {str(one["direction"]) for one in value if "direction" in one} - DIRECTIONS
    return f"direction is one of {', '.join(sorted(DIRECTIONS))}" if wrong else None


def _selectors(value: Any, document: Mapping[str, Any]) -> str | None:
    if value is MISSING:
        return None
    if not value or not _entries(value, {"path", "selector"}):
        return 'a list of {"path": ..., "selector": ...} is needed'
    if len(value) > SELECTORS:
        return f"{len(value)} selectors: {SELECTORS} is the most"
    longest = max(len(one["selector"]) for one in value)
    return f"a selector has {longest} characters: {SELECTOR_LENGTH} is the most" if longest > SELECTOR_LENGTH else None


def _headers(value: Any, document: Mapping[str, Any]) -> str | None:
    if value is MISSING:
        return None
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        return 'an object such as {"Authorization": "Bearer ..."} is needed'
    if len(value) > 5:
        return f"{len(value)} headers: 5 is the most"
    wrong = [name for name in value if not _HEADER.fullmatch(name)]
    return f"not a header's name: {wrong[0]!r}" if wrong else None


def _entries(value: Any, needed: set[str]) -> bool:
    return isinstance(value, list) and all(
        isinstance(one, dict) and all(isinstance(one.get(name), str) for name in needed) for one in value
    )


_OWN: Mapping[str, Callable[[Any, Mapping[str, Any]], str | None]] = {
    "id": _id,
    "namespace": _namespace,
    "type": _type,
    "source": _source,
    "custom_metadata": _metadata,
    "retrieval_options.boost_by": _boost,
    f"{_CRAWLER}.parse_options.content_selector": _selectors,
    f"{_CRAWLER}.parse_options.include_headers": _headers,
}


# fields that depend on each other


def _together(document: Mapping[str, Any], paths: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Refusals that two fields cause together (api-errors: 7045, 7093, 7096), when one of them was touched."""

    def at(path: str) -> Any:
        return value_at(document, path)

    indexes = {"index_method.vector", "index_method.keyword"}
    if paths & indexes and at("index_method.vector") is False and at("index_method.keyword") is False:
        yield max(paths & indexes), "one of the two indexes must be kept"
    sitemaps = f"{_CRAWLER}.parse_options.specific_sitemaps"
    if {sitemaps, f"{_CRAWLER}.parse_type"} & paths and at(sitemaps) and at(f"{_CRAWLER}.parse_type") == "discover":
        yield sitemaps, "only with parse_type sitemap"
    if any(path.startswith(_ENDPOINT) for path in paths):
        domains = at(f"{_ENDPOINT}.custom_domains")
        if domains and not at(f"{_ENDPOINT}.enabled"):
            yield f"{_ENDPOINT}.custom_domains", "only with the public endpoint enabled"
        if at(f"{_ENDPOINT}.default_domain_enabled") is False and not domains:
            yield f"{_ENDPOINT}.default_domain_enabled", "without a custom domain there would be no address at all"
