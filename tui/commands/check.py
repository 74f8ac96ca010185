"""`aisearch check`: one line in the form of monitoring plugins, with performance data, from what is kept where it may.

With `--json` one object instead.

Exit codes of that form: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN, also where the API cannot be reached.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from msgspec import Struct

from tui.commands.fleet import NAMED, FleetWanted, read_fleet
from tui.commands.output import Output
from tui.commands.refs import instances
from tui.commands.session import Invocation
from tui.commands.values import seconds
from tui.errors import AppError
from tui.models import InstanceKey
from tui.state.health import Health
from tui.state.instance_rows import Row
from tui.text import age, one_line, plural

OK, WARNING, CRITICAL, UNKNOWN = range(4)
WORDS = ("OK", "WARNING", "CRITICAL", "UNKNOWN")
_WORSE = (OK, UNKNOWN, WARNING, CRITICAL)
"""From best to worst: what is known to be wrong goes before what is not known."""
OLDEST = "oldest"
"""The measure that is in seconds; all others are counts."""


class Limits(Struct, frozen=True):
    """What is too much. `errors` is a number of failed items, the others are in seconds; None is no limit."""

    errors: int | None = None
    age: float | None = None
    stalled: float = 1800.0


class Verdict(NamedTuple):
    """What is said of one instance."""

    level: int
    name: str
    words: str
    key: InstanceKey | None = None
    """The instance; None for what concerns no single one."""

    @property
    def object(self) -> dict[str, Any]:
        """As it stands in JSON."""
        where = (self.key.namespace, self.key.id) if self.key else (None, None)
        return dict(zip(("namespace", "id"), where, strict=True)) | {
            "state": WORDS[self.level],
            "code": self.level,
            "said": self.words if self.key else f"{self.name} {self.words}",
        }


async def run(call: Invocation) -> int:
    """Print the line; the exit code is the worst of all instances."""
    errors, most = call.flag("max_errors"), call.flag("max_age")
    limits = Limits(
        None if errors is None else int(errors),
        seconds(most, "--max-age") if most else None,
        seconds(call.flag("stalled", "30m"), "--stalled"),
    )
    young = seconds(call.flag("max_staleness", "15m"), "--max-staleness")
    refs = call.flag("refs") or ()
    keys = frozenset([one.key for one in await instances(call, refs)]) if refs else None
    namespace = None if refs else call.flag("namespace") or call.settings.namespace
    rows = await read_fleet(call, FleetWanted(young=young, spread=True, namespace=namespace, keys=keys))
    found = [verdict for row in rows for verdict in verdicts(row, limits, call.now)]
    if call.unread:
        found.append(Verdict(UNKNOWN, plural(len(call.unread), "value"), "not read"))
    level = max((one.level for one in found), key=_WORSE.index, default=OK)
    measured = measures(rows, call.now)
    if call.out.as_json:
        call.out.object(whole(level, message(found, rows), found, measured))
    else:
        call.out.text(line(level, message(found, rows), measured))
    return level


def verdicts(row: Row, limits: Limits, now: float) -> Iterable[Verdict]:
    """What is wrong with one instance; `now` in epoch seconds."""
    say = partial(Verdict, name=str(row.key), key=row.key)
    if row.health in (Health.FAILED, Health.PAUSED_BY_ERROR):
        yield say(CRITICAL, words=row.word)
    elif row.health is Health.STALLED:
        silent = now - row.activity if row.activity is not None else None
        long = silent is None or silent >= limits.stalled
        yield say(CRITICAL if long else WARNING, words=f"stalled for {age(silent)}" if silent else "stalled")
    elif row.health in (Health.MALFORMED, Health.UNREAD, Health.UNCOUNTED):
        yield say(UNKNOWN, words=row.word)
    if limits.errors is not None and (row.error or 0) > limits.errors:
        yield say(CRITICAL, words=f"{plural(row.error or 0, 'error')}, at most {limits.errors:,}")
    elif limits.errors is None and row.health is Health.ERRORS:
        yield say(WARNING, words=plural(row.error, "error") if row.error else row.word)
    if (late := _late(row, limits.age, now)) is not None:
        yield say(WARNING, words=f"nothing for {age(late)}")


def _late(row: Row, most: float | None, now: float) -> float | None:
    """How long nothing has happened to an instance that should be synced, when that is too long."""
    if most is None or row.health in (Health.PAUSED, Health.DISABLED) or not row.instance.has_source:
        return None
    ended = row.newest.ended_s if row.newest else None
    seen = max((at for at in (row.activity, ended) if at is not None), default=None)
    if seen is None:
        return None
    return now - seen if now - seen > most else None


def worst_first(found: Sequence[Verdict]) -> list[Verdict]:
    """What is not OK."""
    return sorted((one for one in found if one.level), key=lambda one: (-_WORSE.index(one.level), one.name))


def message(found: Sequence[Verdict], rows: Sequence[Row]) -> str:
    """What is wrong, the worst first and cut when it is much, or that nothing is."""
    worst = worst_first(found)
    told = [f"{one.name} {one.words}" for one in worst[:NAMED]]
    told += [f"{len(worst) - NAMED:,} more"] if len(worst) > NAMED else []
    return ", ".join(told) or f"{plural(len(rows), 'instance')}, nothing wrong"


def line(level: int, words: str, measured: Mapping[str, int]) -> str:
    """`AISEARCH CRITICAL - a failed, b 6 errors | instances=17 ...`: one line, whatever the names are."""
    values = " ".join(f"{name}={value}{'s' if name == OLDEST else ''}" for name, value in measured.items())
    return f"AISEARCH {WORDS[level]} - {one_line(words).replace('|', '/')}{f' | {values}' if values else ''}"


def whole(level: int, words: str, found: Sequence[Verdict], measured: Mapping[str, int]) -> dict[str, Any]:
    """The same as one object: every finding, and nothing cut."""
    return {
        "state": WORDS[level],
        "code": level,
        "message": words,
        "findings": [one.object for one in worst_first(found)],
        "performance": dict(measured),
    }


def measures(rows: Sequence[Row], now: float) -> dict[str, int]:
    """Counts by their labels; the age of the oldest counter in seconds."""
    return dict(_measures(rows, now))


def _measures(rows: Sequence[Row], now: float) -> Iterable[tuple[str, int]]:
    tally = Counter(row.health for row in rows)
    yield "instances", len(rows)
    for name, states in (
        ("failed", (Health.FAILED, Health.PAUSED_BY_ERROR)),
        ("stalled", (Health.STALLED,)),
        ("running", (Health.RUNNING, Health.QUEUED)),
        ("with_errors", (Health.ERRORS,)),
    ):
        yield name, sum(tally[state] for state in states)
    for name, counts in (
        ("errors", [row.error for row in rows]),
        ("queued", [row.queued for row in rows]),
        ("indexed", [row.completed for row in rows]),
    ):
        yield name, int(sum(one or 0 for one in counts))
    oldest = min((row.counted for row in rows if row.counted is not None), default=now)
    yield OLDEST, round(max(0.0, now - oldest))


def refused(out: Output, error: AppError) -> int:
    """Nothing is known: one line all the same, and UNKNOWN."""
    if out.as_json:
        out.object(whole(UNKNOWN, str(error), (), {}))
    else:
        out.text(line(UNKNOWN, str(error), {}))
    return UNKNOWN
