"""An evaluation in words: the measures of the arms, the queries that changed, the hits of each side. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct
from rich.text import Text

from tui.service.lab.bootstrap import Interval
from tui.service.lab.metrics import MEASURES
from tui.service.lab.query_set import CONTAINS
from tui.service.lab.report import ArmComparison, ArmReport, Changed
from tui.service.lab.run_file import Answered
from tui.state.store import State
from tui.text import visible
from tui.ui.copies import Copyable, Record, copies, record
from tui.ui.kit.row_table.row_table import Column
from tui.ui.look import Look

LABEL, ARM = 12, 22
"""Cells of a measure's name, and of one arm."""
NAMES = {"recall": "Recall", "precision": "Precision", "mrr": "MRR", "ndcg": "nDCG"}
_LEVELS = {"better": "success", "worse": "error"}
QUERY_COLUMNS = (
    Column("before", "WAS", width=5, align="right"),
    Column("after", "NOW", width=5, align="right"),
    Column("change", "CHANGE", width=6, align="right"),
    Column("query", "QUERY", min_width=20, grow=1),
)
HIT_COLUMNS = (
    Column("rank", "#", width=2, align="right"),
    Column("grade", "GRADE", width=5, align="right"),
    Column("score", "SCORE", width=5, align="right", drop=1),
    Column("item", "ITEM", min_width=14, grow=1, name=True),
)


class QueryRow(Struct, frozen=True):
    """One query of a comparison."""

    changed: Changed


class FoundRow(Struct, frozen=True):
    """One document that a side found, or should have found: then it has no rank. `grade` None was never judged."""

    document: str
    item: str
    rank: int | None = None
    score: float | None = None
    grade: int | None = None


def query_rows(found: ArmComparison) -> tuple[QueryRow, ...]:
    """The queries that got worse, the worst first, then those that got better, then the others."""
    return tuple(QueryRow(one) for one in (*found.worse, *found.better, *found.same))


def found_rows(answer: Answered, grades: Mapping[str, int]) -> tuple[FoundRow, ...]:
    """What was found, each document once, then the right ones that were not."""
    rows: dict[str, FoundRow] = {}
    for hit in answer.hits:
        if hit.document not in rows:
            grade = grades.get(hit.document)
            rows[hit.document] = FoundRow(hit.document, hit.item, len(rows) + 1, hit.score, grade)
    missing = [one for one, grade in grades.items() if grade > 0 and one not in rows]
    missing.sort(key=lambda one: -grades[one])
    lost = (FoundRow(one, "" if one.startswith(CONTAINS) else one, grade=grades[one]) for one in missing)
    return (*rows.values(), *lost)


def query_cells(row: QueryRow, look: Look) -> tuple[Text | str, ...]:
    """One cell a column of QUERY_COLUMNS."""
    one = row.changed
    meaning = "success" if one.change > 0 else "error" if one.change < 0 else "muted"
    change = look.text(f"{one.change:+.3f}" if one.change else "", meaning)
    return look.text(f"{one.before:.3f}", "muted"), f"{one.after:.3f}", change, visible(one.query)


def found_cells(row: FoundRow, look: Look) -> tuple[Text | str, ...]:
    """One cell a column of HIT_COLUMNS; a right document that was not found is red and has no rank."""
    name = visible(row.item or row.document.removeprefix(CONTAINS))
    if row.rank is None:
        return "-", look.text(str(row.grade), "error"), "", look.text(f"not found: {name}", "error")
    grade = look.text("?", "muted") if row.grade is None else str(row.grade)
    meaning = "success" if row.grade else "" if row.grade is None else "muted"
    score = "-" if row.score is None else f"{row.score:.3f}"
    return look.text(str(row.rank), "muted"), grade, look.text(score, "muted"), look.text(name, meaning)


def measures(arms: Sequence[ArmReport], found: ArmComparison | None, against: str, width: int, look: Look) -> Text:
    """The measures as lines, one column an arm, and the difference at the right; arms that do not fit are counted."""
    room = max(1, (width - LABEL - (ARM if found else 0)) // ARM)
    shown, left = arms[:room], len(arms) - room
    more = f" +{left} more" if left > 0 else ""
    heads = [one.name for one in shown]
    last = Text(visible(f"{found.right} with {against}") if found else "")
    last = look.cut(last, width - LABEL - 1 - ARM * len(shown) - len(more))  # one line: the numbers stand below it
    lines = [_row("", heads, last.plain + more, look, "bold")]
    for name in MEASURES:
        verdict = _difference(found.differences[name], look) if found else Text()
        lines.append(_row(NAMES[name], [_interval(one.measures[name]) for one in shown], verdict, look))
    plain = (
        ("Unjudged", [f"{one.unjudged:,} of {one.shown:,} hits" for one in shown]),
        ("Time", [f"{one.median:,.0f} ms, p95 {one.p95:,.0f}" for one in shown]),
        ("Context", [f"about {one.tokens:,.0f} tokens" for one in shown]),
        ("Instance", [one.instance for one in shown]),
    )
    lines += [_row(name, values, "", look, look.style("muted")) for name, values in plain]
    if failed := sum(one.failed for one in arms):
        lines.append(look.text(f"{failed:,} searches got no answer and are left out.", "error"))
    return Text("\n").join(lines)


def _row(label: str, values: Sequence[str], last: Text | str, look: Look, style: str = "") -> Text:
    line = Text.assemble((f" {label:<{LABEL}}", look.style("muted")))
    for value in values:
        cell = Text(visible(value), style)
        line.append_text(look.fit(cell, ARM - 2)).append("  ")
    return line.append_text(Text(last, look.style("muted")) if isinstance(last, str) else last)


def _interval(one: Interval) -> str:
    return f"{one.mean:.3f} [{one.low:.2f} {one.high:.2f}]"


def _difference(one: Interval, look: Look) -> Text:
    return look.text(f"{one.mean:+.3f} {one.verdict}", _LEVELS.get(one.verdict, "muted"))


def changes(found: ArmComparison) -> str:
    """`5 better, 2 worse of 30`."""
    return f"{len(found.better)} better, {len(found.worse)} worse of {found.queries}"


@record.register
def _(row: QueryRow) -> Record:
    one = row.changed
    return {"query": one.query, "before": one.before, "after": one.after, "change": one.change}


@record.register
def _(row: FoundRow) -> Record:
    return {"rank": row.rank, "item": row.item, "score": row.score, "grade": row.grade, "document": row.document}


@copies.register
def _(row: QueryRow, state: State) -> tuple[Copyable, ...]:
    return (Copyable("query", row.changed.query),)


@copies.register
def _(row: FoundRow, state: State) -> tuple[Copyable, ...]:
    return (Copyable("item", row.item or row.document),)
