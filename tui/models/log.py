"""One line of a job's log."""

from __future__ import annotations

from tui.models.base import Resource
from tui.text import parse_time


class JobLog(Resource, frozen=True, kw_only=True):
    """A log line: `created_at` in seconds or milliseconds, `message_type` of unknown meaning (api-facts: Job logs)."""

    id: int
    created_at: float | str | None = None
    message: str = ""
    message_type: int | None = None

    @property
    def time_s(self) -> float | None:
        """Seconds since the epoch."""
        return parse_time(self.created_at)
