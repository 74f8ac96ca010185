"""The request budget in front of every call: a pure object with an injected clock, no waiting and no I/O in it.

1,200 requests in 5 minutes are shared by everything that uses the token; past that every call is refused for the next
five minutes (api-facts: Limits). So the last requests of a window belong to the user: a sweep can never use them up.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from tui.api.headers import Signals
from tui.contract import Budget, Priority

LIMIT = 1200
WINDOW = 300.0
RESERVE = 0.10
"""Part of the limit that only user actions may use."""
BACKGROUND_SHARE = 0.25
"""Part of the limit that background requests may use in one window."""
FIRST_BLOCK = 15.0
"""Seconds to stay silent after a 429 that names no time; doubles with each further one."""


@dataclass(slots=True)
class Beside:
    """A shorter limit that applies as well: what is `left` of it `until` it begins anew."""

    left: int
    until: float
    limit: int


class Governor:
    """Says whether a request of a class may go now, and learns from every reply.

    The server's figure wins over our own count for as long as it is fresh, in both directions: others spend the same
    token, and its window need not slide as ours does. A clock that is set back counts as one that stood still.
    """

    def __init__(self, clock: Callable[[], float], limit: int = LIMIT, window: float = WINDOW) -> None:
        self._clock = clock
        self._read = clock()
        self._set_back = 0.0
        self._limit = limit
        self._window = window
        self._sent: deque[float] = deque()
        self._sweeps: deque[float] = deque()
        self._taken = 0
        self._unanswered: set[int] = set()
        self._youngest = 0
        self._left: int | None = None
        self._left_until = 0.0
        self._besides: list[Beside] = []
        self._blocked_until = 0.0
        self._refusals = 0

    def delay(self, priority: Priority) -> float:
        """Seconds until a request of this class may go; 0 when it may go now. Records nothing."""
        now = self._prune()
        waits = [self._blocked_until - now, self._wait_for_room(now, _headroom(priority, self._limit))]
        waits += [one.until - now for one in self._besides if one.left <= _headroom(priority, one.limit)]
        share = max(1, int(self._limit * BACKGROUND_SHARE))
        if priority is Priority.BACKGROUND and len(self._sweeps) >= share:
            waits.append(self._sweeps[len(self._sweeps) - share] + self._window - now)
        return max(0.0, *waits)

    def take(self, priority: Priority) -> int:
        """Count a request that goes out now; its number. Every `take` is followed by one `settle`."""
        now = self._prune()
        self._sent.append(now)
        self._taken += 1
        self._unanswered.add(self._taken)
        if priority is Priority.BACKGROUND:
            self._sweeps.append(now)
        if self._left is not None:
            self._left -= 1
        for one in self._besides:
            one.left -= 1
        return self._taken

    def learn(self, number: int, signals: Signals) -> None:
        """The reply's headers have come, with their figures: at once, since a body may stream for minutes.

        Replies overtake each other: the figure of an older request than the last one believed is old news.
        """
        self._unanswered.discard(number)
        if number > self._youngest:
            self._youngest = number
            self._believe(signals, number)

    def settle(self, number: int) -> None:
        """The request ended, with a reply or without one."""
        self._unanswered.discard(number)

    @property
    def in_flight(self) -> int:
        """Requests whose reply has not begun."""
        return len(self._unanswered)

    def refused(self, signals: Signals) -> None:
        """The budget itself was refused (HTTP 429): nobody sends until the time that the server named.

        Without a time the silence starts short and doubles: a 429 may also be a short burst limit of the edge.
        """
        now = self._now()
        wait = signals.used_up if signals.retry_after is None else signals.retry_after
        if not wait:
            self._refusals = 0 if now - self._blocked_until > self._window else self._refusals
            wait = min(self._window, FIRST_BLOCK * 2.0 ** min(self._refusals, 10))
            self._refusals += 1
        self._blocked_until = max(self._blocked_until, now + wait)

    @property
    def budget(self) -> Budget:
        """The budget as the status bar shows it."""
        now = self._prune()
        used = min(self._limit, max(0, self._limit - self._room()))
        return Budget(used, self._limit, self._window, max(0.0, self._blocked_until - now))

    def _believe(self, signals: Signals, number: int) -> None:
        if signals.limit:
            self._limit = signals.limit
        if signals.window:
            self._window = signals.window
        if signals.remaining is not None:
            # What was sent later, or is still unanswered, may not be in the server's figure yet.
            unknown = self._taken - number + sum(1 for other in self._unanswered if other < number)
            now = self._now()
            self._left = min(signals.remaining, self._limit) - unknown
            self._left_until = now + (self._window if signals.reset is None else signals.reset)
            self._besides = [
                Beside(left - unknown, now + (one.window or 0.0 if one.reset is None else one.reset), one.limit or left)
                for one in signals.besides
                if (left := one.remaining) is not None
            ]

    def _now(self) -> float:
        """The clock, but never earlier than before: a block must not grow by the hour that a clock was set back."""
        read = self._clock()
        self._set_back += max(0.0, self._read - read)
        self._read = read
        return read + self._set_back

    def _prune(self) -> float:
        """Forget what left the window; the time now."""
        now = self._now()
        for times in (self._sent, self._sweeps):
            while times and times[0] <= now - self._window:
                times.popleft()
        if self._left is not None and now >= self._left_until:
            self._left = None
        self._besides = [one for one in self._besides if now < one.until]
        return now

    def _room(self) -> int:
        """Requests that may still go in this window, all classes together; may be negative."""
        return self._limit - len(self._sent) if self._left is None else self._left

    def _wait_for_room(self, now: float, headroom: int) -> float:
        missing = headroom + 1 - self._room()
        if missing <= 0:
            return 0.0
        if self._left is not None:
            return self._left_until - now
        # Our own window slides: room appears when enough of the oldest requests have left it.
        return self._sent[min(missing, len(self._sent)) - 1] + self._window - now if self._sent else 0.0


def _headroom(priority: Priority, limit: int) -> int:
    """Requests of a limit that a class leaves to those before it."""
    reserve = int(limit * RESERVE)
    return {Priority.USER: 0, Priority.VISIBLE: reserve}.get(priority, 2 * reserve)
