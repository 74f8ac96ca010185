"""Hypothesis strategies for replies: shaped by the contract's schemas, and then broken."""

import copy
import json
from typing import Any

from hypothesis import strategies as st

from .openapi import CONTRACT, operations

ODD_TEXT = st.text(max_size=12) | st.sampled_from(["", "\x1b[2J", "\u202eevil", "\x00", "[/red]", "é" * 3, "\u2028"])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ODD_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ODD_TEXT, inner, max_size=4),
    max_leaves=10,
)
TIMES = st.sampled_from(["2026-08-20T09:15:00.000Z", "2025-03-01T00:00:00Z", "2026-01-01T00:00:00+02:00"])


def shaped(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that fit `schema`, by the keywords that the contract uses."""
    if "$ref" in schema:
        return st.deferred(lambda: shaped(CONTRACT["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]))
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    for union in ("anyOf", "oneOf"):
        if union in schema:
            return st.one_of([shaped(one) for one in schema[union]])
    kinds = schema.get("type", "any")
    return st.one_of([_of_kind(kind, schema) for kind in (kinds if isinstance(kinds, list) else [kinds])])


def _of_kind(kind: str, schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    if kind == "object":
        return _object(schema)
    if kind == "array":
        return st.lists(shaped(schema.get("items", {})), min_size=schema.get("minItems", 0), max_size=3)
    if kind == "string":
        return TIMES if schema.get("format") == "date-time" else _text(schema)
    low, high = schema.get("minimum", 0), schema.get("maximum", 2**40)
    numbers = {
        "integer": st.integers(int(low), int(high)),
        "number": st.floats(low, high, allow_nan=False) | st.integers(int(low), int(high)),
        "boolean": st.booleans(),
        "null": st.none(),
    }
    return numbers.get(kind, st.none() | st.booleans() | st.just({}))


def _text(schema: dict[str, Any]) -> st.SearchStrategy[str]:
    return st.from_regex(schema["pattern"], fullmatch=True).filter(str) if "pattern" in schema else ODD_TEXT


def _object(schema: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    fields = schema.get("properties", {})
    needed = {name: shaped(one) for name, one in fields.items() if name in schema.get("required", ())}
    optional = {name: shaped(one) for name, one in fields.items() if name not in needed}
    return st.fixed_dictionaries(needed, optional=optional)


def reply_to(name: str) -> st.SearchStrategy[Any]:
    """Successful replies to an operation, as JSON values."""
    responses = operations()[name][2]["responses"]
    content = (responses.get("200") or responses["201"])["content"]
    return shaped(content["application/json"]["schema"])


@st.composite
def broken(draw: st.DrawFn, whole: st.SearchStrategy[Any]) -> bytes:
    """A reply with a few of its nodes replaced, removed, or its bytes cut."""
    value = copy.deepcopy(draw(whole))
    for _ in range(draw(st.integers(1, 4))):
        spots = list(_spots(value))
        if not spots:
            break
        parent, key = draw(st.sampled_from(spots))
        if isinstance(parent, dict) and draw(st.booleans()):
            del parent[key]
        else:
            parent[key] = draw(ANYTHING)
    text = json.dumps(value, ensure_ascii=draw(st.booleans())).encode("utf-8", "surrogatepass")
    return text[: draw(st.integers(0, len(text)))] if draw(st.integers(0, 4)) == 0 else text


def _spots(value: Any) -> Any:
    """Every (container, key) in a JSON value."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield value, key
        yield from _spots(inner)
