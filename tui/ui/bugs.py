"""What becomes of a bug: its view is closed or its pane marked, it is kept with its report, and the rest goes on."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Any
from weakref import WeakSet

from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.worker import WorkerFailed

from tui.errors import AppError
from tui.state.store import Notice, Store
from tui.ui.pane import Pane
from tui.ui.textual_fixes import close_view, is_painting, is_too_late, nodes_of

TOO_MANY, WITHIN = 3, 10.0
"""So many bugs within so many seconds, and the console ends: it cannot be worked with."""
NOT_MADE = "No report could be written"


class Bugs:
    """Decides whether the console can go on after an unexpected exception, and sees to it."""

    def __init__(
        self,
        store: Store,
        now: Callable[[], float],
        show: Callable[[AppError], None],
        write_report: Callable[[Exception], str],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`show` shows an error to the operator; `write_report` says in a sentence where the report is.

        `now` gives epoch seconds.
        """
        self._store = store
        self._now = now
        self._show = show
        self._write_report = write_report
        self._monotonic = monotonic
        self._times: deque[float] = deque(maxlen=TOO_MANY)
        self._closed: WeakSet[Screen[Any]] = WeakSet()
        self.contained: list[Exception] = []
        """The last bugs that the console went on after."""

    def contain(
        self, error: Exception, node: MessagePump, screens: list[Screen[Any]], *, outside: bool = False
    ) -> bool:
        """Close the view that a bug is in, or mark its pane, and keep it; False when the console has to end.

        `node` is the one whose handler, callback, timer or worker failed; `screens` is the stack of screens. `outside`:
        it failed in nothing that draws, such as a task of the poller, which may run before the first frame.
        """
        inner = getattr(error, "error", error) if isinstance(error, WorkerFailed) else error
        cause = inner if isinstance(inner, Exception) else error
        if is_too_late(cause):
            return True
        place = _place(cause, node)
        if isinstance(place, Screen) and place in self._closed:
            return True  # the rest of what was in its queue
        if not screens or not (outside or screens[0].is_mounted):
            return False  # the main screen itself cannot be made
        if is_painting(cause) and not isinstance(place, Screen):
            return False  # nor drawn
        self._times.append(self._monotonic())
        if len(self._times) == TOO_MANY and self._times[-1] - self._times[0] <= WITHIN:
            return False
        self._keep(cause, place)
        return True

    def _keep(self, error: Exception, place: Screen[Any] | Pane | None) -> None:
        what = "Everything else keeps working."
        if isinstance(place, Pane):
            place.standstill.begin(place.rule)
            what = f"The pane {place.TITLE or place.id} is stopped until the errors are dismissed; all else works."
        elif place is not None:
            self._closed.add(place)
            close_view(place)
            what = "The view it happened in was closed; everything else keeps working."
        where = self._report(error)
        told = AppError(f"Unexpected error ({type(error).__name__}): a bug of this program", what, where)
        self.contained = [*self.contained, error][-TOO_MANY:]
        self._store.notice(Notice(self._now(), "bug", told))
        self._show(told)

    def _report(self, error: Exception) -> str:
        try:
            return self._write_report(error)
        except OSError as failure:
            return f"{NOT_MADE}: {failure.strerror}."


def _place(error: Exception, node: MessagePump) -> Screen[Any] | Pane | None:
    """The view or pane that a bug is in; None for what is in none, such as an action of the main screen."""
    for one in nodes_of(error, node):
        if isinstance(one, Pane):
            return one
        if isinstance(one, Screen):
            return one if one.is_modal else None
    return None
