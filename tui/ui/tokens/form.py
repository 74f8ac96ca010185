"""The dialog that registers a service token. Its secret is hidden, sent once, and never shown or kept."""

from __future__ import annotations

from collections.abc import Callable

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Input, Static

from tui.errors import AppError
from tui.secret import Secret
from tui.ui.kit.dialog import LABEL, Dialog
from tui.ui.kit.field import field_line, legend
from tui.ui.kit.line import Line
from tui.ui.kit.unsent import KeptFields

EFFECT = "Instances can then read their R2 buckets with it. The secret goes to the service and is never shown again."


class TokenForm(Dialog):
    """Stays open until the write has succeeded: what was typed is still there after a failure.

    `submit` gets name, id of the API token, its secret, and this form, whose `finish` it calls with the error or None.
    """

    def __init__(self, account: str, submit: Callable[[str, str, Secret, TokenForm], None], kept: KeptFields) -> None:
        super().__init__()
        self.kept = kept
        self._account = account
        self._submit = submit

    def compose(self) -> ComposeResult:
        """Title, account, fields, what is wrong, buttons."""
        with Vertical(classes="dialog"):
            yield Line("New service token", classes="dialog-title")
            account = Text.assemble((f"{'Account':<{LABEL}}", self.look.style("muted")), self._account)
            yield Static(account, markup=False, classes="dialog-text")
            yield Static(EFFECT, markup=False, classes="dialog-text")
            with Vertical(classes="dialog-fields"):
                yield from self._fields()
                yield legend(self.look)
            yield Static(markup=False, classes="dialog-text", id="problem")
            with Horizontal(classes="dialog-buttons"):
                yield Button("Cancel", id="cancel", compact=True)
                yield Button("Create", id="go", variant="primary", compact=True)

    def _fields(self) -> ComposeResult:
        name = Input(placeholder="what instances show", compact=True, id="name")
        api_id = Input(placeholder="of the API token, not its value", compact=True, id="api-id")
        secret = Input(placeholder="the value of the API token, hidden", compact=True, id="secret", password=True)
        for label, field in (("Name", name), ("API token id", api_id), ("API token value", secret)):
            yield field_line(label, field, self.look, required=True)

    def on_mount(self) -> None:
        """The first field has the focus: enter there only goes on to the next one."""
        self.query_one("#problem").display = False
        self.query_one("#name", Input).focus()
        if self.kept:
            self.kept.fill(self)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in a field goes on to the next one, then to the button; it never sends."""
        event.stop()
        self.query_one("#go", Button).focus() if event.input.id == "secret" else self.app.action_focus_next()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Cancel, or send."""
        event.stop()
        if event.button.id != "go":
            self.action_cancel()
            return
        values = {one: self.query_one(f"#{one}", Input).value.strip() for one in ("name", "api-id", "secret")}
        missing = next((one for one, value in values.items() if not value), "")
        if missing:
            self._problem("All three are needed.")
            self.query_one(f"#{missing}", Input).focus()
            return
        self.query_one("#go", Button).disabled = True
        self._submit(values["name"], values["api-id"], Secret(values["secret"]), self)

    def finish(self, error: AppError | None) -> None:
        """The write is over: close, or say what was wrong with everything still in its place."""
        if not self.is_attached:
            return
        if error is None:
            self.dismiss("")
            return
        self._problem("\n".join(part for part in (str(error), error.hint) if part))
        button = self.query_one("#go", Button)
        button.disabled = False
        button.focus()

    def _problem(self, words: str) -> None:
        problem = self.query_one("#problem", Static)
        problem.update(self.look.text(words, "error"))
        problem.display = True
