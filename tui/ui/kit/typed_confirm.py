"""A confirmation that wants the name of its target typed, for what cannot be undone."""

from __future__ import annotations

from textual import events
from textual.widgets import Button, Input

from tui.ui.kit.dialog import Confirm, Question


class TypedConfirm(Confirm):
    """A confirmation whose button is inert until the exact name was typed into its field."""

    def __init__(self, question: Question, name: str) -> None:
        super().__init__(question)
        self._name = name

    @property
    def ready(self) -> bool:
        """Whether everything that must be known before is known."""
        return True

    @property
    def _matches(self) -> bool:
        return self.ready and self.query_one("#field", Input).value == self._name

    def on_mount(self) -> None:
        """Inert at first, and in the colour of what cannot be undone."""
        self.query_one("#go", Button).variant = "error"
        self.weigh()

    def weigh(self) -> None:
        """The button is open when the name is right."""
        self.query_one("#go", Button).disabled = not self._matches

    def on_input_changed(self, event: Input.Changed) -> None:
        """Another name."""
        event.stop()
        self.weigh()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter does nothing until the name matches."""
        event.stop()
        event.prevent_default()
        if self._matches:
            self._answer()

    def on_key(self, event: events.Key) -> None:
        """Typing on a button goes into the field."""
        if isinstance(self.focused, Button) and event.is_printable and event.character:
            event.stop()
            field = self.query_one("#field", Input)
            self.set_focus(field)
            field.insert_text_at_cursor(event.character)
