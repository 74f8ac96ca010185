"""`aisearch stats`: the counters of one instance, with its health."""

from __future__ import annotations

from tui.commands.get import flat
from tui.commands.ls import level
from tui.commands.one import row_of
from tui.commands.output import Cell
from tui.commands.refs import instance
from tui.commands.session import Invocation
from tui.commands.values import as_object
from tui.models import Stats


async def run(call: Invocation) -> int:
    """Print them; a count that the API does not tell is `-`, and null in JSON."""
    found = await instance(call, call.flag("ref"))
    row = await row_of(call, found)
    value = as_object(row.stats or Stats(), health=row.health.word)
    shown: list[tuple[str, str | Cell]] = [("instance", str(found.key)), ("health", Cell(row.word, level(row.health)))]
    shown += [(name, text) for name, text in flat(value) if name != "health"]
    call.out.fields(shown, value)
    return call.finish()
