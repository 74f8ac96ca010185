"""The work list of a sync job: which document is to be read, tried again or removed, and what came of it."""

from __future__ import annotations

from typing import Literal, NamedTuple

from tui.emulator.storage import Storage

Action = Literal["new", "changed", "retry", "remove", "skip", "miss"]
Result = Literal["indexed", "failed", "removed", "gone"]


class Task(NamedTuple):
    """One entry that waits; `item` is None when the item has gone, `size` is bytes."""

    seq: int
    item: int | None
    action: Action
    size: int


class Tasks:
    """The task table. A job's entries are kept until it is complete."""

    def __init__(self, storage: Storage) -> None:
        """Work on `storage`."""
        self._storage = storage

    def add(self, job: int, item: int, action: Action) -> None:
        """Append an entry; skipped and missing documents need no work and are only counted."""
        self._storage.run(
            "INSERT INTO job_task (job, seq, item, action, result)"
            " SELECT ?, coalesce(max(seq), 0) + 1, ?, ?, ? FROM job_task WHERE job = ?",
            job, item, action, "done" if action in {"skip", "miss"} else None, job,
        )  # fmt: skip

    def next(self, job: int) -> Task | None:
        """Return the first entry that waits, None when all is done."""
        # The planner would walk all finished entries by the primary key before it comes to the first that waits.
        row = self._storage.row(
            "SELECT t.seq, i.n AS item, t.action, coalesce(i.size, 0) AS size"
            " FROM job_task t INDEXED BY job_task_waiting LEFT JOIN item i ON i.n = t.item"
            " WHERE t.job = ? AND t.result IS NULL ORDER BY t.seq LIMIT 1",
            job,
        )
        return None if row is None else Task(row["seq"], row["item"], row["action"], row["size"])

    def finish(self, job: int, task: Task, result: Result) -> None:
        """Note what came of an entry."""
        self._storage.run("UPDATE job_task SET result = ? WHERE job = ? AND seq = ?", result, job, task.seq)

    def waiting_sizes(self, job: int) -> list[int]:
        """Return the sizes of the documents that wait."""
        rows = self._storage.rows(
            "SELECT i.size FROM job_task t JOIN item i ON i.n = t.item WHERE t.job = ? AND t.result IS NULL", job
        )
        return [row["size"] for row in rows]

    def missing(self, job: int) -> list[tuple[str, str]]:
        """Return key and error of the documents that could not be fetched at all."""
        rows = self._storage.rows(
            "SELECT i.key, i.error FROM job_task t JOIN item i ON i.n = t.item"
            " WHERE t.job = ? AND t.action = 'miss' ORDER BY t.seq",
            job,
        )
        return [(row["key"], row["error"]) for row in rows]

    def by_action(self, job: int) -> dict[str, int]:
        """Count the entries by action."""
        return self._count(job, "action")

    def by_result(self, job: int) -> dict[str, int]:
        """Count the entries by result."""
        return self._count(job, "result")

    def clear(self, job: int) -> None:
        """Forget the list."""
        self._storage.run("DELETE FROM job_task WHERE job = ?", job)

    def _count(self, job: int, column: Literal["action", "result"]) -> dict[str, int]:
        rows = self._storage.rows(
            f"SELECT {column} AS name, count(*) AS n FROM job_task WHERE job = ? GROUP BY {column}", job
        )
        return {row["name"]: row["n"] for row in rows}
