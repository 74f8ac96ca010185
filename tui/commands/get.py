"""`aisearch get` and `aisearch stats`: every field that the API has of one instance, and its counters."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tui.commands.ls import level
from tui.commands.one import row_of
from tui.commands.output import Cell
from tui.commands.refs import instance
from tui.commands.session import Invocation
from tui.commands.values import as_object
from tui.models import Stats


async def run(call: Invocation) -> int:
    """Print its fields by dotted name, or as one JSON object, with its health."""
    found = await instance(call, call.flag("ref"))
    document = await call.service.configs.open(found.key)
    row = await row_of(call, document.instance)
    pairs: list[tuple[str, str | Cell]] = [("health", Cell(row.word, level(row.health)))]
    pairs += [("because", row.witness(call.now)), *flat(document.shown)]
    call.out.fields(pairs, {**document.shown, "health": row.health.word})
    return call.finish()


async def stats(call: Invocation) -> int:
    """Print its counters; one that the API does not tell is `-`, and null in JSON."""
    found = await instance(call, call.flag("ref"))
    row = await row_of(call, found)
    value = as_object(row.stats or Stats(), health=row.health.word)
    shown: list[tuple[str, str | Cell]] = [("instance", str(found.key)), ("health", Cell(row.word, level(row.health)))]
    shown += [(name, text) for name, text in flat(value) if name != "health"]
    call.out.fields(shown, value)
    return call.finish()


def flat(value: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Each field by its dotted path and as text: lists and empty objects as JSON, null as `-`."""
    for name, inner in value.items():
        path = f"{above}{name}"
        if isinstance(inner, Mapping) and inner:
            yield from flat(inner, f"{path}.")
        elif isinstance(inner, str):
            yield path, inner
        else:
            yield path, "-" if inner is None else json.dumps(inner, ensure_ascii=False)
