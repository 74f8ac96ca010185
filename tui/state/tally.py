"""How many instances are in which state: the states as few groups, each with one sign and one word. Pure."""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import compress
from typing import Protocol

from msgspec import Struct

from tui.state.health import Health


class HasHealth(Protocol):
    """A row, or whatever else has a state."""

    @property
    def health(self) -> Health:
        """Its state."""
        ...


class StateGroup(Struct, frozen=True):
    """States that an operator deals with as one; they share their sign in the table."""

    word: str
    states: tuple[Health, ...]

    @property
    def words(self) -> frozenset[str]:
        """The words of its states."""
        return frozenset(state.word for state in self.states)


GROUPS = (
    StateGroup("failed", (Health.FAILED, Health.PAUSED_BY_ERROR)),
    StateGroup("stalled", (Health.STALLED,)),
    StateGroup("errors", (Health.ERRORS,)),
    StateGroup("malformed", (Health.MALFORMED,)),
    StateGroup("running", (Health.RUNNING,)),
    StateGroup("queued", (Health.QUEUED,)),
    StateGroup("paused", (Health.PAUSED,)),
    StateGroup("disabled", (Health.DISABLED,)),
    StateGroup("ready", (Health.READY,)),
    StateGroup("empty", (Health.EMPTY, Health.NEVER)),
    StateGroup("unread", (Health.UNREAD, Health.UNCOUNTED)),
    StateGroup("other", (Health.OTHER,)),
)
"""Every state is in one group, trouble first."""
BY_WORD: Mapping[str, StateGroup] = {group.word: group for group in GROUPS}


_WORD = operator.attrgetter("health.word")


def tally(rows: Iterable[HasHealth]) -> Counter[str]:
    """How many there are of each state, by its word."""
    return Counter(map(_WORD, rows))  # by word: an Enum's hash is slow


class Tally:
    """Counts rows again and again: as many as before are not all looked at, only those that are other objects."""

    def __init__(self) -> None:
        self._rows: Sequence[HasHealth] = ()
        self._counts: Counter[str] = Counter()

    def count(self, rows: Sequence[HasHealth]) -> Mapping[str, int]:
        """How many rows there are of each state, by its word."""
        before, self._rows = self._rows, rows
        if len(before) == len(rows):
            others = list(map(operator.is_not, before, rows))
            self._counts.subtract(map(_WORD, compress(before, others)))
            self._counts.update(map(_WORD, compress(rows, others)))
        else:
            self._counts = tally(rows)
        return +self._counts


def grouped(counts: Mapping[str, int]) -> dict[str, int]:
    """How many there are in each group that has any, by the group's word; `counts` is by the word of a state."""
    sums = {group.word: sum(counts.get(word, 0) for word in group.words) for group in GROUPS}
    return {word: number for word, number in sums.items() if number}


def group_after(present: Iterable[str], word: str) -> str:
    """The group that comes after this one among those that are there; empty after the last, for all."""
    places = [group.word for group in GROUPS]
    first = places.index(word) + 1 if word else 0
    there = set(present)
    return next((one for one in places[first:] if one in there), "")


def summary(counts: Mapping[str, int]) -> str:
    """`2 running, 1 failed`, for the terminal's title; empty when all is calm. `counts` is by the word of a state."""
    told = (Health.RUNNING, Health.FAILED, Health.PAUSED_BY_ERROR, Health.STALLED, Health.ERRORS)
    return ", ".join(f"{counts[state.word]} {state.word}" for state in told if counts.get(state.word))
