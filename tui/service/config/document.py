"""A configuration as a JSON document: its fields by dotted path, and what differs between two of them. Pure."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tui.models.put_body import FIXED, FREE_MAPS, SERVER_OWNED, put_body, same
from tui.service.config.fields import BY_PATH, FIELDS

READ_ONLY = FIXED | SERVER_OWNED | {"enable"}
"""What a PUT does not take: identity, and what the server keeps by itself (contract: InstanceUpdate)."""


class _Missing:
    """The value of a field that a document does not have; it is not null."""

    def __repr__(self) -> str:
        return "MISSING"

    def __bool__(self) -> bool:
        return False


MISSING = _Missing()


def value_at(document: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path; MISSING where the document has none."""
    value: Any = document
    for name in path.split("."):
        if not isinstance(value, Mapping) or name not in value:
            return MISSING
        value = value[name]
    return value


def with_value(document: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The document with another value at a path; objects on the way are made. MISSING takes the value away."""
    name, _, rest = path.partition(".")
    changed = dict(document)
    if rest:
        inner = document.get(name)
        inner = with_value(inner if isinstance(inner, Mapping) else {}, rest, value)
        if inner or name in document:
            changed[name] = inner
    elif value is MISSING:
        changed.pop(name, None)
    else:
        changed[name] = copy.deepcopy(value)
    return changed


def editable(document: Mapping[str, Any]) -> dict[str, Any]:
    """What of a document can be changed: fields in the order of the form, then those that the console does not know."""
    known = [field.top for field in FIELDS if field.top in document]
    names = dict.fromkeys([*known, *(name for name in document if name not in READ_ONLY)])
    return {name: document[name] for name in names}


def changes(base: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The top-level fields of `wanted` that differ from `base`, as a PUT sends them.

    What `wanted` leaves out stays as it is, at every depth: omitted means unchanged (api-facts: Instances).
    """
    return put_body(base, editable(wanted))


def left_out(base: Mapping[str, Any], wanted: Mapping[str, Any]) -> tuple[str, ...]:
    """Paths that `base` has and `wanted` does not: they stay, whatever who removed them thought."""
    return tuple(_left_out("", editable(base), wanted))


def _left_out(path: str, base: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[str]:
    for name, value in base.items():
        here = f"{path}.{name}" if path else name
        if name not in wanted:
            yield here
        elif isinstance(value, Mapping) and isinstance(wanted[name], Mapping) and name not in FREE_MAPS:
            yield from _left_out(here, value, wanted[name])


def touched(base: Mapping[str, Any], wanted: Mapping[str, Any], paths: Iterable[str] | None = None) -> tuple[str, ...]:
    """The known fields whose values differ, in the order of the form."""
    return tuple(
        path for path in (BY_PATH if paths is None else paths) if not same(value_at(base, path), value_at(wanted, path))
    )


def strangers(changed: Iterable[str]) -> tuple[str, ...]:
    """The top-level fields among `changed` that neither the contract nor the console knows."""
    known = {field.top for field in FIELDS} | {"hybrid_search_enabled", "metadata"}
    return tuple(name for name in changed if name not in known)
