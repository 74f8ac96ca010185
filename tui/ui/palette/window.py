"""The command palette: type a few letters of what you want, enter does it."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from tui.errors import UsageError
from tui.ui.kit.cut import widest
from tui.ui.kit.dialog import Dialog
from tui.ui.kit.line import Line
from tui.ui.kit.row_table.row_table import ASCII_GLYPHS, Column, Glyphs, RowTable
from tui.ui.palette.offer import Offer, PaletteEntry

COLUMNS = (
    Column("title", "COMMAND", min_width=18, most=36),
    Column("keys", "KEYS", min_width=6, most=13, drop=1),
    Column("note", "", min_width=20, grow=1),
)
FOOT = "enter runs it, esc cancels"


def contents(entries: Sequence[PaletteEntry]) -> dict[str, int]:
    """Cells of the longest title and the longest keys among these entries; the words have what is left."""
    return {
        "title": widest(one.title for one in entries),
        "keys": widest(one.keys for one in entries),
    }


class PaletteWindow(Dialog):
    """Every action and command. The result is `action ID` or a command line; a wrong one keeps what was typed."""

    BINDINGS = [
        Binding("down,ctrl+n", "move('cursor_down')", show=False),
        Binding("up,ctrl+p", "move('cursor_up')", show=False),
        Binding("pagedown,ctrl+d", "move('page', 1)", show=False),
        Binding("pageup,ctrl+u", "move('page', -1)", show=False),
        Binding("tab", "complete", show=False, priority=True),
    ]

    def __init__(self, offer: Offer) -> None:
        super().__init__()
        self._offer = offer

    def compose(self) -> ComposeResult:
        """The input, what matches, and the line that says what is wrong."""
        with Vertical(classes="dialog palette"):
            with Horizontal():
                yield Line(":", classes="palette-sign")
                yield Input(placeholder="an action, or ns sort filter set line time profile q", compact=True)
            yield RowTable[PaletteEntry](
                COLUMNS,
                key=lambda entry: entry.action or entry.command,
                cells=self._cells,
                glyphs=ASCII_GLYPHS if self.look.signs.ascii else Glyphs(),
                contents=contents,
            )
            yield Line(self.look.text(FOOT, "muted"), classes="dialog-foot")

    def _cells(self, entry: PaletteEntry) -> tuple[Text | str, ...]:
        muted = self.look.style("muted")
        if entry.blocked:
            return Text(entry.title, muted), Text(entry.keys, muted), Text(entry.note, self.look.style("warning"))
        return Text(entry.title, "bold"), Text(entry.keys, self.look.style("active")), Text(entry.note, muted)

    def on_mount(self) -> None:
        """Everything is offered at first."""
        self._table.can_focus = False  # a click must not take the keys away from the input
        self._show("")
        self.query_one(Input).focus()

    @property
    def _table(self) -> RowTable[PaletteEntry]:
        return self.query_one(RowTable)

    def _show(self, text: str) -> None:
        self._table.set_placeholder(f"Nothing matches {text.strip()!r}.")
        self._table.set_rows(self._offer.entries(text))
        self._table.action_top()
        self._describe(self._table.cursor_row)

    def _describe(self, entry: PaletteEntry | None) -> None:
        """The words of the row under the cursor in full: in their column they may be cut."""
        if entry and self.query_one(Input).value:
            self._say(entry.note, "warning" if entry.blocked else "muted")
        else:
            self._say(FOOT, "muted")

    def on_row_table_highlighted(self, event: RowTable.Highlighted) -> None:
        """Another row."""
        event.stop()
        self._describe(event.row)

    def _say(self, words: str, meaning: str) -> None:
        self.query_one(".dialog-foot", Line).show(self.look.text(words, meaning))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Another text, other matches."""
        event.stop()
        self._show(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: run what the cursor is on."""
        event.stop()
        self._run(self._table.cursor_row)

    def on_row_table_chosen(self, event: RowTable.Chosen) -> None:
        """A click on the row under the cursor."""
        event.stop()
        self._run(event.row)

    def _run(self, entry: PaletteEntry | None) -> None:
        if entry and entry.blocked:
            self._say(entry.blocked, "warning")
        elif entry and entry.action:
            self.dismiss(f"action {entry.action}")
        elif entry and entry.open:
            self._fill(f"{entry.command} ")
        else:
            try:
                self.dismiss(self._offer.check(entry.command if entry else self.query_one(Input).value))
            except UsageError as error:
                self._say(" ".join(part for part in (error.detail, error.hint) if part), "error")

    def action_complete(self) -> None:
        """Tab: take over the command under the cursor, to go on typing."""
        entry = self._table.cursor_row
        if entry and entry.command:
            self._fill(f"{entry.command} " if entry.open else entry.command)

    def _fill(self, text: str) -> None:
        box = self.query_one(Input)
        box.value = text
        box.cursor_position = len(text)

    def action_move(self, how: str, *steps: int) -> None:
        """Move the cursor while the input keeps the focus."""
        getattr(self._table, f"action_{how}")(*steps)
