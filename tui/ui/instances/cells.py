"""Columns and cells of the instance and job tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from rich.text import Text

from tui.models import Job, JobState, job_state
from tui.state.instance_rows import Row
from tui.text import duration, one_line, short_count
from tui.ui.kit.row_table.row_table import Column
from tui.ui.look import Look

INSTANCE_COLUMNS = (
    Column("state", " ", width=1),
    Column("name", "NAME", min_width=13, grow=3),
    Column("word", "STATE", width=15, drop=5),
    Column("namespace", "NS", min_width=7, grow=1, drop=2),
    Column("error", "ERR", width=4, align="right"),
    Column("queued", "QUEUE", width=5, align="right", drop=1),
    Column("done", "DONE", width=6, align="right"),
    Column("age", "AGE", width=4, align="right", drop=3),
    Column("next", "NEXT", width=4, align="right", drop=6),
    Column("source", "SOURCE", min_width=16, grow=2, drop=7, spare=12),
)
JOB_COLUMNS = (
    Column("state", " ", width=1),
    Column("word", "STATE", width=10),
    Column("job", "JOB", width=8),
    Column("source", "BY", width=8, drop=2),
    Column("started", "STARTED", width=12),
    Column("took", "TOOK", width=7, align="right"),
    Column("reason", "END / NOTE", min_width=10, grow=1, drop=3),
)


def chosen_columns(names: Sequence[str]) -> tuple[int, ...]:
    """Positions in INSTANCE_COLUMNS of the columns with these ids, in this order; of all without any."""
    places = {column.id: place for place, column in enumerate(INSTANCE_COLUMNS)}
    return tuple(places[name] for name in names) or tuple(range(len(INSTANCE_COLUMNS)))


def instance_cells(row: Row, look: Look) -> tuple[Text | str, ...]:
    """One cell a column of INSTANCE_COLUMNS. Zeroes are quiet, errors are not."""
    style = look.health_style(row.health)
    return (
        look.health(row.health),
        one_line(row.key.id),
        Text(one_line(row.word), style),
        look.text(one_line(row.key.namespace), "muted"),
        _number(row.error, "error", 4, look),
        _number(row.queued, "active", 5, look),
        _number(row.completed, "", 6, look),
        look.text(row.age, "muted"),
        look.text(row.next_sync, "muted"),
        look.text(one_line(row.source), "muted"),
    )


def chosen_cells(row: Row, look: Look, places: Sequence[int]) -> list[Text | str]:
    """The cells at these positions only."""
    cells = instance_cells(row, look)
    return [cells[place] for place in places]


def _number(value: int | None, meaning: str, width: int, look: Look) -> Text:
    quiet = not value
    return look.text(short_count(value, width), "muted" if quiet else meaning)


class JobRow(Struct, frozen=True):
    """One job as the table shows it; the duration is text, so that a row only changes when it reads differently."""

    job: Job
    state: JobState
    took: str
    today: bool


def job_rows(jobs: tuple[Job, ...], now: float) -> tuple[JobRow, ...]:
    """Rows of the job table, newest first as given. Running durations tick every five seconds."""
    return tuple(_job_row(job, now) for job in jobs)


def _job_row(job: Job, now: float) -> JobRow:
    state = job_state(job, now)
    seconds = job.duration(now)
    if state.active and seconds is not None:
        seconds -= seconds % 5  # coarse: an idle screen sends nothing
    return JobRow(job, state, duration(seconds), job.started_s is not None and now - job.started_s < 86_400)


def job_cells(row: JobRow, look: Look) -> tuple[Text | str, ...]:
    """One cell a column of JOB_COLUMNS."""
    job = row.job
    note = f" {look.signs.dot} ".join(one_line(part) for part in (job.end_reason, job.description, job.problem) if part)
    return (
        look.job(row.state),
        str(row.state),
        one_line(job.id)[:8],
        look.text(one_line(job.source or "-"), "muted"),
        started(job.started_s, row.today),
        row.took,
        look.text(note, "muted"),
    )


def started(at: float | None, today: bool) -> str:
    """Local start: the time for the last day, else day and time."""
    if at is None:
        return "-"
    return datetime.fromtimestamp(at).strftime("%H:%M:%S" if today else "%d %b %H:%M")
