"""`aisearch ls`: the instances with their health, counters and age, trouble first."""

from __future__ import annotations

from typing import Any

from tui.commands.fleet import FleetWanted, read_fleet
from tui.commands.output import Cell, Heading
from tui.commands.parser import did_you_mean
from tui.commands.session import Invocation
from tui.commands.values import as_object
from tui.errors import UsageError
from tui.state.health import Health
from tui.state.instance_rows import Row
from tui.text import count

COLUMNS = (
    Heading("instance", shrinks=1),
    Heading("state"),
    Heading("errors", right=True),
    Heading("queued", right=True),
    Heading("indexed", right=True),
    Heading("age", right=True),
    Heading("source", shrinks=2),
)
_COUNTS = ("queued", "running", "completed", "error", "skipped", "outdated")


async def run(call: Invocation) -> int:
    """List them; partial where counters could not be read."""
    words = states(call.flag("state", ""))
    namespace = call.flag("namespace") or call.settings.namespace
    rows = await read_fleet(call, FleetWanted(stats=not call.flag("no_stats"), namespace=namespace))
    shown = [row for row in rows if not words or row.health.word in words or row.word in words]
    call.out.rows(COLUMNS, ((cells(row), object_of(row)) for row in shown))
    return call.finish()


def states(text: str) -> frozenset[str]:
    """The words of --state. Raises UsageError for one that no instance can have."""
    known = {one.word for one in Health}
    words = [" ".join(word.strip().lower().replace("-", " ").replace("_", " ").split()) for word in text.split(",")]
    for word in filter(None, words):
        if word not in known:
            hint = did_you_mean(word, known).removeprefix("; ")
            raise UsageError(f"No state is called {word!r}", hint, f"They are: {', '.join(sorted(known))}.")
    return frozenset(filter(None, words))


def level(health: Health) -> str:
    """How grave a state is, as the colour of its word."""
    if health.rank <= Health.STALLED.rank:
        return "error"
    return {Health.ERRORS: "warning", Health.MALFORMED: "warning", Health.READY: "ok"}.get(health, "")


def cells(row: Row) -> tuple[str | Cell, ...]:
    """One instance as a row of the table; `-` where a count is unknown."""
    return (
        str(row.key),
        Cell(row.word, level(row.health)),
        Cell(count(row.error), "error" if row.error else ""),
        count(row.queued),
        count(row.completed),
        row.age,
        Cell(row.source, "muted"),
    )


def object_of(row: Row) -> dict[str, Any]:
    """One instance and its counters under the API's own names, with its health; null where a count is unknown."""
    stats = None if row.stats is None or row.stats.degraded else row.stats
    counters = {name: getattr(stats, name, None) for name in _COUNTS}
    return as_object(row.instance, **counters, health=row.health.word)
