"""The dialogs that change a namespace: name and description, and its deletion."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Input, Static

from tui.errors import AppError
from tui.ui.kit.dialog import LABEL, Dialog
from tui.ui.kit.field import field_line, legend
from tui.ui.kit.line import Line
from tui.ui.kit.unsent import KeptFields


class NamespaceDraft(Struct, frozen=True):
    """What a form asks for. With a fixed `name` only the description is asked."""

    title: str
    facts: Sequence[tuple[str, str]]
    effect: str
    button: str
    name: str = ""
    description: str = ""


class NamespaceForm(Dialog):
    """Stays open until the write has succeeded: what was typed is still there after a failure.

    `submit` gets name, description, and this form, whose `finish` it calls with the error or None.
    """

    def __init__(
        self, draft: NamespaceDraft, submit: Callable[[str, str, NamespaceForm], None], kept: KeptFields
    ) -> None:
        super().__init__()
        self.kept = kept
        self._draft = draft
        self._submit = submit

    def compose(self) -> ComposeResult:
        """Title, facts, fields, what is wrong, buttons."""
        asked = self._draft
        muted = self.look.style("muted")
        facts = [Text.assemble((f"{name:<{LABEL}}", muted), value) for name, value in asked.facts]
        with Vertical(classes="dialog"):
            yield Line(asked.title, classes="dialog-title")
            yield Static(Text("\n").join(facts), markup=False, classes="dialog-text")
            yield Static(asked.effect, markup=False, classes="dialog-text")
            with Vertical(classes="dialog-fields"):
                if not asked.name:
                    name = Input(placeholder="letters, digits, - and _", compact=True, id="name")
                    yield field_line("Name", name, self.look, required=True)
                words = Input(
                    asked.description, placeholder="what it is for", compact=True, id="description", max_length=256
                )
                yield field_line("Description", words, self.look)
                yield legend(self.look)
            yield Static(markup=False, classes="dialog-text", id="problem")
            with Horizontal(classes="dialog-buttons"):
                yield Button("Cancel", id="cancel", compact=True)
                yield Button(asked.button, id="go", variant="primary", compact=True)

    def on_mount(self) -> None:
        """The first field has the focus: enter there only goes on to the next one."""
        self.query_one("#problem").display = False
        self.query(Input).first().focus()
        if self.kept:
            self.kept.fill(self)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in a field goes on to the next one, then to the button; it never sends."""
        event.stop()
        self.app.action_focus_next() if event.input.id == "name" else self.query_one("#go", Button).focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Cancel, or send."""
        event.stop()
        if event.button.id != "go":
            self.action_cancel()
            return
        self.query_one("#go", Button).disabled = True
        name = self._draft.name or self.query_one("#name", Input).value.strip()
        self._submit(name, self.query_one("#description", Input).value.strip(), self)

    def finish(self, error: AppError | None) -> None:
        """The write is over: close, or say what was wrong with everything still in its place."""
        if not self.is_attached:
            return
        if error is None:
            self.dismiss("")
            return
        problem = self.query_one("#problem", Static)
        words = "\n".join(part for part in (str(error), error.hint) if part)
        problem.update(self.look.text(words, "error"))
        problem.display = True
        button = self.query_one("#go", Button)
        button.disabled = False
        button.focus()
