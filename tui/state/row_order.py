"""In which order the rows stand: sorted, but never moving under the operator's hand. Pure, with an injected clock."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from itertools import compress, count
from operator import attrgetter, is_not
from typing import Any

from tui.models import InstanceKey
from tui.state.instance_rows import Order, Row, RowFilter, matcher_of, sort_key

HELD_FOR = 3.0
"""Seconds after a key for which no row changes its place."""
ARRIVED = 0.3
"""Seconds for which a row that came under the cursor by itself cannot be marked."""
FEW = 500
"""Changed rows up to which each is put in its place; with more of them everything is sorted anew."""

_KEY = attrgetter("key")
_Changed = Sequence[tuple[Row, Row]]
"""Rows that changed: what each was, and what it is."""


class RowOrder:
    """Filters and sorts rows. Rows that did not change cost nothing; while held, each row keeps its place.

    The order is held for some seconds after a key, and while rows are marked; then the rows are sorted once. Another
    filter or another order was asked for by the operator, and is applied at once.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._touched = -HELD_FOR
        self._marked = False
        self._filter = RowFilter()
        self._order = Order()
        self._rows: tuple[Row, ...] = ()
        self._given: dict[InstanceKey, Row] = {}
        self._sorted: list[Row] = []
        self._sort_keys: list[tuple[Any, ...]] = []
        self._places: dict[int, int] | None = None
        """Where each row that is shown stands, by the identity of the object: that is quicker than by its key."""
        self._shown: tuple[Row, ...] = ()
        self._differs = False
        self._arrived: tuple[InstanceKey | None, float] = (None, 0.0)

    # the hand

    def press(self) -> None:
        """A key was pressed: nothing moves now."""
        self._touched = self._now()

    def mark(self, marked: bool) -> None:
        """Whether rows are marked."""
        self._marked = marked

    def arrive(self, key: InstanceKey | None) -> None:
        """This row came under the cursor by itself: the one before has gone, or the rows were sorted."""
        self._arrived = key, self._now()

    def may_mark(self, key: InstanceKey) -> bool:
        """Whether the operator can have meant this row: it did not jump under the cursor a moment ago."""
        arrived, at = self._arrived
        return key != arrived or not 0 <= self._now() - at < ARRIVED

    @property
    def holding(self) -> bool:
        """Whether no row may move now."""
        return self._marked or 0 <= self._now() - self._touched < HELD_FOR

    @property
    def held(self) -> bool:
        """Whether the rows stand in another order than they would: it is held."""
        return self._differs and self.holding

    @property
    def due(self) -> bool:
        """Whether the rows are to be sorted now that the order is not held any more."""
        return self._differs and not self.holding

    # the rows

    def arrange(self, rows: Sequence[Row], wanted: RowFilter, order: Order) -> tuple[Row, ...]:
        """The rows that match, in order. Raises UsageError on a malformed filter; what was shown stays then.

        O(rows) for a comparison by identity; sorting only what changed, or everything when much did.
        """
        matches = matcher_of(wanted)
        asked = wanted != self._filter or order != self._order
        self._filter, self._order = wanted, order
        same = len(rows) == len(self._rows)
        changed = list(compress(rows, map(is_not, self._rows, rows)) if same else rows)
        same_keys = same and len(changed) <= FEW and all(one.key in self._given for one in changed)
        before = [self._given[one.key] for one in changed] if same_keys else None
        self._rows = tuple(rows)
        if asked or not same_keys:
            self._given = dict(zip(map(_KEY, rows), rows, strict=True))
            keyed = sorted(((sort_key(one, order), one) for one in rows if matches(one)), key=_first)
            self._sort_keys, self._sorted = [key for key, _ in keyed], [one for _, one in keyed]
        else:
            for one in changed:
                self._place(one, matches(one))
        if changed or asked or not same_keys or self.due:
            self._show(asked, before if before is None else list(zip(before, changed, strict=True)), matches)
        return self._shown

    def _place(self, one: Row, matches: bool) -> None:
        """Put one row that changed where it belongs; out, where it does not match any more."""
        before, self._given[one.key] = self._given[one.key], one
        at = bisect_left(self._sort_keys, sort_key(before, self._order))
        if at < len(self._sorted) and self._sorted[at] is before:
            del self._sorted[at], self._sort_keys[at]
        if matches:
            key = sort_key(one, self._order)
            at = bisect_left(self._sort_keys, key)
            self._sort_keys.insert(at, key)
            self._sorted.insert(at, one)

    def _show(self, asked: bool, changed: _Changed | None, matches: Callable[[Row], bool]) -> None:
        """Show the rows as sorted, or while held each in its place; `changed` are the few that are others, if so."""
        wanted = tuple(reversed(self._sorted) if self._order.reverse else self._sorted)
        if asked or not self._shown or not self.holding:
            self._shown, self._places, self._differs = wanted, None, False
            return
        if changed is None:
            kept = [self._given[one.key] for one in self._shown if one.key in self._given]
            known = {one.key for one in kept}
            self._shown, self._places = (*kept, *(one for one in wanted if one.key not in known)), None
        else:
            self._replace(changed, matches)
        self._differs = self._shown != wanted

    def _replace(self, changed: _Changed, matches: Callable[[Row], bool]) -> None:
        """The few rows that changed stay in their places; those that match the filter only now come at the end."""
        if self._places is None:
            self._places = dict(zip(map(id, self._shown), count()))
        shown = list(self._shown)
        for before, one in changed:
            place = self._places.pop(id(before), None)
            if place is not None:
                shown[place] = one
            elif matches(one):
                place = len(shown)
                shown.append(one)
            else:
                continue
            self._places[id(one)] = place
        self._shown = tuple(shown)


def _first(pair: tuple[tuple[Any, ...], Row]) -> tuple[Any, ...]:
    return pair[0]
