"""The menus and reading screens that the main screen opens: sort, namespace, help, errors."""

from __future__ import annotations

from tui.state.instance_rows import COLUMNS, Order
from tui.ui.base import ConsoleScreen
from tui.ui.copying.copying import Copying
from tui.ui.instances.pane import InstancesPane
from tui.ui.kit.log_view.log_view import LogView
from tui.ui.kit.pick import Choice, Pick
from tui.ui.kit.text_dialog import TextDialog
from tui.ui.log.pane import LogPane

_SORT_WORDS = {
    "state": ("state", "trouble first"),
    "name": ("name", "A to Z"),
    "namespace": ("namespace", "A to Z"),
    "error": ("errors", "most first"),
    "queued": ("queue", "most first"),
    "done": ("done", "most first"),
    "age": ("last activity", "newest first"),
    "next": ("next sync", "soonest first"),
    "source": ("source", "A to Z"),
}


class Menus(ConsoleScreen):
    """Opens a menu, and acts on what was chosen."""

    def action_sort(self) -> None:
        """Choose the column; the same one again reverses."""
        pane = self.query_one(InstancesPane)
        choices = [Choice(column, *_SORT_WORDS[column]) for column in COLUMNS]

        def chosen(column: str | None) -> None:
            if column is not None:
                reverse = column == pane.order.column and not pane.order.reverse
                pane.order = Order(column, reverse)

        title = "Sort by (the same again: reverse)"
        self.app.push_screen(Pick(title, choices, pane.order.column), chosen)

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
