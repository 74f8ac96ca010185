"""Values that the API's own contract allows, for any of its schemas."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

CONTRACT = json.loads((Path(__file__).parents[1] / "contract" / "ai-search.openapi.json").read_text())
SCHEMAS: Mapping[str, Any] = CONTRACT["components"]["schemas"]
PLAIN = {"integer": 3, "number": 2.0, "boolean": True, "null": None}


def sample(schema: Mapping[str, Any], *, nulls: bool) -> Any:
    """A value of a schema with every property present; with `nulls`, null wherever the contract allows it."""
    if "$ref" in schema:
        return sample(SCHEMAS[schema["$ref"].rpartition("/")[2]], nulls=nulls)
    for union in ("anyOf", "oneOf"):
        if union in schema:
            choices = [sample(one, nulls=nulls) for one in schema[union]]
            return next((one for one in choices if (one is None) is nulls), choices[0])
    if "allOf" in schema:
        return {name: value for part in schema["allOf"] for name, value in sample(part, nulls=nulls).items()}
    kinds = schema["type"] if isinstance(schema.get("type"), list) else [schema.get("type", "object")]
    if nulls and "null" in kinds:
        return None
    return _of_kind(next(kind for kind in kinds if kind != "null"), schema, nulls)


def _of_kind(kind: str, schema: Mapping[str, Any], nulls: bool) -> Any:
    if kind in PLAIN:
        return PLAIN[kind]
    if kind == "array":
        return [sample(schema["items"], nulls=nulls)] if "items" in schema else []
    if kind == "object":
        return {name: sample(one, nulls=nulls) for name, one in schema.get("properties", {}).items()}
    if "enum" in schema:
        return next(value for value in schema["enum"] if value is not None)
    return "2026-03-01T12:30:00Z" if schema.get("format") == "date-time" else "text"
