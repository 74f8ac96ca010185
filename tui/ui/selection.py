"""From the cursors to the selection: what the panes tell, and what a key may rely on."""

from __future__ import annotations

from tui.ui.base import ConsoleScreen
from tui.ui.instances.pane import InstancesPane
from tui.ui.jobs.pane import JobsPane


class Selection(ConsoleScreen):
    """Keeps the store's selection on what the cursors show."""

    def sync_selection(self) -> None:
        """Select what the cursors show. They are the truth: they are what the operator sees."""
        pane = self.query_one(InstancesPane)
        pane.apply_filter()
        if self.session:
            self.session.service.mark(pane.marked)
        self.on_instances_pane_selected()
        self.on_jobs_pane_selected()

    def on_instances_pane_selected(self) -> None:
        """Another instance: its data is read as soon as the cursor rests."""
        key = self.query_one(InstancesPane).cursor
        if self.session and key != self.store.state.selected:
            self.session.service.select(key)
            self.session.poller.selected()
            self.draw_bars()

    def on_jobs_pane_selected(self) -> None:
        """Another job: its log."""
        job_id = self.query_one(JobsPane).cursor
        if self.session and job_id:
            self.session.service.select_job(job_id)

    def on_instances_pane_visible(self, event: InstancesPane.Visible) -> None:
        """Counters are read for the rows on the screen."""
        if self.session:
            self.session.poller.set_visible(event.keys)

    def on_instances_pane_opened(self) -> None:
        """Enter on an instance: its detail."""
        self.action_pane("detail")

    def on_jobs_pane_log_wanted(self) -> None:
        """To the log, from the jobs or the instances."""
        if self.may("jobs.log"):
            self.action_pane("log")

    on_instances_pane_log_wanted = on_jobs_pane_log_wanted
