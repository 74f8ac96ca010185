"""The window of a batch: how far it is, and what became of each."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Button

from tui.service.batch import Batch, Done, Skipped
from tui.text import duration, one_line
from tui.ui.kit.dialog import Dialog
from tui.ui.kit.line import Line
from tui.ui.kit.row_table.row_table import ASCII_GLYPHS, Column, Glyphs
from tui.ui.kit.table import Table
from tui.ui.look import Look

COLUMNS = (
    Column("state", " ", width=1),
    Column("name", "NAME", min_width=16, grow=2, name=True),
    Column("outcome", "OUTCOME", min_width=24, grow=3),
)
BAR = 30


class BatchWindow(Dialog):
    """Follows a batch. Closing the window does not stop it: the status bar shows how far it is."""

    def __init__(self, batch: Batch) -> None:
        super().__init__()
        self._batch = batch

    def compose(self) -> ComposeResult:
        """Title, bar, outcomes, buttons."""
        with Vertical(classes="dialog batch"):
            yield Line(self._batch.title, classes="dialog-title")
            yield Line(id="batch-bar")
            yield Table[Done](
                COLUMNS,
                key=lambda done: done.name,
                cells=lambda done: cells(done, self.look),
                glyphs=ASCII_GLYPHS if self.look.signs.ascii else Glyphs(),
                id="outcomes-table",
            )
            with Horizontal(classes="dialog-buttons"):
                yield Button("Stop", id="stop", compact=True)
                yield Button("Close", id="close", compact=True)

    def on_mount(self) -> None:
        """Close has the focus; the window is as high as its rows, if the screen is."""
        rows = len(self._batch.steps) + len(self._batch.left_out) + 1
        self.query_one(Table).styles.height = min(rows, max(4, self.app.size.height - 12))
        self.query_one("#close", Button).focus()
        self.call_after_refresh(self.draw)

    def draw(self) -> None:
        """Bring the window up to the batch."""
        if not self.is_mounted:
            return
        batch = self._batch
        self.query_one("#batch-bar", Line).show(progress(batch, self.look))
        table = self.query_one(Table)
        at_end = table.cursor_key == (table.shown[-1].name if table.shown else None)
        table.set_rows(batch.results)
        table.set_placeholder(f"The first is on its way{self.look.signs.ellipsis}")
        if at_end:
            table.action_bottom()
        self.query_one("#stop", Button).disabled = not batch.running

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Stop after the one on its way, or close the window."""
        event.stop()
        if event.button.id == "stop":
            self._batch.stop()
            self.query_one("#close", Button).focus()
        else:
            self.action_cancel()


def progress(batch: Batch, look: Look) -> Text:
    """Bar, counts, and what it waits for."""
    whole = len(batch.steps) or 1
    line = Text.assemble(look.bar((len(batch.done) + batch.part) / whole, BAR), f"  {batch.summary}")
    if batch.waiting:
        line.append_text(look.text(f"  waits {duration(batch.waiting)} for the request budget", "warning"))
    return line


def cells(done: Done, look: Look) -> tuple[Text | str, ...]:
    """One cell a column of COLUMNS."""
    bad = "x" if look.signs.ascii else "✗"
    good = "*" if look.signs.ascii else "●"
    if isinstance(done.error, Skipped):
        words = f"{done.error.title.lower()}: {done.error.detail}"
        return look.text("-", "muted"), one_line(done.name), look.text(one_line(words), "warning")
    if done.error:
        words = " ".join(part for part in (f"{done.error.title}.", done.error.detail, done.error.hint) if part)
        return look.text(bad, "error"), one_line(done.name), look.text(one_line(words), "error")
    told = done.outcome
    title = told.title.removeprefix(one_line(done.name)).lstrip(": ") if told else ""
    words = ". ".join(part for part in (title, told.detail if told else "") if part)
    sure = told is None or told.certain
    mark = look.text(good if sure else "?", "success" if sure else "warning")
    return mark, one_line(done.name), look.text(one_line(words), "" if sure else "warning")
