"""The one anatomy of all dialogs: title, facts, fields, buttons with Cancel first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from msgspec import Struct
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from tui.ui.kit.line import Line
from tui.ui.kit.unsent import START_AFRESH, KeptFields
from tui.ui.look import Look, look_of

if TYPE_CHECKING:
    from textual.widgets import TextArea  # 12 ms before the first frame

LABEL = 11
STYLES = Path(__file__).parents[1] / "dialogs.tcss"
"""Rules of everything over the main screen, which are read with the first of it."""
HIGH = 22
HEIGHTS = [(0, "-low"), (HIGH, "-high")]
"""In a low window, of less than HIGH rows, nothing is spent on borders and empty lines."""


class Dialog(ModalScreen[str | None]):
    """A box over the main screen. Its result is None when it was cancelled."""

    CSS_PATH = STYLES
    VERTICAL_BREAKPOINTS = HEIGHTS
    BINDINGS = [
        Binding("escape", "cancel", "Cancel", show=False),
        Binding("right,down", "app.focus_next", "Next", show=False),
        Binding("left,up", "app.focus_previous", "Previous", show=False),
        Binding("pageup", "page('up')", show=False),
        Binding("pagedown", "page('down')", show=False),
        Binding(START_AFRESH, "afresh", "Start afresh", show=False),
    ]
    kept: KeptFields | None = None
    """What was typed here before and not sent, for a form that offers it again."""

    @property
    def look(self) -> Look:
        """Colours and signs of this terminal."""
        return look_of(self.app)

    # typing: a dialog takes all of it or none

    def typed_field(self) -> Input | TextArea | None:
        """The field that takes what is typed while a button has the focus; None where nothing is typed."""
        fields = (*self.query(Input), *self.query("TextArea"))
        return next((cast("Input | TextArea", field) for field in fields if field.display and not field.disabled), None)

    def on_key(self, event: events.Key) -> None:
        """What is typed on a button goes into the field, from its first letter on."""
        if event.is_printable and event.character and self._type(event.character):
            event.stop()

    def on_paste(self, event: events.Paste) -> None:
        """As with typing: what is pasted on a button goes into the field."""
        if self._type("".join(event.text.splitlines()[:1])):
            event.stop()

    def _type(self, text: str) -> bool:
        """Type into the field; False where there is none, or where what has the focus takes keys by itself."""
        on_button = self.focused is None or isinstance(self.focused, Button | VerticalScroll)
        if not on_button or not (field := self.typed_field()):
            return False
        if not isinstance(field, Input):
            self.set_focus(field)
            field.insert(text)
            return True
        selects, field.select_on_focus = field.select_on_focus, False
        self.set_focus(field)
        field.call_later(setattr, field, "select_on_focus", selects)  # behind the focus, which would select all
        if selects:
            field.clear()  # as after tab: what is typed replaces what stood there
        field.insert_text_at_cursor(text)
        return True

    def action_page(self, direction: str) -> None:
        """Scroll what does not fit into the window."""
        getattr(self.query(".dialog").first(), f"scroll_page_{direction}")(animate=False)

    def action_cancel(self) -> None:
        """Close without doing anything; what was typed into a form is there when it is opened again."""
        if self.kept:
            self.kept.leave(self)
        self.dismiss(None)

    def action_afresh(self) -> None:
        """Give up what was typed before."""
        if self.kept:
            self.kept.clear(self)


class Question(Struct, frozen=True):
    """What a confirmation shows: facts about the target, the effect in a sentence, and the word on the button.

    `field` is the placeholder of a text field; `must_type` is what must stand in it, letter by letter, before the
    button opens: for what cannot be undone. `listed` scrolls when it is long.
    """

    title: str
    facts: Sequence[tuple[str, str]]
    effect: str
    button: str
    field: str = ""
    warning: str = ""
    must_type: str = ""
    listed: Text | None = None


class Confirm(Dialog):
    """Asks before a write. The result is the text of the optional field, or None when cancelled."""

    AUTO_FOCUS = ""  # Textual would scroll to the button, away from what is asked

    def __init__(self, question: Question) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        asked = self._question
        with Vertical(classes="dialog"):
            yield Line(asked.title, classes="dialog-title")
            yield Static(fact_lines(self.facts(), self.look), markup=False, classes="dialog-text")
            if asked.effect:
                yield Static(asked.effect, markup=False, classes="dialog-text")
            if asked.warning:
                yield Static(self.look.text(asked.warning, "warning"), markup=False, classes="dialog-text")
            yield from self.details()
            if asked.field:
                yield Input(placeholder=asked.field, select_on_focus=False, compact=True, id="field")
            with Horizontal(classes="dialog-buttons"):
                yield Button("Cancel", id="cancel", compact=True)
                yield Button(
                    Text(asked.button), id="go", variant="error" if asked.must_type else "primary", compact=True
                )

    def details(self) -> ComposeResult:
        """More to look at before deciding, between the facts and the field."""
        if self._question.listed is not None:
            with VerticalScroll(classes="dialog-list"):
                yield Static(self._question.listed, markup=False)

    def facts(self) -> Sequence[tuple[str, str]]:
        """Label and value."""
        return self._question.facts

    def on_mount(self) -> None:
        """Cancel has the focus: enter pressed by habit does nothing."""
        self.query_one("#cancel", Button).focus(scroll_visible=False)
        self.draw_button()

    # the button, inert until what must be typed was typed

    @property
    def ready(self) -> bool:
        """Whether everything that must be known before is known."""
        return True

    @property
    def _open(self) -> bool:
        wanted = self._question.must_type
        return self.ready and (not wanted or self.query_one("#field", Input).value == wanted)

    def draw_button(self) -> None:
        """Open the button, or close it."""
        self.query_one("#go", Button).disabled = not self._open

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.draw_button()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the field moves on to the button and never sends, unless the field itself was the question."""
        event.stop()
        if not self._question.must_type:
            self.query_one("#go", Button).focus()
        elif self._open:
            self._answer()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Cancel, or go on."""
        event.stop()
        self._answer() if event.button.id == "go" else self.action_cancel()

    def _answer(self) -> None:
        fields = self.query(Input)
        self.dismiss(fields.first().value.strip() if fields else "")


def fact_lines(facts: Sequence[tuple[str, str]], look: Look) -> Text:
    """Label and value, a line each."""
    return Text("\n").join(Text.assemble((f"{name:<{LABEL}}", look.style("muted")), value) for name, value in facts)
