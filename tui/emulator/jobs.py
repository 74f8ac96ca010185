"""Sync jobs and their logs: creation with its cool-down, cancelling, ending, paging."""

from __future__ import annotations

import math
import uuid
from collections.abc import Iterable
from typing import Any

from tui.emulator import lines
from tui.emulator.agenda import Agenda
from tui.emulator.config import EmulatorConfig
from tui.emulator.errors import ApiError
from tui.emulator.instances import DEFAULTS
from tui.emulator.records import Instance, Job
from tui.emulator.storage import Storage
from tui.emulator.times import naive, rfc3339

COMPLETED = "completed"
CANCELLED = "cancelled"
SUPERSEDED = "new_job_has_started"
INTERRUPTED = "interrupted"
DRAIN, DRAINING = "Builtin drain", "draining"
"""What the job of uploads is called, and its phase."""
INFO, FAULT = 0, 1
QUEUE_DELAY = 0.6
SPARSE_JOBS, SPARSE_LINES = 100_000_000, 3


class Jobs:
    """The job and log tables and their rules."""

    def __init__(self, storage: Storage, agenda: Agenda, config: EmulatorConfig) -> None:
        """Work on `storage`."""
        self._storage = storage
        self._agenda = agenda
        self._config = config

    def get(self, instance: Instance, job_id: str) -> Job:
        """Return one job; 404/7021 when the instance has no such job."""
        row = self._storage.row("SELECT * FROM job WHERE id = ? AND instance = ?", job_id, instance.n)
        if row is None:
            raise ApiError.named("job_not_found")
        return Job.of(row)

    def numbered(self, n: int) -> Job | None:
        """Return the job with row number `n`, None when it has gone."""
        row = self._storage.row("SELECT * FROM job WHERE n = ?", n)
        return None if row is None else Job.of(row)

    def page(self, instance: Instance, offset: int, limit: int) -> tuple[list[Job], int]:
        """Return one page of jobs in the configured order, and how many there are."""
        total = self._storage.number("SELECT count(*) FROM job WHERE instance = ?", instance.n)
        rows = self._storage.rows(
            f"SELECT * FROM job WHERE instance = ? ORDER BY n {self._config.job_order} LIMIT ? OFFSET ?",
            instance.n, limit, offset,
        )  # fmt: skip
        return [Job.of(row) for row in rows], total

    def request(self, instance: Instance, description: str | None, now: float) -> Job:
        """Start a sync that a user asked for; refused in the cool-down and where there is nothing to sync from."""
        if instance.managed:
            raise ApiError.invalid("sync jobs need an external source: files in built-in storage are indexed on upload")
        if instance.paused and self._config.paused_sync == "refuse":
            raise ApiError.named("ai_search_is_paused")
        left = self.cooldown_left(instance, now)
        if left > 0:
            headers = {"Retry-After": str(math.ceil(left))} if self._config.retry_after_cooldown else {}
            raise ApiError.named("sync_in_cooldown", headers)
        return self.create(instance, "user", now, description=description)

    def cooldown_left(self, instance: Instance, now: float) -> float:
        """Return the seconds until a user may sync: counted from the start and from the end of the last job."""
        row = self._storage.row(
            "SELECT max(created_at) AS began, max(ended_at) AS ended FROM job"
            " WHERE instance = ? AND description IS NOT ?",
            instance.n,
            DRAIN,
        )
        moments = [] if row is None else [at for at in (row["began"], row["ended"]) if at is not None]
        return max(moments) + self._config.cooldown - now if moments else 0.0

    def create(
        self, instance: Instance, source: str, at: float, *, description: str | None = None, target: float | None = None
    ) -> Job:
        """Enter a job and plan its start; a job that still runs ends as superseded (api-facts: Jobs)."""
        open_ones = "SELECT * FROM job WHERE instance = ? AND ended_at IS NULL AND phase != ?"
        for row in self._storage.rows(open_ones, instance.n, DRAINING):
            self.end(Job.of(row), at, SUPERSEDED)
        n = self._storage.insert(
            "INSERT INTO job (id, instance, source, description, phase, target, pace, created_at)"
            " VALUES ('', ?, ?, ?, 'queued', ?, 1.0, ?)",
            instance.n, source, description, target, at,
        )  # fmt: skip
        identity = str(uuid.uuid5(uuid.NAMESPACE_OID, f"job:{n}:{instance.n}:{at}"))
        self._storage.run("UPDATE job SET id = ? WHERE n = ?", identity, n)
        self._agenda.put("job", n, at + QUEUE_DELAY / self._config.speed)
        self._agenda.put("schedule", instance.n, at + self.interval(instance))
        return self.get(instance, identity)

    def drain(self, instance: int, at: float) -> None:
        """Begin the job that indexes uploads to instance row `instance`, unless it runs already."""
        if not self._config.upload_jobs or self.draining(instance):
            return
        n = self._storage.insert(
            "INSERT INTO job (id, instance, source, description, phase, pace, created_at, started_at, last_seen_at)"
            " VALUES ('', ?, 'user', ?, ?, 1.0, ?, ?, ?)",
            instance, DRAIN, DRAINING, at, at, at,
        )  # fmt: skip
        identity = str(uuid.uuid5(uuid.NAMESPACE_OID, f"drain:{n}:{at}"))
        self._storage.run("UPDATE job SET id = ? WHERE n = ?", identity, n)
        self.log(n, at, lines.DRAINING)

    def draining(self, instance: int) -> Job | None:
        """Return the job that indexes uploads now."""
        row = self._storage.row(
            "SELECT * FROM job WHERE instance = ? AND phase = ? AND ended_at IS NULL", instance, DRAINING
        )
        return None if row is None else Job.of(row)

    def drained(self, instance: int, at: float, line: str, fault: bool) -> None:
        """One upload was dealt with; the job ends when none waits any more."""
        job = self.draining(instance)
        if job is None:
            return
        self.log(job.n, at, line, FAULT if fault else INFO)
        waiting = self._storage.number(
            "SELECT count(*) FROM item WHERE instance = ? AND status = 'queued' AND next_action = 'INDEX'", instance
        )
        if not waiting:
            self.end(job, at, COMPLETED)

    def interval(self, instance: Instance) -> float:
        """Return the seconds between two scheduled syncs."""
        return float(instance.config.get("sync_interval", DEFAULTS["sync_interval"]))

    def cancel(self, job: Job, now: float) -> None:
        """Stop a job; 400/7046 when it has ended."""
        if job.ended_at is not None:
            raise ApiError.named("job_cannot_be_cancelled")
        self.log(job.n, now, lines.CANCELLED)
        self.end(job, now, CANCELLED)

    def end(self, job: Job, at: float, reason: str) -> None:
        """Close a job; what it had not done yet waits for the next one."""
        self._agenda.drop("job", job.n)
        self._storage.run(
            "UPDATE job SET phase = 'ended', ended_at = ?, last_seen_at = ?, end_reason = ? WHERE n = ?",
            at, at, reason, job.n,
        )  # fmt: skip
        self._storage.run("UPDATE item SET status = 'queued' WHERE instance = ? AND status = 'running'", job.instance)
        self.log(job.n, at, lines.ended(reason))
        self._storage.run("UPDATE instance SET last_activity = ? WHERE n = ?", at, job.instance)

    def interrupt_all(self) -> int:
        """End the jobs that a server which died had left open and count them.

        A stalled one stays as it is; uploads that wait are indexed by theirs all the same.
        """
        found = 0
        left_open = "SELECT * FROM job WHERE ended_at IS NULL AND phase NOT IN ('stalled', ?)"
        for row in self._storage.rows(left_open, DRAINING):
            job = Job.of(row)
            self.end(job, job.last_seen_at or job.created_at, INTERRUPTED)
            found += 1
        return found

    def log(self, job: int, at: float, message: str, message_type: int = INFO) -> None:
        """Append one line to the log of the job with row number `job`."""
        self.append(job, [(at, message, message_type)])

    def append(self, job: int, entries: Iterable[tuple[float, str, int]]) -> None:
        """Append many (time, message, message_type) lines; ids go on without a gap."""
        first = self.log_length(job) + 1
        rows = ((job, first + i, at, text, kind) for i, (at, text, kind) in enumerate(entries))
        self._storage.run_many("INSERT INTO job_log VALUES (?, ?, ?, ?, ?)", rows)

    def log_length(self, job: int) -> int:
        """Return how many lines a log has: ids are dense, so the largest one tells."""
        return self._storage.number("SELECT max(id) FROM job_log WHERE job = ?", job)

    def log_page(self, job: Job, offset: int, limit: int) -> tuple[list[dict[str, Any]], int]:
        """Return one page of log entries in the configured order, and how many there are.

        Dense ids turn a page into a range, so the last page of a million lines costs as little as the first.
        """
        total = self.log_length(job.n)
        descending = self._config.log_order == "desc"
        low, high = (total - offset - limit + 1, total - offset) if descending else (offset + 1, offset + limit)
        rows = self._storage.rows(
            f"SELECT * FROM job_log WHERE job = ? AND id BETWEEN ? AND ? ORDER BY id {'DESC' if descending else 'ASC'}",
            job.n, low, high,
        )  # fmt: skip
        factor = 1000 if self._config.log_times == "ms" else 1
        entries = [
            {
                "id": row["id"] if self._config.log_ids == "dense" else job.n * SPARSE_JOBS + row["id"] * SPARSE_LINES,
                "created_at": int(row["created_at"] * factor),
                "message": row["message"],
                "message_type": row["message_type"],
            }
            for row in rows
        ]
        return entries, total

    def view(self, job: Job) -> dict[str, Any]:
        """Return the JSON of one job; times that have not come yet are null (api-facts: Jobs)."""
        form = naive if self._config.time_format == "naive" else rfc3339
        unsaid = job.end_reason == COMPLETED and self._config.end_reason == "null"
        times = {"started_at": job.started_at, "last_seen_at": job.last_seen_at, "ended_at": job.ended_at}
        return {
            "id": job.id,
            "source": job.source,
            "description": job.description,
            "end_reason": None if unsaid else job.end_reason,
            **{name: None if at is None else form(at) for name, at in times.items()},
        }
