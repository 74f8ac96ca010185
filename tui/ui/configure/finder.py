"""Finding a field of a form by its name: the cursor goes there while it is typed, enter stays, esc goes back."""

from __future__ import annotations

from collections.abc import Callable

from tui.service.config.draft import Draft
from tui.service.config.names import found
from tui.ui.configure.form_view import FormView
from tui.ui.kit.filter_box import FilterBox


class FieldFinder:
    """Moves the cursor of a form's fields by what stands in a box."""

    def __init__(self, box: FilterBox, view: FormView, draft: Callable[[], Draft], say: Callable[[str], None]) -> None:
        """`draft` has the fields now; `say` shows a sentence where the field is described."""
        self._box = box
        self._view = view
        self._draft = draft
        self._say = say
        self._from = ""

    @property
    def open(self) -> bool:
        """Whether a name is being typed."""
        return self._box.display

    def begin(self) -> None:
        """Ask for a name."""
        self._from, self._box.value = self._view.field.path, ""
        self._box.open()

    def step(self, step: int) -> None:
        """To the best match of what is typed, or so many matches further."""
        text, fields = self._box.value, self._draft().fields
        matches = [field.path for field in found(fields, text)] if text.strip() else [self._from]
        if not matches:
            self._say(f"No field is called {text!r}.")
            return
        now = self._view.field.path
        at = matches.index(now) if step and now in matches else -step
        self._view.point_at(matches[(at + step) % len(matches)], found=True)

    def end(self, *, stay: bool) -> None:
        """To the field that was found, or back to where the cursor was."""
        self._box.display = False
        self._view.go_to(self._view.field.path if stay else self._from, select=True)
