"""Choosing one of a list."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.ui.screens.dialog import Dialog
from tui.ui.widgets.line import Line


class Choice(Struct, frozen=True):
    """One entry: `value` is the result, `note` stands at the right."""

    value: str
    title: str
    note: str = ""


class Pick(Dialog):
    """A list to choose from; the current choice has the cursor."""

    BINDINGS = [
        Binding("j", "move('down')", "Down", show=False),
        Binding("k", "move('up')", "Up", show=False),
        Binding("q", "cancel", "Cancel", show=False),
    ]

    def __init__(self, title: str, choices: Sequence[Choice], current: str | None = None) -> None:
        super().__init__()
        self._title = title
        self._choices = tuple(choices)
        self._current = current

    def compose(self) -> ComposeResult:
        """Title and list."""
        with Vertical(classes="dialog"):
            yield Line(self._title, classes="dialog-title")
            yield OptionList(*(Option(self._line(choice), id=None) for choice in self._choices), compact=True)
            yield Line(self.look.text("enter chooses, esc cancels", "muted"), classes="dialog-foot")

    def _line(self, choice: Choice) -> Text:
        width = max((len(one.title) for one in self._choices), default=0) + 3
        return Text.assemble(f"{choice.title:<{width}}", (choice.note, self.look.style("muted")))

    def on_mount(self) -> None:
        """The cursor starts at the current choice."""
        values = [choice.value for choice in self._choices]
        box = self.query_one(OptionList)
        box.highlighted = values.index(self._current) if self._current in values else 0
        box.focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter."""
        event.stop()
        self.dismiss(self._choices[event.option_index].value)

    def action_move(self, direction: str) -> None:
        """The keys of vi."""
        box = self.query_one(OptionList)
        box.action_cursor_down() if direction == "down" else box.action_cursor_up()
