"""How often a log is read: at once while lines arrive, seldom when it is quiet, later when the server says so."""

from __future__ import annotations

from tui.errors import AppError

BUSY = 1.0
"""Seconds between two polls while lines arrive."""
QUIET = 10.0
"""Seconds between two polls of a log that has been quiet for a while."""
_STRETCH = 1.6
_RETRY_LONGEST = 60.0


class PollDelay:
    """The delay until the next poll, in seconds. Failures double it from 1 s; a `retry_after` is honoured."""

    def __init__(self) -> None:
        self.delay = BUSY
        self.failures = 0

    @property
    def quiet(self) -> bool:
        """Whether nothing has come for more than one poll."""
        return self.delay > BUSY * _STRETCH

    def polled(self, fresh: bool) -> None:
        """A poll went well, with or without new lines."""
        if self.failures:
            self.failures, self.delay = 0, BUSY
        self.delay = BUSY if fresh else min(QUIET, self.delay * _STRETCH)

    def failed(self, error: AppError) -> None:
        """A poll failed."""
        self.failures += 1
        self.delay = max(min(_RETRY_LONGEST, 2.0 ** min(self.failures - 1, 10)), error.retry_after or 0.0)

    def restart(self) -> None:
        """Be quick again: the reader has asked, or another log begins."""
        self.delay = BUSY
        self.failures = 0
