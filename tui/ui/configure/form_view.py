"""The fields of a form as lines, with one real input that stands in the row that is typed into.

One widget and one input, whatever the number of fields: sixty rows of widgets took a second to open over SSH.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from tui.service.config.draft import Draft
from tui.service.config.fields import Field
from tui.service.config.text import TYPED
from tui.service.config.validation import Problem
from tui.text import one_line, safe
from tui.ui.configure.fields import FormLine, columns, form_lines, painted
from tui.ui.kit.filter_box import YieldingInput
from tui.ui.look import look_of


class FormView(Widget, can_focus=True):
    """Draws a draft and moves through its fields. What is entered is told by messages; it changes nothing itself."""

    COMPONENT_CLASSES = {"form-view--cursor", "form-view--field"}
    DEFAULT_CSS = """
    FormView { height: 1fr; }
    FormView > .form-view--cursor {
        background: $block-cursor-background;
        color: $block-cursor-foreground;
        text-style: $block-cursor-text-style;
    }
    FormView > .form-view--field { background: $background; }
    FormView:nocolor > .form-view--cursor { text-style: reverse; }
    FormView > Input { position: absolute; height: 1; border: none; padding: 0; margin: 0; background: $background; }
    """
    BINDINGS = [
        Binding("tab,down,right,j", "step(1)", show=False),
        Binding("shift+tab,up,left,k", "step(-1)", show=False),
        Binding("pagedown", "group(1)", show=False),
        Binding("pageup", "group(-1)", show=False),
        Binding("enter,space", "open", show=False),
    ]

    class Moved(Message):
        """The cursor is on another field: see `field`."""

    class Left(Message):
        """The operator moved past the last field (1) or before the first (-1)."""

        def __init__(self, step: int) -> None:
            self.step = step
            super().__init__()

    class Opened(Message):
        """A field that is not typed into is to be entered."""

        def __init__(self, field: Field) -> None:
            self.field = field
            super().__init__()

    class Typed(Message):
        """Another text stands in a field."""

        def __init__(self, field: Field, text: str) -> None:
            self.field = field
            self.text = text
            super().__init__()

    def __init__(self, draft: Draft, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._draft = draft
        self._lines: tuple[FormLine, ...] = form_lines(draft, ())
        self._path = draft.fields[0].path
        self._top = 0
        self.found = False
        """Whether a field is being looked for: its line is lit although the focus is where the name is typed."""

    def compose(self) -> ComposeResult:
        """The one input."""
        entry = YieldingInput(lambda key: key == "slash" and not self.begun, select_on_focus=False, id="entry")
        entry.display = False
        yield entry

    @property
    def entry(self) -> Input:
        """The input of the row that is typed into."""
        return self.query_one("#entry", Input)

    @property
    def field(self) -> Field:
        """The field under the cursor."""
        return next((field for field in self._draft.fields if field.path == self._path), self._draft.fields[0])

    def show(self, draft: Draft, problems: Sequence[Problem]) -> None:
        """Draw this draft; the cursor stays on its field."""
        self._draft, self._lines = draft, form_lines(draft, problems)
        if all(field.path != self._path for field in draft.fields):
            self._path = draft.fields[0].path
        self._place()

    @property
    def below(self) -> int:
        """How many fields are further down than the view reaches."""
        return sum(line.field is not None for line in self._lines[self._top + self.size.height :])

    def point_at(self, path: str, *, found: bool) -> None:
        """Show a field without going there; `found` lights its line."""
        self._path, self.found = path, found
        self._place()
        self.post_message(self.Moved())

    @property
    def begun(self) -> bool:
        """Whether something was typed into the row since the cursor came: then `/` is a part of the text."""
        entry = self.entry
        return entry.has_focus and entry.value != entry.selected_text

    def go_to(self, path: str, *, select: bool = False) -> None:
        """Put the cursor on a field, and the focus with it; `select` its value, so that typing replaces it."""
        self._path, self.found = path, False
        self._place()
        self._take_focus()
        if select:
            self.entry.action_select_all()
        self.post_message(self.Moved())

    # drawing

    @property
    def _cursor(self) -> int:
        """The line of the field under the cursor."""
        field = self.field
        return next(number for number, line in enumerate(self._lines) if line.field is field)

    def _place(self) -> None:
        """Scroll to the cursor, and put the input into its row."""
        height, cursor = max(1, self.size.height), self._cursor
        below = min(cursor + 2, len(self._lines) - 1)
        self._top = max(0, min(self._top, max(0, cursor - 1)), below - height + 1)
        typed = self.field.kind in TYPED
        entry = self.entry
        if typed:
            laid = columns(self.size.width)
            entry.styles.offset = (laid.start + 1, cursor - self._top)
            entry.styles.width = laid.room
            text = one_line(safe(self._draft.text(self.field)))
            if one_line(entry.value).strip() != text.strip():  # a space at the end may be followed by a word
                with self.prevent(Input.Changed):
                    entry.value = text
                    entry.cursor_position = len(text)
        if entry.display and not typed and entry.has_focus:
            self.focus()
        entry.display = typed
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line of the form, the cursor's lit while the focus is here."""
        width, number = self.size.width, self._top + y
        if number >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        line = self._lines[number]
        current = line.field is self.field
        ground = None if current else self.get_component_rich_style("form-view--field", partial=True)
        text = painted(line, self._draft, width, look_of(self.app), current=current, ground=ground)
        text.truncate(width, overflow="crop", pad=True)
        style = self.rich_style
        if current and (self.has_focus or self.found):
            style += self.get_component_rich_style("form-view--cursor", partial=True)
        return Strip(Segment.apply_style(text.render(self.app.console), style), width)

    def on_resize(self) -> None:
        """Rows are laid out for their width."""
        self._place()

    # entering

    def _take_focus(self) -> None:
        (self.entry if self.field.kind in TYPED else self).focus()

    def on_focus(self) -> None:
        """The focus goes on to the input of a row that is typed into."""
        if self.field.kind in TYPED:
            self.entry.focus()
            self.entry.action_select_all()
        self.post_message(self.Moved())

    def on_click(self, event: events.Click) -> None:
        """To the row under the mouse; once more opens it."""
        offset = event.get_content_offset(self)
        number = -1 if offset is None else self._top + offset.y
        line = self._lines[number] if 0 <= number < len(self._lines) else FormLine()
        if line.field is self.field and line.field.kind not in TYPED:
            self.action_open()
        elif line.field:
            self.go_to(line.field.path, select=True)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Something was typed."""
        event.stop()
        self.post_message(self.Typed(self.field, event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes on to the next field; it never sends."""
        event.stop()
        self.action_step(1)

    def action_step(self, step: int) -> None:
        """So many fields on, or out."""
        fields = self._draft.fields
        at = fields.index(self.field) + step
        if 0 <= at < len(fields):
            self.go_to(fields[at].path, select=True)
        else:
            self.post_message(self.Left(step))

    def action_group(self, step: int) -> None:
        """To the first field of the next group, or of this one and the one before."""
        fields = self._draft.fields
        at = fields.index(self.field)
        starts = [n for n, field in enumerate(fields) if n == 0 or field.group is not fields[n - 1].group]
        ahead = [n for n in starts if n > at] if step > 0 else [n for n in starts if n < at][-1:]
        if ahead:
            self.go_to(fields[ahead[0]].path, select=True)
        else:
            self.post_message(self.Left(step))

    def action_open(self) -> None:
        """Enter a value in a way of its own."""
        if self.field.kind not in TYPED:
            self.post_message(self.Opened(self.field))
