"""A dialog that asks for one line of text, for what changes nothing on the server."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Input, Static

from tui.ui.kit.dialog import Dialog, fact_lines
from tui.ui.kit.line import Line


class LineDialog(Dialog):
    """The result is the line, never empty; enter in the field gives it."""

    def __init__(
        self, title: str, facts: Sequence[tuple[str, str]], value: str, *, placeholder: str, button: str
    ) -> None:
        super().__init__()
        self._title = title
        self._facts = facts
        self._value = value
        self._placeholder = placeholder
        self._button = button

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Line(self._title, classes="dialog-title")
            yield Static(fact_lines(self._facts, self.look), markup=False, classes="dialog-text")
            yield Input(self._value, placeholder=self._placeholder, compact=True, id="field", select_on_focus=True)
            with Horizontal(classes="dialog-buttons"):
                yield Button("Cancel", id="cancel", compact=True)
                yield Button(self._button, id="go", variant="primary", compact=True)

    def on_mount(self) -> None:
        """Ready to be typed over."""
        self.query_one("#field", Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._answer()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self._answer() if event.button.id == "go" else self.action_cancel()

    def _answer(self) -> None:
        if text := self.query_one("#field", Input).value.strip():
            self.dismiss(text)
        else:
            self.query_one("#field", Input).focus()
