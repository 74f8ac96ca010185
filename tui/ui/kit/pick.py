"""Choosing one of a list."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from rich.cells import cell_len
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input

from tui.ui.kit.dialog import Dialog
from tui.ui.kit.filter_box import YieldingInput
from tui.ui.kit.line import Line
from tui.ui.kit.row_table.row_table import ASCII_GLYPHS, Column, Glyphs, RowTable

WIDEST = 44
"""Cells that the titles get at most."""
MOST = 16
"""Choices in sight at most; the others are scrolled to."""


class Choice(Struct, frozen=True):
    """One entry: `value` is the result, unlike all others; `note` stands at the right.

    One that is `always` offered stays whatever is typed, such as another value than those of the list.
    """

    value: str
    title: str
    note: str = ""
    always: bool = False


def matching(choices: Sequence[Choice], text: str) -> tuple[Choice, ...]:
    """The choices that have all words of a text in their title or note, whatever their order; the likeliest first."""
    wanted = text.casefold().strip()
    if not wanted:
        return tuple(choices)
    words = wanted.split()
    found = [one for one in choices if all(word in f"{one.title} {one.note}".casefold() for word in words)]

    def rank(one: Choice) -> tuple[bool, bool]:
        title = one.title.casefold()
        return not title.startswith(wanted), not all(word in title for word in words)

    return (*sorted(found, key=rank), *(one for one in choices if one.always and one not in found))


class Pick(Dialog):
    """A list to choose from; the current choice has the cursor. What is typed keeps the choices that have it."""

    FOOT = "type to find, enter takes, esc cancels"
    BINDINGS = [
        Binding("down,ctrl+n", "move('cursor_down')", show=False),
        Binding("up,ctrl+p", "move('cursor_up')", show=False),
        Binding("pagedown,ctrl+d", "move('page', 1)", show=False, priority=True),
        Binding("pageup,ctrl+u", "move('page', -1)", show=False, priority=True),
        Binding("j", "move('cursor_down')", show=False, priority=True),
        Binding("k", "move('cursor_up')", show=False, priority=True),
        Binding("home", "move('top')", show=False, priority=True),
        Binding("end", "move('bottom')", show=False, priority=True),
    ]

    def __init__(self, title: str, choices: Sequence[Choice], current: str | None = None) -> None:
        super().__init__()
        self._title = title
        self._choices = tuple(choices)
        self._current = current

    def compose(self) -> ComposeResult:
        """Title, what is typed, list."""
        width = max((cell_len(one.title) for one in self._choices), default=0)
        columns = (
            Column("title", "", width=min(width + 2, WIDEST), name=True),
            Column("note", "", min_width=4, grow=1),
        )
        glyphs = ASCII_GLYPHS if self.look.signs.ascii else Glyphs()
        with Vertical(classes="dialog pick"):
            yield Line(self._title, classes="dialog-title")
            yield YieldingInput(self._moves, id="find")
            yield RowTable[Choice](columns, key=lambda choice: choice.value, cells=self._cells, glyphs=glyphs)
            yield Line(self.look.text(self.FOOT, "muted"), classes="dialog-foot")

    def _cells(self, choice: Choice) -> tuple[str, Text]:
        return choice.title, Text(choice.note, self.look.style("muted"))

    @property
    def _table(self) -> RowTable[Choice]:
        return self.query_one(RowTable)

    @property
    def _find(self) -> Input:
        return self.query_one("#find", Input)

    def on_mount(self) -> None:
        """The cursor starts at the current choice; what is typed has the keys, and a click does not take them away."""
        table = self._table
        table.can_focus = False
        table.styles.height = min(len(self._choices), MOST) + 1
        table.set_rows(self._choices)
        self._find.focus()
        self.call_after_refresh(table.move_to, self._current)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Another text, other choices; without one all of them, at the current choice."""
        event.stop()
        text = event.value.strip()
        found = matching(self._choices, text)
        self._table.set_placeholder(f"Nothing matches {text!r}.")
        self._table.set_rows(found)
        self._table.action_top()
        if not text:
            self._table.move_to(self._current)
        words = f"{len(found)} of {len(self._choices)}, enter takes, esc shows all" if text else self.FOOT
        self.query_one(".dialog-foot", Line).show(self.look.text(words, "muted"))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: the choice under the cursor."""
        event.stop()
        if row := self._table.cursor_row:
            self.dismiss(row.value)

    def on_row_table_chosen(self, event: RowTable.Chosen) -> None:
        """A click on the choice under the cursor."""
        event.stop()
        self.dismiss(event.row.value)

    def action_cancel(self) -> None:
        """Show everything again, then close."""
        if self._find.value:
            self._find.value = ""
        else:
            self.dismiss(None)

    def _moves(self, key: str) -> bool:
        """`j` and `k` move as in every table where nothing is typed and no title has such a letter to be found by."""
        return (
            key in ("j", "k") and not self._find.value and all(key not in one.title.casefold() for one in self._choices)
        )

    def action_move(self, how: str, *steps: int) -> None:
        """Move the cursor while what is typed keeps the focus."""
        getattr(self._table, f"action_{how}")(*steps)
