"""How the main screen follows the store: the first rows at once, the rest in steps between which a key has its turn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Protocol

from textual.screen import Screen

from tui.state.instance_rows import Fleet, Row
from tui.state.store import State, Store
from tui.state.tally import Tally, grouped, summary
from tui.system.garbage import collect_young
from tui.ui.instances.health_line import HealthLine
from tui.ui.keys import behind_keys, key_is_coming
from tui.ui.panes import Panes

MANY = 500
"""Rows from which what comes for them is drawn together."""
FIRST = 100
"""Rows that are built before any is seen."""
AT_ONCE = 40
"""Rows that are built before a key may have its turn."""
TOGETHER = 0.1
"""Seconds in which what comes for many rows is drawn together: else a key would wait behind each reply."""


class Mirror(Protocol):
    """What follows the store. `moment` is in epoch seconds, coarse; panes are bound to all three."""

    mirror: State
    moment: float
    rows: tuple[Row, ...]

    def now(self) -> float:
        """Epoch seconds."""
        ...

    def draw_bars(self, *, exact: bool = True) -> None:
        """Bring the lines at the top and the bottom up to date."""
        ...


class Mirroring:
    """Brings the main screen up to the store: when something has changed, and once a second for what ages."""

    def __init__(
        self, screen: Screen[None], mirror: Mirror, store: Store, panes: Panes, show_title: Callable[[str], None]
    ) -> None:
        """`mirror` is the `screen` as what follows the store; `show_title` sets the title of the window."""
        self._screen = screen
        self._mirror = mirror
        self._store = store
        self._panes = panes
        self._show_title = show_title
        self._fleet = Fleet(AT_ONCE, FIRST)
        self._rows: tuple[Row, ...] = ()
        """The rows as they are built, which the table is given in the next step."""
        self._pending = False
        self._steps: dict[Callable[[], None], None] = {}
        """What of the last ticks is still to be done, in this order."""
        self._counted: tuple[Row, ...] = ()
        """The rows that the line of states counts."""
        self._tally = Tally()
        self._counts: Mapping[str, int] = {}
        """How many rows there are in each state, and below, what is shown of that."""
        self._shown: Mapping[str, int] | None = None
        self._exact = False

    @property
    def unfinished(self) -> bool:
        """Whether rows of what is known are still to be built."""
        return self._fleet.unfinished

    @property
    def waiting(self) -> int:
        """How many steps are still to be done."""
        return len(self._steps)

    def changed(self, old: State, new: State) -> None:
        """Many changes of one moment are drawn once, and after what the operator's key has changed by itself.

        The first list goes at once: there is nothing yet that a key could have changed. Marks that a feature cleared go
        at once too: the table's marks are the truth for the next key.
        """
        if old.marks and not new.marks:
            self._panes.instances.body().action_clear_marks()
        if old.fleet.value is None and new.fleet.value is not None:
            self.tick()
        elif not self._pending:
            self._pending = True
            many = len(self._mirror.rows) > MANY
            if many and old.writes_in_flight == new.writes_in_flight and old.selected == new.selected:
                self._screen.set_timer(TOGETHER, self.tick)
            else:
                self._screen.call_after_refresh(self.tick)

    def tick(self) -> None:
        """Mirror the store as of now; only what reads differently is painted.

        With thousands of rows, or on a slow machine, all of it at once would hold a key up. A step that still waits
        from the last tick is not done twice.
        """
        self._pending = False
        screen, mirror = self._screen, self._mirror
        before, self._rows = mirror.rows, self._fleet.rows(self._store.state, mirror.now())
        if not before:
            self._show_rows()
        if self._fleet.unfinished:  # the first rows are seen before the others are built
            (screen.call_later if before else screen.call_after_refresh)(self.tick)
        if not self._steps:
            self._go_on()
        self._steps.update(dict.fromkeys(self._all_steps()))

    def show_now(self) -> None:
        """The same, with the rows in the table at once, for what looks for one of them there."""
        self.tick()
        self._show_rows()

    def _all_steps(self) -> Sequence[Callable[[], None]]:
        panes = (self._tell_panes, *self._panes.catching_up(), self._panes.follow)
        return self._show_rows, *panes, self._count_rows, self._show_counts, self._draw_lines, collect_young

    def _go_on(self) -> None:
        behind_keys(self._screen.app, partial(self._screen.call_later, self._next_step))

    def _next_step(self) -> None:
        if key_is_coming(self._screen.app):
            self._go_on()
            return
        step = next(iter(self._steps))
        del self._steps[step]
        if self._steps:
            self._go_on()
        step()

    def _show_rows(self) -> None:
        self._mirror.rows = self._rows

    def _tell_panes(self) -> None:
        """They draw when it is their turn."""
        now = self._mirror.now()
        self._mirror.moment = now - now % 5
        self._mirror.mirror = self._store.state

    def _count_rows(self) -> None:
        """How many rows there are in each state."""
        rows = self._mirror.rows
        if self._counted is not rows:
            self._counted = rows
            self._counts = self._tally.count(rows)
            self._exact = True

    def _show_counts(self) -> None:
        """The window's title and the line of states."""
        if self._shown != self._counts:
            self._shown = self._counts
            self._show_title(summary(self._counts))
            self._screen.query_one(HealthLine).show_counts(grouped(self._counts))

    def _draw_lines(self) -> None:
        """The lines at the top and the bottom: what is painted beside them makes the budget be said exactly."""
        exact, self._exact = self._exact, False
        self._mirror.draw_bars(exact=exact)
