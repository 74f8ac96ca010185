"""The jobs of the selected instance."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.message import Message

from tui.actions import NO_ID, Place
from tui.state.instance_rows import newest_state
from tui.text import age, plural
from tui.ui.jobs.cells import JOB_COLUMNS, JobRow, job_cells, job_contents, job_rows
from tui.ui.jobs.older import OlderJobs
from tui.ui.jobs.show_facts import JobFacts
from tui.ui.keys import bindings
from tui.ui.kit.row_table.row_table import ASCII_GLYPHS, Glyphs, RowTable
from tui.ui.kit.stale import unread
from tui.ui.kit.table import Table
from tui.ui.pane import NO_INSTANCE, Pane, offer, reading


class JobsPane(Pane):
    """One row a job, newest first."""

    TITLE = "Jobs"
    BINDINGS = bindings(Place.JOBS)
    _of: object = None

    class Selected(Message):
        """The cursor is on another job, or on none: see `cursor`."""

    class LogWanted(Message):
        """The log of the selected job is wanted."""

    def __init__(self, older: OlderJobs, facts: JobFacts, *, id: str) -> None:
        """`older` reads what is beyond the newest jobs; `facts` shows what is known of one."""
        super().__init__(id=id)
        self._facts = facts
        self._older = older

    def compose(self) -> ComposeResult:
        """Title and table."""
        yield self.title_rule()
        yield Table[JobRow](
            JOB_COLUMNS,
            key=lambda row: row.job.id,
            cells=lambda row: job_cells(row, self.look),
            glyphs=ASCII_GLYPHS if self.look.signs.ascii else Glyphs(),
            contents=job_contents,
            id="jobs-table",
        )

    def on_mount(self) -> None:
        """Show the empty state."""
        self.draw()

    def body(self) -> Table[JobRow]:
        """The table."""
        return self.query_one(Table)

    @property
    def cursor(self) -> str | None:
        """The id of the job under the cursor."""
        key = self.body().cursor_key
        return None if key is None else str(key)

    def _how_many(self, shown: int) -> str:
        """How many jobs are shown, and of how many when these are only the newest."""
        key = self.state.selected
        there = self.state.job_counts.get(key, shown) if key else shown
        return f"newest {shown:,} of {plural(there, 'job')}" if there > shown else plural(shown, "job") if shown else ""

    def draw(self) -> None:
        """Show the selected instance's jobs; the selected job has the cursor."""
        jobs = self.state.selected_jobs
        table = self.body()
        table.set_class(jobs.error is not None, "-stale")
        table.set_placeholder(self._empty())
        key = self.state.selected
        newest = newest_state(self.state, key, self.now) if key else None
        # a new job comes above the one that has the cursor: it must be seen
        others, self._of = self._of != key, key
        table.set_rows(job_rows(jobs.value or (), self.now, newest), keep_top=True, others=others)
        if self.state.job_id is not None and table.cursor_key != self.state.job_id:
            table.move_to(self.state.job_id)
        old = f"{age(self.now - jobs.at)} old" if jobs.error and jobs.at else ""
        self.rule.describe(note=old or self._how_many(len(jobs.value or ())))

    def _empty(self) -> Text | str:
        instance = self.state.instance
        if instance is None:
            return NO_INSTANCE
        if instance.key.nameless:
            return NO_ID
        jobs = self.state.selected_jobs
        if jobs.error and jobs.value is None:
            return unread(jobs.error, self.look)
        if jobs.value is None:
            return reading("the jobs", self.state, self.look)
        if not instance.has_source:
            return "No job yet: uploads to built-in storage start one."
        return offer("No sync job yet.", "instance.sync", "starts one.", self.state, self.look, " ")

    def on_row_table_highlighted(self, event: RowTable.Highlighted) -> None:
        """The cursor moved."""
        event.stop()
        self.post_message(self.Selected())

    def on_row_table_visible_changed(self, event: RowTable.VisibleChanged) -> None:
        """The last job that is known came into sight: there may be older ones."""
        event.stop()
        jobs = self.state.selected_jobs.value
        if jobs and jobs[-1].id in event.keys:
            self._older.wanted()

    def on_row_table_chosen(self, event: RowTable.Chosen) -> None:
        """Enter: what is known of the job."""
        event.stop()
        self._facts.show(event.row, self.action_log)

    def action_log(self) -> None:
        """To the log."""
        self.post_message(self.LogWanted())
