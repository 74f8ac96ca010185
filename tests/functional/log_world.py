"""A console that reads a log in a zoomed pane, and the pen that writes the log."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.functional.test_writes import go_to
from tests.harness import Console, console
from tui.emulator.records import Job
from tui.ui.kit.log_view.log_view import LogView

NAME = "docs-search"


class JobLogs:
    """Jobs of one instance that run until told otherwise, and write only what they are told."""

    def __init__(self, seen: Console) -> None:
        self._world = seen.emulator.world
        self._now = seen.time
        self._written = 0
        self.job: Job

    def start(self, source: str = "user") -> None:
        """A new job, which has started."""
        world, now = self._world, self._now()
        with world.lock, world.storage.transaction():
            instance = world.instances.get("default", NAME)
            job = world.jobs.create(instance, source, now)
            world.agenda.drop("job", job.n)
            world.storage.run("UPDATE job SET started_at = ?, phase = 'indexing' WHERE n = ?", now, job.n)
        self.job, self._written = job, 0

    def end(self, reason: str = "completed") -> None:
        """It ends, without a last word."""
        world, now = self._world, self._now()
        with world.lock, world.storage.transaction():
            world.storage.run(
                "UPDATE job SET phase = 'ended', ended_at = ?, end_reason = ? WHERE n = ?", now, reason, self.job.n
            )

    def write(self, count: int, word: str = "line") -> None:
        """Numbered lines."""
        first = self._written + 1
        self._append([f"{word} {number}" for number in range(first, first + count)])
        self._written += count

    def say(self, text: str) -> None:
        """One line, which is not counted."""
        self._append([text])

    def _append(self, texts: list[str]) -> None:
        world, now = self._world, self._now()
        with world.lock, world.storage.transaction():
            world.jobs.append(self.job.n, [(now, text, 0) for text in texts])


@asynccontextmanager
async def reading(
    tmp_path: Path, lines: int, size: tuple[int, int] = (80, 24), **choices: Any
) -> AsyncIterator[tuple[Console, JobLogs]]:
    """A console on the log of a job that has so many lines, alone in the window."""
    async with console(tmp_path, size, **choices) as seen:
        logs = JobLogs(seen)
        logs.start()
        logs.write(lines)
        await go_to(seen, "default", NAME)
        await seen.pass_time(1)
        await seen.until(lambda: seen.store.state.job_id == logs.job.id, "the job selected")
        await seen.pass_time(1)
        await seen.press("4", "z")
        await seen.until(lambda: not lines or shown(seen)[-1] == f"line {lines}", "the end of the log")
        yield seen, logs


def log_rows(seen: Console) -> list[str]:
    """The rows of a zoomed log as they stand on the screen, without title and bars."""
    rows = seen.text().splitlines()
    return [row for row in rows[2:-1] if row]


def log_title(seen: Console) -> str:
    """The title rule of a zoomed log."""
    return seen.text().splitlines()[1]


def shown(seen: Console) -> list[str]:
    """The texts of the rows, without their times."""
    return [row[9:].lstrip("✗! ") if row[2:3] == ":" else row for row in log_rows(seen)] or [""]


def current(seen: Console) -> str:
    """The text of the line that keys act on."""
    line = seen.app.screen.query_one(LogView).current_line
    return line.text if line else ""
