"""A bug ends the console: the terminal is restored, and the error is kept for the report."""

from __future__ import annotations

from tui.ui.parts import AppPart


class Crashing(AppPart):
    """Without Textual's own display of a crash, which prints the locals of every frame: they can hold a token."""

    @property
    def bug(self) -> Exception | None:
        """What ended the console; None when nothing did."""
        return self._exception

    def fail(self, error: Exception) -> None:
        """End the console for a bug outside of its messages and workers, such as in a task of the poller."""
        self._handle_exception(error)

    def _fatal_error(self) -> None:
        self._close_messages_no_wait()
