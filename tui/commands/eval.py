"""`aisearch eval`: a query set against its arms, compared with each other and with a baseline; a gate for CI."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from tui.commands.exit_codes import DONE, DRIFT
from tui.commands.output import Cell, Heading
from tui.commands.refs import instance
from tui.commands.session import Invocation
from tui.errors import UsageError
from tui.service.lab.bootstrap import Interval
from tui.service.lab.evaluation import Evaluation
from tui.service.lab.metrics import MEASURES
from tui.service.lab.query_set import DEMO_SET, QuerySet, read_query_set
from tui.service.lab.report import ArmComparison, ArmReport, Gate, compare, reports
from tui.service.lab.run_file import Run, read_run, write_run

STEP = 10
"""Percent of the searches after which the progress is said again."""
_ARMS = (
    Heading("arm", shrinks=2),
    *(Heading(name, right=True) for name in MEASURES),
    Heading("unjudged", right=True),
    Heading("ms", right=True),
    Heading("p95", right=True),
    Heading("tokens", right=True),
    Heading("instance", shrinks=1),
)
_DIFFERENCES = (Heading("compared", shrinks=2), *(Heading(name, right=True) for name in MEASURES))
_CHANGED = (Heading("query", shrinks=1), Heading("ndcg", right=True), Heading("was", right=True), Heading("arm"))


async def run(call: Invocation) -> int:
    """Run the set, show the measures, write the run, judge it."""
    queries = read_query_set(_path(call))
    gate = Gate(_least(call), read_run(Path(call.flags["baseline"])) if call.flag("baseline") else None)
    target = (await instance(call, call.flags["instance"])).key if call.flag("instance") else None
    evaluation = Evaluation(call.service.api, call.service.clock, time.monotonic)
    done = await evaluation.run(queries, instance=target, progress=_progress(call, queries))
    if path := call.flag("output"):
        write_run(Path(path), done)
    comparisons = [(one.left, one) for one in _comparisons(done)]
    if gate.baseline:
        comparisons += _with_baseline(gate.baseline, done)
    faults = gate.faults(done)
    _show(call, done, comparisons, faults)
    for answer in done.answers:
        if answer.error:
            call.unread.append(answer.query)
            call.out.problem(f"no answer: {answer.arm}: {answer.query}: {answer.error}")
    for fault in faults:
        call.out.problem(f"gate: {fault}")
    gated = bool(gate.least or gate.baseline)
    return call.finish(DRIFT if faults and gated else DONE)


def _path(call: Invocation) -> Path:
    if call.flag("set"):
        return Path(call.flags["set"])
    if call.state.identity.demo:
        return DEMO_SET
    raise UsageError("Which query set?", "No file was named.", "Write one, as docs/retrieval-lab.md shows.")


def _least(call: Invocation) -> dict[str, float]:
    """The least means by measure. Raises UsageError for a number that is none of a measure."""
    found = {name: call.flag(f"min_{name}") for name in MEASURES}
    least = {name: float(value) for name, value in found.items() if value is not None}
    for name, value in least.items():
        if not 0 <= value <= 1:
            raise UsageError(f"Wrong value of --min-{name}", f"{value:g} is not between 0 and 1.")
    return least


def _progress(call: Invocation, queries: QuerySet) -> Any:
    said = 0

    def progress(done: int, all_of_them: int) -> None:
        nonlocal said
        percent = 100 * done // all_of_them
        if percent >= said + STEP and call.out.terminal:
            said = percent - percent % STEP
            call.out.note(f"{done:,} of {all_of_them:,} searches")

    return progress


def _comparisons(run: Run) -> Iterator[ArmComparison]:
    """Every other arm against the first, where they have queries in common."""
    first, *others = run.arms
    answered = set(run.qualities(first.name))
    for arm in others:
        if answered & run.qualities(arm.name).keys():
            yield compare(run, first.name, run, arm.name)


def _with_baseline(baseline: Run, run: Run) -> list[tuple[str, ArmComparison]]:
    kept = {arm.name for arm in baseline.arms}
    shared = (arm.name for arm in run.arms if arm.name in kept)
    return [("baseline", compare(baseline, name, run, name)) for name in shared]


def _show(call: Invocation, run: Run, comparisons: list[tuple[str, ArmComparison]], faults: tuple[str, ...]) -> None:
    arms = reports(run)
    if call.out.as_json:
        call.out.object(
            {
                "started": run.started,
                "k": run.k,
                "set": run.set_name,
                "arms": [msgspec.to_builtins(one) for one in arms],
                "comparisons": [{"with": left, **_object(one)} for left, one in comparisons],
                "faults": list(faults),
            }
        )
        return
    call.out.rows(_ARMS, ((_arm(one), {}) for one in arms))
    if comparisons:
        call.out.text("")
        call.out.rows(_DIFFERENCES, ((_difference(left, one), {}) for left, one in comparisons))
    changed = [row for _, one in comparisons for row in _changed(one)]
    if changed:
        call.out.text("")
        call.out.rows(_CHANGED, ((row, {}) for row in changed))


def _arm(one: ArmReport) -> tuple[str | Cell, ...]:
    measures = (_interval(one.measures[name]) for name in MEASURES)
    unjudged = f"{one.unjudged} of {one.shown}"
    return one.name, *measures, unjudged, f"{one.median:.0f}", f"{one.p95:.0f}", f"{one.tokens:.0f}", one.instance


def _interval(one: Interval) -> str:
    return f"{one.mean:.3f} [{one.low:.2f} {one.high:.2f}]"


def _difference(left: str, one: ArmComparison) -> tuple[str | Cell, ...]:
    levels = {"better": "ok", "worse": "error"}
    cells = (
        Cell(f"{value.mean:+.3f} {value.verdict}", levels.get(value.verdict, "muted"))
        for value in (one.differences[name] for name in MEASURES)
    )
    return f"{one.right} with {left}", *cells


def _changed(one: ArmComparison) -> Iterator[tuple[str | Cell, ...]]:
    for change in (*one.better, *one.worse):
        level = "ok" if change.change > 0 else "error"
        yield change.query, Cell(f"{change.after:.3f}", level), f"{change.before:.3f}", one.right


def _object(one: ArmComparison) -> dict[str, Any]:
    verdicts = {
        name: {**msgspec.to_builtins(value), "verdict": value.verdict} for name, value in one.differences.items()
    }
    return {
        "arm": one.right,
        "queries": one.queries,
        "differences": verdicts,
        "better": [one.query for one in one.better],
        "worse": [one.query for one in one.worse],
    }
