"""The rows of a table by key, and where cursor and viewport go when they are replaced. Pure."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

R = TypeVar("R")


class TableRows(Generic[R]):
    """An immutable sequence of rows with an index by key, built in O(n) when it is first asked for.

    Keys ought to be unique; of rows with the same key the last one is found by `index`.
    """

    __slots__ = ("_index", "_key", "items")

    items: tuple[R, ...]

    def __init__(self, items: Sequence[R], key: Callable[[R], Hashable]) -> None:
        self.items = tuple(items)
        self._key = key
        self._index: Mapping[Hashable, int] | None = None

    def key(self, position: int) -> Hashable:
        """The key of the row there. Raises IndexError where there is none."""
        return self._key(self.items[position])

    def keys_from(self, start: int = 0, stop: int | None = None) -> tuple[Hashable, ...]:
        """The keys of the rows from `start` to before `stop`, as a slice has them."""
        return tuple(map(self._key, self.items[start:stop]))

    @property
    def index(self) -> Mapping[Hashable, int]:
        """Positions by key."""
        if self._index is None:
            self._index = dict(zip(self.keys_from(), range(len(self)), strict=True))
        return self._index

    def __len__(self) -> int:
        return len(self.items)

    def survivor(self, old: TableRows[R], position: int) -> int:
        """Where the old row at `position` is now; when it has gone its nearest neighbour that is left, first
        looking below, then above; 0 when none is left."""
        if position < min(len(old), len(self)) and self.key(position) == old.key(position):
            return position  # as a rule nothing has moved
        below = range(position, len(old))
        above = range(position - 1, -1, -1)
        for candidates in (below, above):
            for candidate in candidates:
                found = self.index.get(old.key(candidate))
                if found is not None:
                    return found
        return 0


class RowSpot(NamedTuple):
    """Positions of the cursor's row and of the viewport's first row; both 0 in an empty table."""

    cursor: int
    top: int


def clamp_top(top: int, count: int, page: int) -> int:
    """The nearest allowed first row for `count` rows in a viewport of `page` lines."""
    return max(0, min(top, count - page))


def reveal(spot: RowSpot, count: int, page: int) -> int:
    """The first row that shows the cursor with a row of context on both sides, nearest to `spot.top`."""
    context = 1 if page >= 3 else 0
    lowest = spot.cursor + context + 1 - page
    highest = spot.cursor - context
    return clamp_top(max(lowest, min(spot.top, highest)), count, page)


def resettle(old: TableRows[R], new: TableRows[R], spot: RowSpot, page: int) -> RowSpot:
    """The spot after `old` became `new`: a visible cursor keeps its screen line, otherwise the top row stays on top."""
    if not old or not new:
        return RowSpot(0, 0)
    cursor = new.survivor(old, spot.cursor)
    line = spot.cursor - spot.top
    top = cursor - line if 0 <= line < page else new.survivor(old, spot.top)
    return RowSpot(cursor, clamp_top(top, len(new), page))
