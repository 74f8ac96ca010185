"""Where to save a document or a log; asks again before anything is replaced."""

from __future__ import annotations

from collections.abc import Awaitable
from pathlib import Path
from typing import Protocol

from textual.widgets import Button, Input

from tui.errors import AppError
from tui.service import Outcome
from tui.service.items.items import Taken
from tui.ui.kit.path_dialog import Facts, PathDialog, path_of

PRIVATE = "The file is readable by you only."


class Save(Protocol):
    """Saves a document to a path."""

    def __call__(self, target: Path, *, overwrite: bool) -> Awaitable[Outcome]:
        """Raises Taken when the file exists and may not be overwritten."""
        ...


class SaveDocument(PathDialog):
    """Saves to the path that is typed. The result says where it is, None: nowhere."""

    def __init__(
        self, facts: Facts, name: str, save: Save, *, title: str = "Save the document", hint: str = PRIVATE
    ) -> None:
        """`name` is the file name that is suggested, in the working directory."""
        super().__init__(facts, str(Path.cwd() / name), title=title, button="Save", hint=hint)
        self._save = save
        self._agreed = ""

    def on_input_changed(self, event: Input.Changed) -> None:
        """Another path: what was agreed to is another file."""
        event.stop()
        self._agreed = ""
        self.query_one("#go", Button).label = self.button

    async def go(self) -> None:
        """Fetch the document into the file."""
        path = self.value("path")
        self.problem(f"Saving{self.look.signs.ellipsis}", "muted")
        try:
            outcome = await self._save(path_of(path), overwrite=bool(path) and path == self._agreed)
        except Taken as error:
            self._agreed = path
            self.query_one("#go", Button).label = "Replace"
            self.problem(f"{error.detail} Replace it?", "warning")
            self.query_one("#cancel", Button).focus()
        except AppError as error:
            self.problem(" ".join(part for part in (f"{error.title}.", error.detail, error.hint) if part), "error")
        else:
            self.dismiss(f"{outcome.title}: {outcome.detail}")
