"""`aisearch metrics`: gauges in the text form of Prometheus, from what is kept where that is young enough."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tui.commands.fleet import FleetWanted, read_fleet
from tui.commands.session import Invocation
from tui.commands.values import seconds
from tui.errors import UsageError
from tui.state.health import Health
from tui.state.instance_rows import Row
from tui.system.private_files import replace_file

MODE = 0o644
"""A collector reads the file as another user; nothing in it is secret but names."""
_STATUSES = ("queued", "running", "completed", "error", "skipped", "outdated")
_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


async def run(call: Invocation) -> int:
    """Print them, or put them in the place of a file at once; partial where something could not be read."""
    young = seconds(call.flag("max_staleness", "15m"), "--max-staleness")
    namespace = call.flag("namespace") or call.settings.namespace
    rows = await read_fleet(call, FleetWanted(young=young, spread=True, namespace=namespace))
    text = "\n".join(_text(rows, len(call.unread), call)) + "\n"
    path = call.flag("textfile")
    if not path:
        call.out.text(text, "")
        return call.finish()
    try:
        replace_file(Path(path), text, mode=MODE)
    except OSError as error:
        raise UsageError("Cannot write the file", f"{path}: {error.strerror}.", "Choose another folder.") from None
    return call.finish()


def _text(rows: Sequence[Row], unread: int, call: Invocation) -> Iterator[str]:
    yield from _head("aisearch_instance_items", "Items of an instance by status.")
    for row in rows:
        for status in _STATUSES if row.stats and not row.stats.degraded else ():
            value = getattr(row.stats, status)
            if value is not None:
                yield f"aisearch_instance_items{labels(row, status=status)} {value}"
    yield from _head("aisearch_instance_health", "1 for the state that an instance is in.")
    yield from (f"aisearch_instance_health{labels(row, health=row.health.word)} 1" for row in rows)
    yield from _times(
        "aisearch_instance_activity_timestamp_seconds",
        "When something last happened to an instance.",
        rows,
        lambda row: row.activity,
    )
    yield from _times(
        "aisearch_instance_read_timestamp_seconds",
        "When the counters of an instance were read.",
        rows,
        lambda row: row.counted,
    )
    yield from _head("aisearch_instances", "Instances by state.")
    for health in Health.__members__.values():
        many = sum(row.health is health for row in rows)
        yield f'aisearch_instances{{health="{health.word}"}} {many}'
    yield from _head("aisearch_unread_values", "What could not be read in this run.")
    yield f"aisearch_unread_values {unread}"
    budget = call.service.api.budget
    yield from _head("aisearch_request_budget_used", "Requests of the budget that are used up, as far as is known.")
    yield f"aisearch_request_budget_used {budget.used}"
    yield from _head("aisearch_request_budget_limit", "Requests that the budget has in its window.")
    yield f"aisearch_request_budget_limit {budget.limit}"


def _times(name: str, told: str, rows: Sequence[Row], at: Callable[[Row], float | None]) -> Iterator[str]:
    yield from _head(name, told)
    for row in rows:
        when = at(row)
        if when is not None:
            yield f"{name}{labels(row)} {when:.3f}"


def _head(name: str, told: str) -> Iterator[str]:
    yield f"# HELP {name} {told}"
    yield f"# TYPE {name} gauge"


def labels(row: Row, **more: str) -> str:
    """Namespace and name of the instance, and `more`, with quotes, backslashes and line ends escaped."""
    values = {"namespace": row.key.namespace, "instance": row.key.id, **more}
    return "{" + ",".join(f'{name}="{value.translate(_ESCAPES)}"' for name, value in values.items()) + "}"
