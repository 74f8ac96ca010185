"""A setting as text in a form, and back. Pure."""

from __future__ import annotations

import json
from typing import Any

from tui.service.config.document import MISSING
from tui.service.config.fields import Field, Kind

TYPED = frozenset({Kind.TEXT, Kind.INTEGER, Kind.NUMBER})
"""Kinds that are typed into the row itself."""
SHEETS = frozenset({Kind.LONG, Kind.LIST, Kind.JSON})
"""Kinds that need a window of their own."""


def written(field: Field, value: Any) -> str:
    """The value as somebody would type it; empty when there is none."""
    if value is MISSING or value is None:
        return ""
    if field.kind is Kind.LIST and isinstance(value, list) and all(isinstance(one, str) for one in value):
        return "\n".join(value)
    if isinstance(value, str):
        return value
    if field.kind is Kind.JSON:
        return json.dumps(value, indent=2, ensure_ascii=False)
    return json.dumps(value, ensure_ascii=False)


def read(field: Field, text: str) -> Any:
    """The value that a text means. Raises ValueError with the words for who typed it."""
    if field.kind is Kind.LIST:
        return [line.strip() for line in text.splitlines() if line.strip()]
    if field.kind in (Kind.INTEGER, Kind.NUMBER):
        return _number(field, text.strip())
    if field.kind is Kind.JSON:
        return _json(text)
    if field.kind is Kind.LONG:
        return text or None
    return text.strip() or (None if field.nullable else "")


def _number(field: Field, text: str) -> int | float | object:
    if not text:
        return MISSING
    try:
        return int(text.replace(",", "").replace("_", ""))
    except ValueError:
        if field.kind is Kind.INTEGER:
            raise ValueError(f"{field.kind.value} is needed") from None
    try:
        value = float(text)
    except ValueError:
        raise ValueError(f"{field.kind.value} is needed, such as {field.default or 0.5}") from None
    if value != value or value in (float("inf"), float("-inf")):
        raise ValueError(f"{field.kind.value} is needed")
    return value


def _json(text: str) -> Any:
    if not text.strip():
        return MISSING
    try:
        return json.loads(text)
    except ValueError as error:
        raise ValueError(f"not JSON: {error}") from None
