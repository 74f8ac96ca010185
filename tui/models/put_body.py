"""The body of a PUT of an instance, from what the server has and what is wanted. Pure.

PUT leaves omitted top-level fields alone, replaces `public_endpoint_params` wholesale, and what it does with the other
nested objects is unknown (api-facts: Instances). So a changed object goes out whole, completed from a fresh read.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from tui.errors import UsageError

FIXED = frozenset({"id", "type", "namespace"})
"""What PUT cannot change: an id and a kind stay, a namespace changes by a move."""
SERVER_OWNED = frozenset(
    {
        "account_id",
        "account_tag",
        "created_at",
        "created_by",
        "engine_version",
        "internal_id",
        "last_activity",
        "modified_at",
        "modified_by",
        "public_endpoint_id",
        "status",
        "vectorize_active_namespace",
        "vectorize_name",
    }
)
"""What the server keeps by itself. An edited document holds old values of these: they are not sent."""
FREE_MAPS = frozenset({"include_headers"})
"""Maps whose names the operator chooses: taken as wanted, or a removed name would come back by merging."""


def put_body(exact: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of `wanted` that differ from `exact`, the untouched result of a fresh GET.

    A nested object is `exact`'s with `wanted`'s values over it, at every depth, so that fields unknown to us survive;
    lists, and maps of free names, are as wanted. An empty body means that nothing would change. Raises UsageError for
    a field that PUT cannot change.
    """
    body: dict[str, Any] = {}
    for name, value in wanted.items():
        if name in SERVER_OWNED:
            continue
        merged = _merged(name, exact.get(name), value)
        if name in exact and same(exact[name], merged):
            continue
        if name in FIXED:
            raise UsageError(
                f"`{name}` cannot be changed", "It is fixed when an instance is created.", "Create a new one."
            )
        body[name] = merged
    return body


def not_stored(sent: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[str, ...]:
    """Dotted paths of what was sent and is not in `now`, a fresh read: PUT drops what stands at the wrong level.

    It does so with a success (api-facts: Instances). An empty value asks for the default, so any value may follow it.
    """
    return tuple(_not_stored("", sent, now))


def _not_stored(path: str, sent: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    for name, value in sent.items():
        here, stored = f"{path}{name}", now.get(name)
        if value in (None, "", [], {}):
            continue
        if isinstance(value, Mapping) and isinstance(stored, Mapping):
            yield from _not_stored(f"{here}.", value, stored)
        elif not same(value, stored):
            yield here


def same(left: Any, right: Any) -> bool:
    """Whether two JSON values are equal. Unlike Python's `==`, true is not 1."""
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return left.keys() == right.keys() and all(same(left[name], right[name]) for name in left)
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return len(left) == len(right) and all(map(same, left, right))
    return isinstance(left, bool) == isinstance(right, bool) and bool(left == right)


def _merged(name: str, old: Any, new: Any) -> Any:
    if not isinstance(old, Mapping) or not isinstance(new, Mapping) or name in FREE_MAPS:
        return copy.deepcopy(new)
    inner = {key: _merged(key, old.get(key), value) for key, value in new.items()}
    return {**copy.deepcopy(dict(old)), **inner}
