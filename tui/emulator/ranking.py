"""Making one ranking of two: how the keyword list and the vector list of a hybrid search are fused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

RRF = 60
"""The constant of reciprocal rank fusion: how little the first places are worth more than the next."""


class Place(NamedTuple):
    """Where one list has a chunk: its raw score there, its rank from 1, and its score between 0 and 1."""

    score: float
    rank: int
    share: float


Ranked = Mapping[int, Place]


def places(scored: Sequence[tuple[int, float]], *, relative: bool) -> dict[int, Place]:
    """Rank (chunk row, score) pairs that come best first; `relative` takes the first one's score as 1."""
    best = scored[0][1] if scored and relative else 1.0
    return {n: Place(score, rank, score / best if best > 0 else 1.0) for rank, (n, score) in enumerate(scored, 1)}


def fused(lists: Sequence[Ranked], method: str) -> list[tuple[int, float]]:
    """Return (chunk row, score between 0 and 1), best first.

    One list keeps its own scores. Of several, `max` takes the highest score that a chunk has in any of them; `rrf` adds
    1 / (60 + rank) over the lists and divides by what the first place in all of them would give.
    """
    rows = dict.fromkeys(n for ranked in lists for n in ranked)
    top = len(lists) / (RRF + 1)

    def score(n: int) -> float:
        found = [ranked[n] for ranked in lists if n in ranked]
        if len(lists) == 1 or method == "max":
            return max(place.share for place in found)
        return sum(1 / (RRF + place.rank) for place in found) / top

    return sorted(((n, score(n)) for n in rows), key=lambda pair: (-pair[1], pair[0]))
