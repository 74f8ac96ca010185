"""One job's facts, on enter in the jobs: read, copied, and from there to its log."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from tui.models import InstanceKey
from tui.ui.desk import Desk
from tui.ui.jobs.cells import JobRow
from tui.ui.jobs.facts import job_facts, job_text, meaning


class JobFacts:
    """Shows everything that is known of a job."""

    def __init__(self, desk: Desk, copy: Callable[[str, str], None]) -> None:
        """`copy` puts a text on the clipboard, and names it in what it says."""
        self.desk = desk
        self._copy = copy

    def show(self, row: JobRow, to_log: Callable[[], None]) -> None:
        """Open the facts of a job of the selected instance; `to_log` is called when its log is wanted."""
        self.desk.start(self._show(self.desk.state.selected, row, to_log), "details", name="job")

    async def _show(self, key: InstanceKey | None, row: JobRow, to_log: Callable[[], None]) -> None:
        from tui.ui.jobs.reader import LOG, JobReader

        desk, job, state = self.desk, row.job, row.state
        facts = [*job_facts(key, job, state, desk.now), ("meaning", meaning(job, state))]
        copied = "\n".join(f"{name}: {value}" for name, value in facts)
        text = partial(job_text, key, job, state, desk.now, desk.look)
        if await desk.ask(JobReader(f"Job {job.id[:8]}", text, lambda: self._copy(copied, "job"))) == LOG:
            to_log()
