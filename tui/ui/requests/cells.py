"""Columns, cells and the full text of the request log."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from textwrap import wrap

from rich.text import Text

from tui.contract import Exchange
from tui.text import count, one_line, safe
from tui.ui.curl import curl
from tui.ui.kit.cut import widest
from tui.ui.kit.row_table.row_table import Column
from tui.ui.look import Look

LABEL = 11
"""Cells of a label."""
_ACCOUNT = re.compile(r"^/accounts/[^/]+(/ai-search)?/?")
_INSTANCE = re.compile(r"^namespaces/([^/]+)/instances/([^/]+)")
COLUMNS = (
    Column("time", "TIME", width=8),
    Column("method", "METHOD", width=6),
    Column("path", "PATH", min_width=24, most=72, grow=5, name=True),
    Column("status", "HTTP", width=4, align="right"),
    Column("millis", "MS", width=6, align="right"),
    Column("retries", "TRY", width=3, align="right", drop=2),
    Column("ray", "CF-RAY", width=20, drop=4),
    Column("failure", "FAILURE", min_width=0, most=40, drop=1),
)


def contents(rows: Sequence[Exchange]) -> dict[str, int]:
    """Cells of the longest path and the longest failure among these calls: a failure that is not there needs none."""
    return {
        "path": widest(one_line(safe(short_path(one))) for one in rows),
        "failure": widest(one_line(safe(one.failure)) for one in rows),
    }


def cells(one: Exchange, look: Look) -> tuple[Text | str, ...]:
    """One cell a column of COLUMNS. Reads are quiet, writes and failures are not."""
    return (
        look.text(datetime.fromtimestamp(one.started).strftime("%H:%M:%S"), "muted"),
        one.method if one.method == "GET" else Text(one.method, "bold"),
        one_line(safe(short_path(one))),
        look.text(str(one.status or "-"), _meaning(one)),
        count(one.millis),
        look.text(str(one.retries), "warning" if one.retries else "muted"),
        look.text(one_line(safe(one.ray or "-")), "muted"),
        look.text(one_line(safe(one.failure)), "error"),
    )


def short_path(one: Exchange) -> str:
    """The path without what is the same in nearly every line: `archive/old-blog/stats`; with the query."""
    path = _INSTANCE.sub(r"\1/\2", _ACCOUNT.sub("", one.path))
    return path + (f"?{one.query}" if one.query else "")


def _meaning(one: Exchange) -> str:
    if one.status is None:
        return "warning" if one.failure == "cancelled" else "error"
    return "success" if one.status < 400 else "error"


def _fact(name: str, value: str, width: int, look: Look) -> Iterator[Text]:
    """Label and value; a long value goes on below itself."""
    room = max(LABEL, width - LABEL)
    lines = [part for line in value.splitlines() for part in wrap(line, room, break_on_hyphens=False)]
    for number, line in enumerate(lines):
        yield Text.assemble((f"{'' if number else name:<{LABEL}}", look.style("muted")), line)


def in_full(one: Exchange, base_url: str, look: Look, width: int) -> Text:
    """Everything that is known of one call, `width` cells wide, and the command that sends it again."""
    facts = (
        ("Time", datetime.fromtimestamp(one.started).isoformat(" ", "milliseconds")),
        ("Method", one.method),
        ("Path", one.path),
        ("Query", one.query),
        ("Status", str(one.status or "none")),
        ("Took", f"{one.millis:,.1f} ms"),
        ("Retries", str(one.retries)),
        ("cf-ray", one.ray or ""),
        ("Failure", one.failure),
        ("Body", one.body),
    )
    lines = [line for name, value in facts for line in _fact(name, safe(value), width, look)]
    return Text("\n").join(
        [
            *lines,
            Text(),
            look.text(f"{look.key('tables.copy')} in the list copies this:", "muted"),
            Text(curl(one, base_url)),
        ]
    )
