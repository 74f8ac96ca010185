"""A form of settings: fields in groups, what is wrong below its field, and nothing typed is ever lost."""

from __future__ import annotations

from textual import events
from textual.binding import Binding
from textual.widgets import Button

from tui.service.config.text import TYPED
from tui.text import plural
from tui.ui.configure.form_entry import Entered, enter
from tui.ui.configure.form_view import FormView
from tui.ui.kit.dialog import Confirm, Question


class Form(Entered):
    """Takes what is entered into its draft. It stays open under the review, and after a failure."""

    BINDINGS = [Binding("e", "edit", "Edit as JSON", show=False), Binding("ctrl+s,f2", "go", "Go on", show=False)]

    # what is entered

    def on_form_view_moved(self) -> None:
        """Another field: what it is about."""
        self._message = None
        self._draw_words()

    def on_form_view_left(self, event: FormView.Left) -> None:
        """Past the last field, or before the first: to the buttons."""
        self.query_one("#cancel" if event.step > 0 or self.busy else "#go", Button).focus()

    def on_form_view_typed(self, event: FormView.Typed) -> None:
        """A text was typed into a row."""
        self.enter_text(event.field, event.text)

    def on_form_view_opened(self, event: FormView.Opened) -> None:
        """A list, a switch or a window of its own."""
        self.run_worker(enter(self, event.field), group="entry", exclusive=True, name=f"enter {event.field.path}")

    def on_key(self, event: events.Key) -> None:
        """In a form for something new, typing on a button goes to the id."""
        if self.draft.creating and isinstance(self.focused, Button) and event.is_printable and event.character:
            event.stop()
            self.view.go_to("id" if self.view.field.kind not in TYPED else self.view.field.path)
            self.view.entry.insert_text_at_cursor(event.character)

    # leaving

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Cancel, or go on."""
        event.stop()
        self.action_go() if event.button.id == "go" else self.action_cancel()

    def action_edit(self) -> None:
        """The whole configuration as JSON in the operator's editor."""
        if self.plan.edit and not self.busy:
            self.plan.edit(self)

    def action_go(self) -> None:
        """Review, when everything is right."""
        if self.busy:
            return
        self.complete, self.refused = True, ()
        self.draw()
        if self.found:
            self.view.go_to(self.found[0].path)
            words = f"{plural(len(self.found), 'field')} must be put right first: {self.found[0].words}."
            self.call_after_refresh(self.explain, words, "error")
        elif not self.draft.creating and not self.draft.sent:
            left_out = "Nothing would change: what the JSON leaves out stays as it is."
            self.explain(left_out if self.draft.changed else "Nothing is changed yet.")
        else:
            self.plan.go(self)

    def action_cancel(self) -> None:
        """Leave; with changes, ask first. Not while the call is on its way."""
        if self.busy:
            self.explain("It is on its way: its outcome decides whether this form is needed again.")
        elif self.draft.changed:
            question = Question("Leave the form", (), "What you changed here is forgotten.", "Forget it")
            self.app.push_screen(Confirm(question), self._left)
        else:
            self.dismiss(None)

    def _left(self, answer: str | None) -> None:
        if answer is not None:
            self.dismiss(None)
