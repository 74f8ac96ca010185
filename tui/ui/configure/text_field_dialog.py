"""A window of its own for a field whose text has many lines."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Static, TextArea

from tui.service.config.fields import Field
from tui.service.config.text import read
from tui.text import safe
from tui.ui.configure.fields import named
from tui.ui.kit.dialog import Dialog
from tui.ui.kit.line import Line


class TextFieldDialog(Dialog):
    """A text of several lines. The result is the text, or None when it was cancelled."""

    BINDINGS = [Binding("ctrl+s,f2", "keep", "Keep", show=False)]

    def __init__(self, field: Field, text: str) -> None:
        super().__init__()
        self._field = field
        self._text = safe(text)
        self._warned = False

    def compose(self) -> ComposeResult:
        """Title, what is wanted, text, what is wrong, buttons."""
        field = self._field
        with Vertical(classes="dialog sheet"):
            yield Line(named(field), classes="dialog-title")
            yield Static(f"{field.help} {field.kind.value[:1].upper()}{field.kind.value[1:]}.", markup=False)
            yield TextArea(self._text, tab_behavior="focus", compact=True, id="sheet-text")
            yield Line(id="sheet-problem")
            with Horizontal(classes="dialog-buttons"):
                yield Button("Cancel", id="cancel", compact=True)
                yield Button(Text("Keep"), id="go", variant="primary", compact=True)

    def on_mount(self) -> None:
        """Ready to go on typing at the end: nothing is sent from here."""
        area = self.query_one(TextArea)
        area.move_cursor(area.document.end)
        area.focus()

    @property
    def text(self) -> str:
        """What is written now."""
        return self.query_one(TextArea).text

    def on_text_area_changed(self) -> None:
        """Say what is wrong while it is typed."""
        self._warned = False
        self._show(self._problem())

    def _problem(self) -> str:
        try:
            read(self._field, self.text)
        except ValueError as error:
            return str(error)
        return ""

    def _show(self, words: str) -> None:
        self.query_one("#sheet-problem", Line).show(self.look.text(words, "error"))

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Cancel, or keep."""
        event.stop()
        self.action_keep() if event.button.id == "go" else self.action_cancel()

    def action_keep(self) -> None:
        """Back to the form with the text; a text that means nothing stays until it does."""
        if not self._problem():
            self.dismiss(self.text)

    def action_cancel(self) -> None:
        """Back without the text; asks once when something was typed."""
        if self.text == self._text or self._warned:
            self.dismiss(None)
        else:
            self._warned = True
            self._show("Cancel again to discard what you typed here.")
