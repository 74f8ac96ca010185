"""Columns and cells of the job table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from rich.cells import cell_len
from rich.text import Text

from tui.models import Job, JobState, job_state
from tui.text import duration, one_line
from tui.ui.kit.row_table.row_table import Column
from tui.ui.look import Look

JOB_COLUMNS = (
    Column("state", " ", width=1),
    Column("word", "STATE", width=10, drop=4),
    Column("job", "JOB", width=8),
    Column("source", "BY", width=8, drop=3),
    Column("started", "STARTED", width=12, drop=1),
    Column("took", "TOOK", width=7, align="right", drop=2),
    Column("reason", "END / NOTE", min_width=10, most=24, grow=1),
)


class JobRow(Struct, frozen=True):
    """One job as the table shows it; the duration is text, so that a row only changes when it reads differently."""

    job: Job
    state: JobState
    took: str
    today: bool


def job_rows(jobs: tuple[Job, ...], now: float, newest: JobState | None = None) -> tuple[JobRow, ...]:
    """Rows of the job table, newest first as given. Running durations tick every five seconds.

    `newest` is the state of the first, as the instance table has it.
    """
    return tuple(_job_row(job, now, None if place else newest) for place, job in enumerate(jobs))


def _job_row(job: Job, now: float, known: JobState | None) -> JobRow:
    state = known or job_state(job, now)
    seconds = job.duration(now)
    if state.active and seconds is not None:
        seconds -= seconds % 5  # coarse: an idle screen sends nothing
    return JobRow(job, state, duration(seconds), job.started_s is not None and now - job.started_s < 86_400)


def job_cells(row: JobRow, look: Look) -> tuple[Text | str, ...]:
    """One cell a column of JOB_COLUMNS."""
    job = row.job
    return (
        look.job(row.state),
        str(row.state),
        one_line(job.id)[:8],
        look.text(one_line(job.source or "-"), "muted"),
        started(job.started_s, row.today),
        row.took,
        look.text(_note(job, look), "muted"),
    )


def _note(job: Job, look: Look) -> str:
    """Why it ended, and what was said of it."""
    return f" {look.signs.dot} ".join(one_line(part) for part in (job.end_reason, job.description, job.problem) if part)


def job_contents(rows: Sequence[JobRow]) -> dict[str, int]:
    """Cells of the longest reason of an end among these rows; notes have what is left."""
    return {"reason": max((cell_len(one_line(row.job.end_reason or "")) for row in rows), default=0)}


def started(at: float | None, today: bool) -> str:
    """Local start: the time for the last day, else day and time."""
    if at is None:
        return "-"
    return datetime.fromtimestamp(at).strftime("%H:%M:%S" if today else "%d %b %H:%M")
