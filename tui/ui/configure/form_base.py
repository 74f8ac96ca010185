"""What a form shows: its draft, what is wrong with it, and what became of sending it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Static

from tui.errors import AppError
from tui.service.config.draft import Draft
from tui.service.config.fields import Field
from tui.service.config.validation import Problem, blamed
from tui.ui.configure.fields import about
from tui.ui.configure.form_view import FormView
from tui.ui.kit.dialog import Dialog
from tui.ui.kit.line import Line
from tui.ui.kit.pick import Choice


class Plan(Struct, frozen=True):
    """What a form is for. `go` is called with a form whose draft is right; `choices` lists what a field can be.

    `edit` changes the draft in the operator's own editor; None where there is no such way.
    """

    title: str
    target: str
    button: str
    go: Callable[[FormBase], None]
    choices: Callable[[Field], Awaitable[Sequence[Choice]]]
    edit: Callable[[FormBase], None] | None = None


class FormBase(Dialog):
    """Holds a draft and draws it."""

    def __init__(self, draft: Draft, plan: Plan) -> None:
        super().__init__()
        self.draft = draft
        self.busy = False
        self.plan = plan
        self.complete = False
        self.refused: tuple[Problem, ...] = ()
        self.found: tuple[Problem, ...] = ()
        self._message: Text | None = None

    def compose(self) -> ComposeResult:
        """Title, target, fields, what the field is about, buttons."""
        with Vertical(classes="dialog form"):
            yield Line(self.plan.title, classes="form-title")
            yield Line(self.look.text(self.plan.target, "muted"), classes="form-target")
            yield FormView(self.draft, id="fields")
            yield Static(markup=False, id="form-about")
            with Horizontal(classes="dialog-buttons"):
                yield Line(id="form-foot")
                yield Button("Cancel", id="cancel", compact=True)
                yield Button(Text(self.plan.button), id="go", variant="primary", compact=True)

    def on_mount(self) -> None:
        """Cancel has the focus: enter pressed by habit does nothing."""
        self.query_one("#cancel", Button).focus()
        self.draw()

    def on_resize(self) -> None:
        """The foot tells how much is below."""
        self.call_after_refresh(self._draw_words)

    @property
    def view(self) -> FormView:
        """The fields."""
        return self.query_one(FormView)

    # drawing

    def change(self, draft: Draft) -> None:
        """Another draft: show it."""
        self.draft, self._message = draft, None
        self.draw()

    def draw(self) -> None:
        """Show the draft and what is wrong with it."""
        own = self.draft.problems(complete=self.complete)
        self.found = (*own, *(one for one in self.refused if one.path not in {mine.path for mine in own}))
        self.view.show(self.draft, self.found)
        self._draw_words()

    def _draw_words(self) -> None:
        words = self._message or self.look.text(about(self.view.field), "muted")
        self.query_one("#form-about", Static).update(words)
        self.query_one("#form-foot", Line).show(self._foot())

    def _foot(self) -> Text:
        parts = [f"{len(self.draft.touched)} changed"] if self.draft.touched and not self.draft.creating else []
        line = Text(", ".join(parts))
        if self.found:
            line.append(f"{'  ' if parts else ''}{len(self.found)} wrong", self.look.style("error"))
        hint = "e edits the JSON, f2 goes on" if self.plan.edit else "tab, up and down move, f2 goes on"
        if below := self.view.below:
            hint += f" {self.look.signs.dot} {below} below"
        return line.append(f"  {hint}" if parts or self.found else hint, self.look.style("muted"))

    def explain(self, words: str, meaning: str = "warning") -> None:
        """Say something in the place of the field's words, until the cursor moves."""
        self._message = self.look.text(words, meaning)
        self._draw_words()

    def failed(self, error: AppError) -> None:
        """The call failed: everything is still here, and what the refusal is about says so."""
        self.set_busy(False)
        path = blamed(error)
        if path and any(field.path == path for field in self.draft.fields):
            self.refused = (Problem(path, error.title),)
            self.draw()
            self.view.go_to(path)
        parts = (f"{error.title}.", error.detail, error.hint)
        self.call_after_refresh(self.explain, " ".join(part for part in parts if part), "error")

    def set_busy(self, busy: bool) -> None:
        """While the call is on its way nothing can be sent or left."""
        self.busy = busy
        self.query_one("#go", Button).disabled = busy
        if busy:
            self.explain("On its way" + self.look.signs.ellipsis, "active")

    def rebase(self, document: Mapping[str, Any]) -> None:
        """Put the changes on top of another document."""
        self.refused = ()
        self.change(self.draft.rebased(document))
