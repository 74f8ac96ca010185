"""How sure a mean is: the bootstrap, which draws the queries again and again. Pure, and repeatable."""

from __future__ import annotations

import random
from collections.abc import Sequence

from msgspec import Struct

from tui.service.lab.metrics import percentile

SEED = 20_260
DRAWS = 2_000
SURE = 0.95
"""Share of the draws that lie in the interval."""


class Interval(Struct, frozen=True):
    """A mean over queries, and the interval in which 95 % of the redrawn means lie."""

    mean: float
    low: float
    high: float

    @property
    def verdict(self) -> str:
        """Of a difference: `better`, `worse`, or `no difference` where the interval reaches from one to the other."""
        if self.low > 0:
            return "better"
        return "worse" if self.high < 0 else "no difference"


def interval(values: Sequence[float], *, seed: int = SEED, draws: int = DRAWS) -> Interval:
    """The mean of one value a query. Of fewer than two queries nothing is known: the interval reaches around 0 as well.

    For paired values pass their differences, query by query: the queries are drawn, not the values.
    """
    count = len(values)
    if not count:
        return Interval(0.0, 0.0, 0.0)
    mean = sum(values) / count
    if count < 2:
        return Interval(mean, min(0.0, mean), max(0.0, mean))
    rng = random.Random(seed)
    means = sorted(sum(rng.choices(values, k=count)) / count for _ in range(draws))
    tail = (1 - SURE) / 2
    return Interval(mean, percentile(means, tail), percentile(means, 1 - tail))
