"""How a field that is not typed into its row is entered: a switch, a list, or a window of its own."""

from __future__ import annotations

from typing import Any

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Static, TextArea

from tui.errors import AppError
from tui.models.put_body import same
from tui.service.config.document import MISSING
from tui.service.config.fields import Field, Kind
from tui.service.config.text import SHEETS, read
from tui.text import safe
from tui.ui.configure.fields import brief
from tui.ui.configure.form_base import FormBase
from tui.ui.kit.dialog import Confirm, Dialog, Question
from tui.ui.kit.line import Line
from tui.ui.kit.pick import Choice, Pick

_ANOTHER, _DEFAULT = "another", "default"


class Entered(FormBase):
    """A form as far as a field is entered into it."""

    def enter_text(self, field: Field, text: str) -> None:
        """Another text in a field."""
        self.refused = tuple(one for one in self.refused if one.path != field.path)
        self.change(self.draft.with_text(field, text))

    def enter_value(self, field: Field, value: Any) -> None:
        """Another value in a field."""
        self.refused = tuple(one for one in self.refused if one.path != field.path)
        self.change(self.draft.with_value(field, value))


async def enter(form: Entered, field: Field) -> None:
    """Let the operator enter a value, and put it into the form's draft."""
    if field.kind is Kind.YES_NO:
        _switch(form, field)
    elif field.kind in SHEETS:
        text = await form.app.push_screen_wait(Sheet(field, form.draft.text(field)))
        if text is not None:
            form.enter_text(field, text)
    elif field.kind is Kind.MODEL:
        await _model(form, field)
    elif field.kind is Kind.CHOICE:
        await _choice(form, field)
    else:
        await _listed(form, field)


def _switch(form: Entered, field: Field) -> None:
    value = form.draft.value(field)
    now = value if isinstance(value, bool) else bool(field.default)
    form.enter_value(field, not now)


async def _choice(form: Entered, field: Field) -> None:
    """One of an enum; a value that the contract does not know can be kept."""
    value = form.draft.value(field)
    values: list[Any] = list(field.choices)
    if value is not MISSING and value is not None and value not in values:
        values.insert(0, value)
    choices = [Choice(str(at), brief(field, one), _note(field, one)) for at, one in enumerate(values)]
    current = str(values.index(value)) if value in values else None
    chosen = await form.app.push_screen_wait(Pick(field.path, choices, current))
    if chosen is not None:
        form.enter_value(field, values[int(chosen)])


def _note(field: Field, value: Any) -> str:
    return "default" if field.default is not None and same(value, field.default) else ""


async def _model(form: Entered, field: Field) -> None:
    """A known model, the service's default, or any other name: the list is open (api-facts: Models)."""
    value = form.draft.value(field)
    names = list(dict.fromkeys([*([value] if value else []), *field.choices]))
    choices = [Choice(_DEFAULT, "the service's default"), *(Choice(f"={name}", safe(name)) for name in names)]
    choices.append(Choice(_ANOTHER, "another name..."))
    chosen = await form.app.push_screen_wait(Pick(field.path, choices, f"={value}" if value else _DEFAULT))
    if chosen == _ANOTHER:
        effect = "A model of Workers AI or of your AI Gateway, by its full name. The service checks it."
        chosen = await form.app.push_screen_wait(Confirm(Question(field.path, (), effect, "Use it", "@cf/...")))
        chosen = f"={chosen}" if chosen else None
    if chosen == _DEFAULT:
        form.enter_value(field, form.draft.was(field) if not form.draft.was(field) else "")
    elif chosen:
        form.enter_value(field, chosen[1:])


async def _listed(form: Entered, field: Field) -> None:
    """One of what the account has: namespaces, service tokens."""
    try:
        choices = await form.plan.choices(field)
    except AppError as error:
        form.explain(f"{error.title}. {error.detail} {error.hint}", "error")
        return
    if not choices:
        form.explain(f"This account has no {field.kind.value.removeprefix('a ')}.", "error")
        return
    value = form.draft.value(field)
    chosen = await form.app.push_screen_wait(Pick(field.path, choices, value if isinstance(value, str) else None))
    if chosen is not None:
        form.enter_value(field, chosen)


class Sheet(Dialog):
    """A text of many lines. The result is the text, or None when it was cancelled."""

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
            yield Line(field.path, classes="dialog-title")
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
            self._show("Cancel once more forgets what you typed here.")
