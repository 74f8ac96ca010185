"""How good one ranking is: recall, precision, reciprocal rank and nDCG. Pure.

The definitions are those of trec_eval: a grade of 1 or more is relevant, precision is divided by k however few were
found, and the gain of nDCG is the grade itself, discounted by log2(rank + 1).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from msgspec import Struct

MEASURES = ("recall", "precision", "mrr", "ndcg")
"""Names of the measures, in the order in which they are shown."""
CHARACTERS_A_TOKEN = 4
"""A rule of thumb for English text: tokens are estimated, not counted."""


class Quality(Struct, frozen=True):
    """The measures of one ranking, each from 0 to 1; `unjudged` documents of its first k have no grade."""

    recall: float
    precision: float
    mrr: float
    ndcg: float
    unjudged: int = 0


def quality(ranking: Sequence[str], grades: Mapping[str, int], k: int) -> Quality:
    """Measure a ranking of document ids, best first; a document that comes again counts at its first place only.

    `grades` has the documents that were judged, 0 for one that is of no use. Raises ValueError when none is relevant:
    nothing could be measured.
    """
    relevant = {one for one, grade in grades.items() if grade > 0}
    if not relevant or k < 1:
        raise ValueError("a query needs a relevant document, and k is at least 1")
    once = list(dict.fromkeys(ranking))
    top = once[:k]
    found = sum(one in relevant for one in top)
    first = next((rank for rank, one in enumerate(once, 1) if one in relevant), 0)
    gained = discounted([max(0, grades.get(one, 0)) for one in top])
    best = discounted(sorted((grades[one] for one in relevant), reverse=True)[:k])
    unjudged = sum(one not in grades for one in top)
    return Quality(found / len(relevant), found / k, 1 / first if first else 0.0, gained / best, unjudged)


def discounted(gains: Sequence[float]) -> float:
    """The discounted cumulative gain of gains in rank order."""
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which a `share` (0 to 1) of the values lies, between two of them by proportion; 0 for none."""
    ranked = sorted(values)
    if not ranked:
        return 0.0
    place = (len(ranked) - 1) * share
    low = math.floor(place)
    high = min(low + 1, len(ranked) - 1)
    return ranked[low] + (ranked[high] - ranked[low]) * (place - low)


def tokens(characters: int) -> int:
    """About how many tokens a model reads for so many characters of context."""
    return math.ceil(characters / CHARACTERS_A_TOKEN)
