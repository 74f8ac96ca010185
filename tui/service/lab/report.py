"""What a run says: the measures of each arm, and two arms compared query by query. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from tui.errors import UsageError
from tui.service.lab.bootstrap import Interval, interval
from tui.service.lab.metrics import MEASURES, Quality, percentile, tokens
from tui.service.lab.run_file import Answered, Run

SAME = 1e-9


class ArmReport(Struct, frozen=True):
    """One arm over all its queries. Times are milliseconds, `tokens` an estimate of the context of one query."""

    name: str
    instance: str
    queries: int
    failed: int
    measures: dict[str, Interval]
    unjudged: int
    shown: int
    median: float
    p95: float
    tokens: float


class Changed(Struct, frozen=True):
    """A query as two arms answer it: its nDCG before and after, and what each found."""

    query: str
    before: float
    after: float
    left: Answered
    right: Answered

    @property
    def change(self) -> float:
        """How much better the second one is; negative when it is worse."""
        return self.after - self.before


class ArmComparison(Struct, frozen=True):
    """Two arms over the queries that both answered: differences of the measures, and the queries that changed."""

    left: str
    right: str
    queries: int
    differences: dict[str, Interval]
    better: tuple[Changed, ...] = ()
    worse: tuple[Changed, ...] = ()
    same: tuple[Changed, ...] = ()


def arm_report(run: Run, arm: str) -> ArmReport:
    """The measures of one arm of a run. Raises UsageError when the run has no such arm."""
    instance = next((one.instance for one in run.arms if one.name == arm), None)
    if instance is None:
        raise UsageError("No such arm", f"The run has {', '.join(one.name for one in run.arms)}, not {arm}.")
    answers = [one for one in run.of(arm).values() if not one.error]
    found = list(run.qualities(arm).values())
    millis = [one.millis for one in answers]
    context = [tokens(sum(hit.characters for hit in one.hits[: run.k])) for one in answers]
    return ArmReport(
        arm,
        instance,
        len(answers),
        len(run.of(arm)) - len(answers),
        {name: interval([getattr(one, name) for one in found]) for name in MEASURES},
        sum(one.unjudged for one in found),
        sum(len(dict.fromkeys(hit.document for hit in one.hits[: run.k])) for one in answers),
        percentile(millis, 0.5),
        percentile(millis, 0.95),
        sum(context) / len(context) if context else 0.0,
    )


def reports(run: Run) -> tuple[ArmReport, ...]:
    """Every arm, in the order of the set."""
    return tuple(arm_report(run, arm.name) for arm in run.arms)


def compare(left: Run, left_arm: str, right: Run, right_arm: str) -> ArmComparison:
    """The second arm against the first, query by query; both are judged by the grades of the second one's run.

    So that a run of last month can be compared after grades were added. Raises UsageError when no query is in both.
    """
    judged = {one.text: one for one in right.queries}
    regraded = Run(
        left.format, left.version, left.started, left.seconds, right.k, left.set_name, left.set_digest,
        tuple(judged.get(one.text, one) for one in left.queries), left.arms, left.answers,
    )  # fmt: skip
    before, after = regraded.qualities(left_arm), right.qualities(right_arm)
    both = [query for query in after if query in before]
    if not both:
        raise UsageError("Nothing to compare", f"{left_arm} and {right_arm} have answered no query in common.")
    pairs = [(before[query], after[query]) for query in both]
    shown_left, shown_right = left.of(left_arm), right.of(right_arm)
    changed = [
        Changed(query, old.ndcg, new.ndcg, shown_left[query], shown_right[query])
        for query, (old, new) in zip(both, pairs, strict=True)
    ]
    return ArmComparison(
        left_arm,
        right_arm,
        len(both),
        {name: interval(_differences(pairs, name)) for name in MEASURES},
        tuple(sorted((one for one in changed if one.change > SAME), key=lambda one: -one.change)),
        tuple(sorted((one for one in changed if one.change < -SAME), key=lambda one: one.change)),
        tuple(one for one in changed if abs(one.change) <= SAME),
    )


def _differences(pairs: Sequence[tuple[Quality, Quality]], name: str) -> list[float]:
    return [getattr(new, name) - getattr(old, name) for old, new in pairs]


def _queries(number: int) -> str:
    return "1 query" if number == 1 else f"{number:,} queries"


class Gate(Struct, frozen=True):
    """What a run must reach: least means by measure, and not worse than the same arms of a baseline."""

    least: dict[str, float] = {}
    baseline: Run | None = None

    def faults(self, run: Run) -> tuple[str, ...]:
        """What the run does not reach, a sentence each; () when the gate is open. Raises UsageError.

        A query without an answer closes the gate too: a run that is not whole proves nothing. The first arm of the
        set is the one that has to reach the least means; each arm is compared with the one of its name.
        """
        arms = reports(run)
        found = [f"{one.name}: {_queries(one.failed)} got no answer." for one in arms if one.failed]
        for name, least in self.least.items():
            mean = arms[0].measures[name].mean
            if mean < least - SAME:
                found.append(f"{arms[0].name}: {name} is {mean:.3f}, less than {least:g}.")
        return (*found, *self._against(run))

    def _against(self, run: Run) -> list[str]:
        if self.baseline is None:
            return []
        kept = {arm.name for arm in self.baseline.arms}
        shared = [arm.name for arm in run.arms if arm.name in kept]
        if not shared:
            raise UsageError("Nothing to compare", "The baseline has no arm with the name of one in this run.")
        found = []
        for arm in shared:
            differences = compare(self.baseline, arm, run, arm).differences
            found += [
                f"{arm}: {name} fell by {-one.mean:.3f} ({-one.high:.3f} to {-one.low:.3f})."
                for name, one in differences.items()
                if one.verdict == "worse"
            ]
        return found
