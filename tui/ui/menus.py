"""What the log pane asks of the screen: details of a line, a word to the operator, a copy."""

from __future__ import annotations

from tui.ui.base import ConsoleScreen
from tui.ui.copying.copying import Copying
from tui.ui.kit.log_view.log_view import LogView
from tui.ui.kit.text_dialog import TextDialog
from tui.ui.log.pane import LogPane


class Menus(ConsoleScreen):
    """Answers messages of the log pane."""

    def on_log_pane_details(self, event: LogPane.Details) -> None:
        """The whole of a log line."""
        self.app.push_screen(TextDialog(event.title, event.text))

    def on_log_view_said(self, event: LogView.Said) -> None:
        """A word from the log to the operator."""
        self.say(event.words)

    def on_log_pane_copy_wanted(self, event: LogPane.CopyWanted) -> None:
        """Copy, and say where the text went."""
        if isinstance(self.app, Copying):
            self.app.copy_out(event.text, event.what)
