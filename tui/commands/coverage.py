"""`aisearch coverage`: the items of an instance against a list of what its source should hold, or its sitemap."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import msgspec

from tui.commands.exit_codes import DONE, DRIFT
from tui.commands.output import Cell, Heading
from tui.commands.refs import instance
from tui.commands.session import Invocation
from tui.errors import UsageError
from tui.service.lab.coverage import Coverage, Reconcile, Standing
from tui.service.lab.listings import read_listing
from tui.service.lab.sitemap import of_sitemap
from tui.text import safe

MOST_BYTES = 256 * 1024 * 1024
_COLUMNS = (Heading("standing"), Heading("key", shrinks=1), Heading("why", shrinks=2))
_LEVELS = {
    Standing.MISSING: "error",
    Standing.FAILED: "error",
    Standing.STALE: "warning",
    Standing.ORPHANED: "warning",
    Standing.WAITING: "warning",
    Standing.EXCLUDED: "muted",
}


async def run(call: Invocation) -> int:
    """Reconcile; 5 when less than --min percent of the expected documents are indexed."""
    least = call.flag("min")
    if least is not None and not 0 <= least <= 100:
        raise UsageError("Wrong value of --min", f"{least:g} is not a percentage.", "Write a number from 0 to 100.")
    one = await instance(call, call.flags["ref"])
    if call.flag("sitemap"):
        from tui.api.public import Pages

        listed = await of_sitemap(one, call.flags["sitemap"], Pages)
    else:
        listed = read_listing(await asyncio.to_thread(_read, call.flag("file", "-")))
    found = await Reconcile(call.service.api).coverage(one.key, listed)
    _show(call, found)
    missed = least is not None and found.share < least
    if missed:
        call.out.problem(f"gate: {found.share:.2f} % of the documents are indexed, less than {least:g} %.")
    return call.finish(DRIFT if missed else DONE)


def _show(call: Invocation, found: Coverage) -> None:
    shown = [one for one in found.findings if one.standing is not Standing.INDEXED or call.flag("all")]
    order = list(Standing)
    shown.sort(key=lambda one: (order.index(one.standing), one.key))
    summary = {"instance": str(found.key), "expected": found.expected, "percent": round(found.share, 2), **found.counts}
    if call.out.as_json:
        call.out.object({**summary, "findings": [msgspec.to_builtins(one) for one in shown]})
        return
    call.out.rows(
        _COLUMNS,
        (((Cell(one.standing.value, _LEVELS.get(one.standing, "")), one.key, one.why), {}) for one in shown),
    )
    counts = ", ".join(f"{number:,} {name}" for name, number in found.counts.items() if number)
    call.out.note(f"{found.share:.2f} % of {found.expected:,} documents are indexed ({counts or 'none'})")


def _read(name: str) -> str:
    """The text of a file, `-` for standard input. Raises UsageError."""
    try:
        if name == "-":
            data = sys.stdin.buffer.read(MOST_BYTES + 1)
        else:
            with Path(name).open("rb") as file:
                data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError("Cannot read the list", f"{safe(name)}: {error.strerror}.") from None
    if len(data) > MOST_BYTES:
        raise UsageError("The list is too large", f"More than {MOST_BYTES // 1024 // 1024} MiB.")
    return data.decode("utf-8-sig", "replace")
