"""Everything that is known of one job, in words, with what its end means."""

from __future__ import annotations

from datetime import UTC, datetime

from rich.text import Text

from tui.explain import explain_slug, slugs
from tui.models import InstanceKey, Job, JobState
from tui.models.job import paused_for
from tui.text import age, duration, one_line
from tui.ui.kit.hanging import hanging
from tui.ui.look import Look

LABEL = 12
_STATES = {
    JobState.QUEUED: "It has not started yet.",
    JobState.RUNNING: "It runs.",
    JobState.STALLED: "It has not ended and shows no sign of life. A sync of the instance ends it and starts again.",
    JobState.DONE: "It ran to its end. Some items may still have failed: see the errors in the log.",
    JobState.ENDED: "It ended with a reason that this console does not know: the log may say more.",
    JobState.CANCELLED: "Somebody cancelled it. What was indexed before stays.",
    JobState.SUPERSEDED: "Another job was started while it ran, which ended this one.",
    JobState.FAILED: "It failed. The last lines of its log say where.",
}
START_FAILED = "It could not be started. Another sync may work; if not, look at the source and its service token."


def job_facts(key: InstanceKey | None, job: Job, state: JobState, now: float) -> list[tuple[str, str]]:
    """Label and value, also of what is not known, which is a dash."""
    by = one_line(job.source or "-")
    return [
        ("job", one_line(job.id)),
        ("instance", one_line(str(key or "-"))),
        ("state", str(state)),
        ("source", {"user": "user: somebody started it", "schedule": "schedule: it started by itself"}.get(by, by)),
        ("started", _at(job.started_s, now)),
        ("last seen", _at(job.seen_s, now)),
        ("ended", _at(job.ended_s, now)),
        ("took", duration(job.duration(now)) + (" so far" if state.active and job.started_s is not None else "")),
        ("end reason", one_line(job.end_reason or "-")),
        ("note", one_line(job.description or "-")),
        *([("problem", one_line(job.problem))] if job.problem else []),
    ]


def meaning(job: Job, state: JobState) -> str:
    """What the end of the job means, and what to do about it."""
    if job.start_failed:
        return START_FAILED
    words = (job.end_reason or "").strip().casefold()
    if slug := paused_for(words) or (words if words in slugs() else ""):
        told = explain_slug(slug)
        return f"{told.title}. {told.meaning} {told.remedy}"
    return _STATES[state]


def job_text(key: InstanceKey | None, job: Job, state: JobState, now: float, look: Look, width: int) -> Text:
    """The facts as a page to read, `width` cells wide."""
    lines = [
        hanging(Text(f"{name:<{LABEL}}", look.style("muted")), value, "", width)
        for name, value in job_facts(key, job, state, now)
    ]
    return Text("\n").join([*lines, Text(), hanging(Text(), meaning(job, state), "", width)])


def _at(at: float | None, now: float) -> str:
    """Local time, how long ago, and UTC, for logs elsewhere."""
    if at is None:
        return "-"
    here, utc = datetime.fromtimestamp(at), datetime.fromtimestamp(at, UTC)
    return f"{here:%Y-%m-%d %H:%M:%S}, {age(now - at)} ago ({utc:%H:%M:%S} UTC)"
