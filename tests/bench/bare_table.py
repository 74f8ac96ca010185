"""5,000 rows in Textual's own DataTable and nothing else: what a key costs at least."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import DataTable

ROWS = 5000
COLUMNS = ("", "NAME", "STATE", "NS", "ERR", "QUEUE", "DONE", "AGE")


class BareTable(App[None]):
    """A table that fills the screen."""

    def compose(self) -> ComposeResult:
        """The table alone."""
        yield DataTable(cursor_type="row")

    def on_mount(self) -> None:
        """Fill it."""
        table = self.query_one(DataTable)
        table.add_columns(*COLUMNS)
        table.add_rows(("●", f"plain-{n:05}", "ready", "default", 0, 0, 310, "5h") for n in range(ROWS))


if __name__ == "__main__":
    BareTable().run()
