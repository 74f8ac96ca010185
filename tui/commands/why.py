"""`aisearch why`: where on its way through a search an item is lost."""

from __future__ import annotations

from typing import Any

import msgspec

from tui.commands.exit_codes import DONE, DRIFT
from tui.commands.output import Cell, Heading
from tui.commands.refs import instance
from tui.commands.session import Invocation
from tui.service.lab.pipeline import Passes
from tui.service.lab.why import Explained, Remedy, Why
from tui.service.search_options import SearchOptions, read_options

_COLUMNS = (Heading("stage"), Heading("passes"), Heading("number", shrinks=1))
_LEVELS = {Passes.YES: "ok", Passes.NO: "error", Passes.NOTE: "muted"}


async def run(call: Invocation) -> int:
    """Explain; 0 when the search finds the item, 5 when it does not."""
    key = (await instance(call, call.flags["ref"])).key
    why = Why(call.service.api)
    found = await why.explain(key, call.flags["key"], call.flags["query"], options(call))
    if call.out.as_json:
        call.out.object(as_object(found))
    else:
        rows = ((one.name, Cell(one.verdict.value, _LEVELS[one.verdict]), one.words) for one in found.stages)
        call.out.rows(_COLUMNS, ((row, {}) for row in rows))
        call.out.text(f"\n{found.sentence}")
        if found.remedy:
            call.out.text(remedy_words(found.remedy))
    call.out.note(f"{found.requests} requests")
    return call.finish(DONE if found.found else DRIFT)


def options(call: Invocation) -> SearchOptions:
    """The options of the search that is explained. Raises UsageError."""
    return read_options({name: str(value) for name in SearchOptions.__struct_fields__ if (value := call.flag(name))})


def remedy_words(remedy: Remedy) -> str:
    """What would let the item in, and what came of trying it."""
    if remedy.options is None:
        return remedy.words
    tried = f"then it is at rank {remedy.rank}" if remedy.rank else "but even then it is not found"
    return f"{remedy.words}: {tried}."


def as_object(found: Explained) -> dict[str, Any]:
    """The explanation as a JSON object; the options are those of a request."""
    value: dict[str, Any] = msgspec.to_builtins(found)
    remedy = found.remedy
    value["instance"] = str(found.key)
    value.pop("key")
    if remedy:
        asked = None if remedy.options is None else remedy.options.body()
        value["remedy"] = {"words": remedy.words, "ai_search_options": asked, "rank": remedy.rank}
    return value
