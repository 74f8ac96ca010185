"""The badge of a tail: what it is doing, in the words that an operator learns once. Pure."""

from __future__ import annotations

import math

from msgspec import Struct

from tui.errors import AppError, NotFound, RateLimited
from tui.logtail.lines import Badge
from tui.models import Job, JobState, job_state
from tui.models.job import STALL_AFTER
from tui.text import age, one_line

_LONGEST = 40
_END_LEVEL = {JobState.FAILED: "error", JobState.CANCELLED: "warning", JobState.SUPERSEDED: "warning"}


class Pulse(Struct, frozen=True):
    """What a badge is made from. `silence`: seconds without a line, None when that is unknown; `now`: epoch seconds."""

    delay: float
    now: float
    paused: bool = False
    opened: bool = False
    ended: bool = False
    quiet: bool = False
    error: AppError | None = None
    job: Job | None = None
    silence: float | None = None


def badge_of(pulse: Pulse) -> Badge:
    """The badge. Its numbers are lengths that were decided, not countdowns: it changes only when something does."""
    seconds = f"{math.ceil(pulse.delay - 0.05)}s"
    if pulse.paused:
        return Badge("PAUSED", "", "warning")
    if isinstance(pulse.error, RateLimited):
        return Badge("THROTTLED", seconds, "warning")
    if isinstance(pulse.error, NotFound):
        return Badge("ENDED", "job is gone", "warning")
    if pulse.error is not None:
        return Badge("OFFLINE", f"retry {seconds}", "error")
    if pulse.ended:
        return _ended(pulse)
    if _stalled(pulse):
        return Badge("STALLED", f"no line for {_coarse(pulse.silence)}", "warning")
    if pulse.quiet or not pulse.opened:
        return Badge("QUIET", seconds if pulse.opened else "", "muted")
    return Badge("LIVE", seconds, "ok")


def _ended(pulse: Pulse) -> Badge:
    if pulse.job is None:
        return Badge("ENDED", "", "muted")
    level = _END_LEVEL.get(job_state(pulse.job, pulse.now), "muted")
    reason = one_line(pulse.job.end_reason or "")
    return Badge("ENDED", reason if len(reason) <= _LONGEST else f"{reason[: _LONGEST - 1]}…", level)


def _stalled(pulse: Pulse) -> bool:
    """A job that has started and not ended, and no line for long."""
    if pulse.job is None or not pulse.job.started_at or pulse.silence is None:
        return False
    return pulse.silence >= STALL_AFTER


def _coarse(silence: float | None) -> str:
    """The silence in steps of five minutes past the first ten, so that the badge seldom changes."""
    if silence is not None and 600 <= silence < 3600:
        silence -= silence % 300
    return age(silence)
