"""Metadata filters to SQL. Two dialects: Vectorize's `{"folder": {"$in": [...]}}` and AutoRAG's typed tree."""

from __future__ import annotations

import re
from typing import Any

from tui.emulator.errors import ApiError
from tui.emulator.times import parse_moment

Condition = tuple[str, tuple[Any, ...]]
_COMPARISONS = {"$eq": "=", "$ne": "!=", "$gt": ">", "$gte": ">=", "$lt": "<", "$lte": "<="}
_LISTS = {"$in": "IN", "$nin": "NOT IN"}
_FIELD = re.compile(r"[A-Za-z0-9_.-]{1,128}")
DEEPEST, MOST_CONDITIONS, MOST_VALUES = 10, 200, 1000
LARGEST_INTEGER = 2**63 - 1


def compile_filter(wanted: object) -> Condition:
    """Return an SQL condition on the item row `i` and its parameters; raises 400/7058, 7057, 7015 or 7016."""
    if wanted is None or wanted == {}:
        return "1", ()
    if not isinstance(wanted, dict):
        raise ApiError.named("invalid_metadata_filter")
    if "type" in wanted and ("filters" in wanted or "key" in wanted):
        found = _typed(wanted, DEEPEST)
    else:
        found = _join([_field(name, condition) for name, condition in wanted.items()], "AND")
    if len(found[1]) > MOST_VALUES or found[0].count("(") > 4 * MOST_CONDITIONS:  # far below what SQLite takes
        raise ApiError.named("invalid_metadata_filter")
    return found


def _join(parts: list[Condition], word: str) -> Condition:
    """Join conditions by AND or OR; 400/7058 for more than SQLite could nest."""
    if len(parts) > MOST_CONDITIONS:
        raise ApiError.named("invalid_metadata_filter")
    clause = f" {word} ".join(f"({sql})" for sql, _ in parts)
    return clause or "1", tuple(value for _, values in parts for value in values)


def _field(name: str, condition: object) -> Condition:
    if not isinstance(condition, dict):
        return _compare(name, "$eq", condition)
    if not condition:
        raise ApiError.named("invalid_metadata_filter")
    return _join([_compare(name, operator, value) for operator, value in condition.items()], "AND")


def _compare(name: str, operator: str, value: object) -> Condition:
    if not _FIELD.fullmatch(name):
        raise ApiError.named("invalid_metadata_filter")
    column, key = ("i.timestamp", ()) if name == "timestamp" else ("json_extract(i.metadata, ?)", (f'$."{name}"',))
    if operator in _LISTS:
        if not isinstance(value, list) or not value:
            raise ApiError.named("invalid_metadata_filter")
        found = f"{column} {_LISTS[operator]} ({', '.join('?' for _ in value)})"
        values = (*key, *(_value(name, one) for one in value))
        return _or_missing(found, values, column, key) if operator == "$nin" else (found, values)
    if operator not in _COMPARISONS:
        raise ApiError.named("invalid_metadata_filter")
    if value is None:
        if operator not in {"$eq", "$ne"}:
            raise ApiError.named("invalid_metadata_filter")
        return f"{column} IS {'NOT ' if operator == '$ne' else ''}NULL", key
    found, values = f"{column} {_COMPARISONS[operator]} ?", (*key, _value(name, value))
    return _or_missing(found, values, column, key) if operator == "$ne" else (found, values)


def _or_missing(found: str, values: tuple[Any, ...], column: str, key: tuple[str, ...]) -> Condition:
    """Let the documents without the field pass too: it differs from every value."""
    return f"{found} OR {column} IS NULL", (*values, *key)


def _value(name: str, value: object) -> str | float | int:
    if name == "timestamp":
        moment = parse_moment(value)
        if moment is None:
            raise ApiError.named("invalid_datetime_filter_value")
        return moment
    if not isinstance(value, str | int | float):
        raise ApiError.named("invalid_metadata_filter")
    return float(value) if isinstance(value, int) and abs(value) > LARGEST_INTEGER else value


def _typed(node: dict[str, Any], levels: int) -> Condition:
    """Translate `{"type": "and", "filters": [...]}` and `{"type": "eq", "key": ..., "value": ...}`."""
    if not levels:
        raise ApiError.named("invalid_metadata_filter")
    kind = str(node.get("type"))
    if kind not in {"and", "or"}:
        if "key" not in node or "value" not in node:
            raise ApiError.named("invalid_metadata_filter")
        return _compare(str(node["key"]), f"${kind}", node["value"])
    parts = node.get("filters")
    if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
        raise ApiError.named("invalid_metadata_filter")
    if kind == "or":
        _check_or(parts)
    return _join([_typed(part, levels - 1) for part in parts], kind.upper())


def _check_or(parts: list[dict[str, Any]]) -> None:
    """An `or` takes only `eq` filters, all on one key: the rules behind 7015 and 7016."""
    if any(part.get("type") != "eq" for part in parts):
        raise ApiError.named("filter_or_operator_only_supports_eq_filters")
    if len({part.get("key") for part in parts}) > 1:
        raise ApiError.named("filter_or_operator_does_not_support_different_keys")
