"""What was measured against what is asked for: rows, a table, and JSON."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Result:
    """One figure. `limit` is the most that it may be, in the same unit; None where it is there to compare with."""

    what: str
    value: float
    unit: str
    limit: float | None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """The part of the limit that is used; None without a limit."""
        return None if self.limit is None else self.value / self.limit if self.limit else float(self.value > 0)

    @property
    def ok(self) -> bool:
        """Whether the limit is kept."""
        return self.limit is None or self.value <= self.limit


def missed(what: str, error: Exception) -> Result:
    """A figure that could not be taken, which counts as a limit that was missed."""
    return Result(what, 1, "failure", 0, f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}")


def table(results: Iterable[Result]) -> str:
    """Value, limit, the ratio of the two, and whether it is kept."""
    lines = [f"{'':<58}{'value':>12} {'limit':>10} {'ratio':>6}  ok"]
    for one in results:
        limit = "" if one.limit is None else f"{one.limit:,.10g}"
        ratio = "" if one.ratio is None else f"{one.ratio:.2f}"
        kept = "" if one.limit is None else "yes" if one.ok else "NO"
        value = f"{number(one.value)} {one.unit}".strip()
        lines.append(f"{one.what:<58}{value:>12} {limit:>10} {ratio:>6}  {kept:<4}{one.note}".rstrip())
    return "\n".join(lines)


def number(value: float) -> str:
    """Three significant digits, whole numbers as they are."""
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def write(results: Iterable[Result], path: Path) -> None:
    """The same as JSON, with what it was measured on."""
    rows = [{**asdict(one), "ratio": one.ratio, "ok": one.ok} for one in results]
    machine = {"python": platform.python_version(), "cores": os.cpu_count(), "load": os.getloadavg()[0]}
    path.write_text(json.dumps({"machine": machine, "results": rows}, indent=1) + "\n")
