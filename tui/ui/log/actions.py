"""What the keys of the log need besides the log: holding and following, other jobs, the terminal, a pager."""

from __future__ import annotations

from collections.abc import Callable

from rich.text import Text

from tui.text import plural
from tui.ui.desk import Desk
from tui.ui.kit.text_dialog import TextDialog

NEWEST, OLDEST = "This is the newest job.", "This is the oldest job that is listed."


class LogActions:
    """Calls of the service, and ways out of the console, for the log pane."""

    def __init__(
        self,
        desk: Desk,
        *,
        step_job: Callable[[int], bool | None],
        show_on_terminal: Callable[[str], None],
        show_in_pager: Callable[[str], None],
        copy: Callable[[str, str], None],
    ) -> None:
        """`step_job` selects the job that is one newer (1) or older (-1): whether there is one, None without a job.

        `show_on_terminal` and `show_in_pager` lend the terminal; they may raise AppError. `copy` puts a text on the
        clipboard, and names it.
        """
        self.desk = desk
        self._step_job = step_job
        self._show_on_terminal = show_on_terminal
        self._show_in_pager = show_in_pager
        self.copy = copy

    def hold(self, held: bool) -> None:
        """While somebody reads in a log, the next job is not followed."""
        self.desk.service.hold(held)

    def follow_next(self) -> None:
        """To the next job, if one has started meanwhile."""
        self.desk.service.follow_next()

    def other_job(self, step: int) -> None:
        """The log of the job that is one newer (1) or older (-1)."""
        found = self._step_job(step)
        if found is None:
            self.desk.say("No job is selected.")
        elif not found:
            self.desk.say(NEWEST if step > 0 else OLDEST)

    def details(self, title: str, text: Text) -> None:
        """Show a text about a line or the log."""
        self.desk.start(self._details(title, text), "details")

    async def _details(self, title: str, text: Text) -> None:
        await self.desk.ask(TextDialog(title, text))

    def on_terminal(self, text: str) -> None:
        """The lines on the terminal without us, until a key is pressed. Raises AppError."""
        self._outside(text, self._show_on_terminal)

    def in_pager(self, text: str) -> None:
        """The lines in the operator's pager. Raises AppError."""
        self._outside(text, self._show_in_pager)

    def _outside(self, text: str, show: Callable[[str], None]) -> None:
        if not text:
            self.desk.say("There is no line to show.")
            return
        show(text)
        self.desk.say(f"{plural(text.count(chr(10)) + 1, 'line')} shown.")
