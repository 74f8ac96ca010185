"""The form of a configuration: fields, what is wrong with them, and what became of sending them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.widgets import Button, Input, Static, TextArea

from tui.errors import AppError
from tui.service.config.draft import Draft
from tui.service.config.fields import Field, Kind
from tui.service.config.text import TYPED
from tui.service.config.validation import Problem, blamed
from tui.text import plural
from tui.ui.configure.field_entry import FieldEntry, in_words
from tui.ui.configure.fields import about
from tui.ui.configure.finder import FieldFinder
from tui.ui.configure.form_view import FormView
from tui.ui.kit.dialog import Dialog
from tui.ui.kit.field import LEGEND
from tui.ui.kit.filter_box import FilterBox
from tui.ui.kit.line import Line
from tui.ui.kit.pick import Choice
from tui.ui.kit.unsent import AGAIN


class Plan(Struct, frozen=True):
    """What a form is for. `go` is called with a form whose draft is right; `choices` lists what a field can be.

    `edit` changes the draft in the operator's own editor; None where there is no such way.
    """

    title: str
    target: str
    button: str
    go: Callable[[Form], object]
    choices: Callable[[Field], Awaitable[Sequence[Choice]]]
    edit: Callable[[Form], object] | None = None
    keep: Callable[[Draft | None], object] = lambda draft: None
    """Gets the draft when the form is left with something typed, None when there is nothing to keep."""


class Form(Dialog):
    """Holds a draft and draws it. It stays open until the call has succeeded: nothing typed is lost."""

    BINDINGS = [
        Binding("e", "edit", "Edit as JSON", show=False),
        Binding("ctrl+s,f2", "go", "Go on", show=False),
        Binding("slash", "find", "Find a field", show=False, priority=True),
        Binding("down,tab", "match(1)", show=False, priority=True),
        Binding("up,shift+tab", "match(-1)", show=False, priority=True),
    ]

    # what is entered

    def __init__(self, fresh: Draft, plan: Plan, again: Draft | None = None) -> None:
        """`fresh` is the configuration untouched, `again` what was typed into it before and not sent."""
        super().__init__()
        self.draft = again or fresh
        self._fresh = fresh
        self._again = again is not None
        self.busy = False
        self.plan = plan
        self.complete = False
        self.refused: tuple[Problem, ...] = ()
        self.found: tuple[Problem, ...] = ()
        self._message: Text | None = None
        self._said_at = ""
        self._made_finder: FieldFinder | None = None
        self._entry = FieldEntry(self._ask, plan.choices)

    def compose(self) -> ComposeResult:
        """Title, target, fields, what the field is about, buttons."""
        with Vertical(classes="dialog form"):
            yield Line(self.plan.title, classes="form-title")
            yield Line(self._target(), classes="form-target")
            yield FormView(self.draft, id="fields")
            yield Static(markup=False, id="form-about")
            with Horizontal(classes="dialog-buttons"):
                yield Line(id="form-foot")
                yield FilterBox("find a field by its name", id="find")
                yield Button("Cancel", id="cancel", compact=True)
                yield Button(Text(self.plan.button), id="go", variant="primary", compact=True)

    def _target(self) -> Text:
        required = set(self.draft.required).intersection(field.path for field in self.draft.fields)
        legend = f"{LEGEND}  " if required else ""
        return Text.assemble((legend, self.look.style("accent")), (self.plan.target, self.look.style("muted")))

    def on_mount(self) -> None:
        """The first field has the focus: what is typed or chosen there is sent by nothing but the review."""
        self.view.go_to(self.view.field.path, select=True)
        self.draw()
        if self._again:
            self.call_after_refresh(self.explain, AGAIN)

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
        if self._finder.open:
            return self.look.text("find", "muted")
        touched, below = len(self.draft.touched), self.view.below
        parts = [
            Text(f"{touched} changed" if touched and not self.draft.creating else ""),
            self.look.text(f"{len(self.found)} wrong" if self.found else "", "error"),
            self.look.text(f"{below} below" if below else "", "muted"),
        ]
        line = Text(", ").join(part for part in parts if part)
        hint = "/ finds, f2 reviews, e JSON" if self.plan.edit else "/ finds a field, f2 reviews"
        return line.append(f"  {hint}" if line else hint, self.look.style("muted"))

    def explain(self, words: str, meaning: str = "warning") -> None:
        """Say something in the place of the field's words, until the cursor moves to another field."""
        self._message, self._said_at = self.look.text(words, meaning), self.view.field.path
        self._draw_words()

    def failed(self, error: AppError) -> None:
        """The call failed: everything is still here, and what the refusal is about says so."""
        self.set_busy(False)
        path = blamed(error)
        if path and any(field.path == path for field in self.draft.fields):
            self.refused = (Problem(path, error.title),)
            self.draw()
            self.view.go_to(path)
        self.call_after_refresh(self.explain, in_words(error), "error")

    def set_busy(self, busy: bool) -> None:
        """While the call is on its way nothing can be sent or left."""
        self.busy = busy
        self.query_one("#go", Button).disabled = busy
        if busy:
            self.explain("On its way" + self.look.signs.ellipsis, "active")

    def rebase(self, document: Mapping[str, Any]) -> None:
        """Put the changes on top of another document."""
        self.refused, self._fresh = (), Draft(document, document)
        self.change(self.draft.rebased(document))

    # entering

    def on_form_view_moved(self) -> None:
        """Another field: what it is about. The news of a move may come after what was said of the field it went to."""
        if self.view.field.path != self._said_at:
            self._message = None
        self._draw_words()

    def on_form_view_left(self, event: FormView.Left) -> None:
        """Past the last field, or before the first: to the buttons."""
        self.query_one("#cancel" if event.step > 0 or self.busy else "#go", Button).focus()

    def on_form_view_typed(self, event: FormView.Typed) -> None:
        """A text was typed into a row."""
        self._put(event.field, self.draft.with_text(event.field, event.text))

    def on_form_view_opened(self, event: FormView.Opened) -> None:
        """A list, a switch or a window of its own."""
        self.run_worker(self._enter(event.field), group="entry", exclusive=True, name=f"enter {event.field.path}")

    async def _enter(self, field: Field) -> None:
        try:
            draft = await self._entry.enter(self.draft, field)
        except AppError as error:
            self.explain(in_words(error), "error")
        else:
            if draft is not None:
                self._put(field, draft)

    def _put(self, field: Field, draft: Draft) -> None:
        """Another value of a field: what was refused of it is not known of the new one."""
        self.refused = tuple(one for one in self.refused if one.path != field.path)
        self.change(draft)

    async def _ask(self, dialog: Screen[str | None]) -> str | None:
        return await self.app.push_screen_wait(dialog)

    def typed_field(self) -> Input | TextArea | None:
        """In a form for something new, typing on a button goes to the field that was left, or to the id."""
        if not self.draft.creating:
            return None
        self.view.go_to("id" if self.view.field.kind not in TYPED else self.view.field.path)
        return self.view.entry

    # finding a field

    @property
    def _finder(self) -> FieldFinder:
        if self._made_finder is None:
            box = self.query_one("#find", FilterBox)
            self._made_finder = FieldFinder(box, self.view, lambda: self.draft, self.explain)
        return self._made_finder

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """`/` is a part of what is being typed, and the arrows go from match to match only where a name is typed."""
        if action in ("find", "match") and not self.query("#find"):
            return False  # a key that came before the fields
        if action == "find":
            return not (self.busy or self._finder.open or self.view.begun)
        return self._finder.open if action == "match" else True

    def action_find(self) -> None:
        """Type a part of the name of a field: the cursor goes there at once, enter stays."""
        self._finder.begin()
        self._draw_find()

    def on_filter_box_typed(self, event: FilterBox.Typed) -> None:
        """Another part of a name; `/` once more was meant for the field."""
        if event.text == "/" and self.view.field.kind is Kind.TEXT:
            self._end_find(stay=False)
            self.view.entry.insert_text_at_cursor("/")
        elif self._finder.open:
            self._finder.step(0)

    def action_match(self, step: int) -> None:
        self._finder.step(step)

    def on_filter_box_kept(self) -> None:
        """Enter: to the field that was found."""
        self._end_find(stay=True)

    def _end_find(self, *, stay: bool) -> None:
        self._finder.end(stay=stay)
        self._draw_find()

    def _draw_find(self) -> None:
        self.query_one(".form").set_class(self._finder.open, "-finds")
        self._draw_words()

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
            words = f"{plural(len(self.found), 'field')} must be corrected first: {self.found[0].words}."
            self.call_after_refresh(self.explain, words, "error")
        elif not self.draft.creating and not self.draft.sent:
            left_out = "Nothing would change: what the JSON leaves out stays as it is."
            self.explain(left_out if self.draft.changed else "Nothing is changed yet.")
        else:
            self.plan.go(self)

    def action_cancel(self) -> None:
        """Leave; what was typed is kept for the next time. Not while the call is on its way.

        A name that is typed is given up first.
        """
        if self._finder.open:
            self._end_find(stay=False)
        elif self.busy:
            self.explain("It is on its way: its outcome decides whether this form is needed again.")
        else:
            self.plan.keep(self.draft if self.draft.changed else None)
            self.dismiss(None)

    def action_afresh(self) -> None:
        """Give up what was typed."""
        if not self.busy:
            self.complete, self.refused = False, ()
            self.plan.keep(None)
            self.change(self._fresh)
            self.explain("Everything is as it was before you typed.")
