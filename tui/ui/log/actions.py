"""The keys of the log that need more than the log: holding and following, other jobs, the terminal, a pager."""

from __future__ import annotations

from tui.errors import AppError
from tui.text import plural
from tui.ui.jobs.pane import JobsPane
from tui.ui.log.pane import LogPane
from tui.ui.log.whole import WholeLogs
from tui.ui.terminal.dump import show_in_pager, show_on_terminal


class LogDesk(WholeLogs):
    """Turns what the log pane wants into calls of the service."""

    # holding and following

    def on_log_pane_held(self, event: LogPane.Held) -> None:
        """While somebody reads in a log, the next job is not followed."""
        if self.session:
            self.session.service.hold(event.held)

    def on_log_pane_follow_wanted(self) -> None:
        """To the next job, if one has started meanwhile."""
        if self.session:
            self.session.service.follow_next()

    def on_log_pane_job_wanted(self, event: LogPane.JobWanted) -> None:
        """The log of the job that is one newer (1) or older (-1)."""
        self.sync_selection()
        table = self.query_one(JobsPane).body()
        before = table.cursor_key
        table.action_cursor_up() if event.step > 0 else table.action_cursor_down()
        if before is None:
            self.say("No job is selected.")
        elif table.cursor_key == before:
            self.say("This is the newest job." if event.step > 0 else "This is the oldest job that is listed.")
        else:
            self.sync_selection()

    # elsewhere

    def on_log_pane_text_wanted(self, event: LogPane.TextWanted) -> None:
        """The lines outside of the console, until the operator has seen enough."""
        if not event.text:
            self.say("There is no line to show.")
            return
        try:
            if event.on == "pager":
                show_in_pager(self.app, event.text)
            else:
                show_on_terminal(self.app, event.text)
        except AppError as error:
            self.tell(error, event.on)
        else:
            self.say(f"{plural(event.text.count(chr(10)) + 1, 'line')} shown.")
