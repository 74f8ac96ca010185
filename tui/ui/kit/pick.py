"""Choosing one of a list."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from rich.cells import cell_len
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical

from tui.ui.kit.dialog import Dialog
from tui.ui.kit.line import Line
from tui.ui.kit.row_table.row_table import ASCII_GLYPHS, Column, Glyphs, RowTable

WIDEST = 44
"""Cells that the titles get at most."""
MOST = 16
"""Choices in sight at most; the others are scrolled to."""


class Choice(Struct, frozen=True):
    """One entry: `value` is the result, unlike all others; `note` stands at the right."""

    value: str
    title: str
    note: str = ""


class Pick(Dialog):
    """A list to choose from; the current choice has the cursor."""

    FOOT = "enter chooses, esc cancels"
    BINDINGS = [
        Binding("down,j", "move('cursor_down')", show=False),
        Binding("up,k", "move('cursor_up')", show=False),
        Binding("pagedown,ctrl+d", "move('page_down')", show=False),
        Binding("pageup,ctrl+u", "move('page_up')", show=False),
        Binding("home,g", "move('top')", show=False),
        Binding("end,G", "move('bottom')", show=False),
        Binding("enter", "move('choose')", show=False),
        Binding("q", "cancel", "Cancel", show=False),
    ]

    def __init__(self, title: str, choices: Sequence[Choice], current: str | None = None) -> None:
        super().__init__()
        self._title = title
        self._choices = tuple(choices)
        self._current = current

    def compose(self) -> ComposeResult:
        """Title and list."""
        width = max((cell_len(one.title) for one in self._choices), default=0)
        columns = (Column("title", "", width=min(width + 2, WIDEST)), Column("note", "", min_width=4, grow=1))
        glyphs = ASCII_GLYPHS if self.look.signs.ascii else Glyphs()
        with Vertical(classes="dialog pick"):
            yield Line(self._title, classes="dialog-title")
            yield RowTable[Choice](columns, key=lambda choice: choice.value, cells=self._cells, glyphs=glyphs)
            yield Line(self.look.text(self.FOOT, "muted"), classes="dialog-foot")

    def _cells(self, choice: Choice) -> tuple[str, Text]:
        return choice.title, Text(choice.note, self.look.style("muted"))

    @property
    def _table(self) -> RowTable[Choice]:
        return self.query_one(RowTable)

    def on_mount(self) -> None:
        """The cursor starts at the current choice."""
        table = self._table
        table.styles.height = min(len(self._choices), MOST) + 1
        table.set_rows(self._choices)
        table.focus()
        self.call_after_refresh(table.move_to, self._current)

    def on_row_table_chosen(self, event: RowTable.Chosen) -> None:
        """Enter, or a click on the choice under the cursor."""
        event.stop()
        self.dismiss(event.row.value)

    def action_move(self, how: str) -> None:
        """Move the cursor, or choose."""
        getattr(self._table, f"action_{how}")()
