"""Where to save a table: asks again before anything is replaced."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Input, Static

from tui.errors import UsageError
from tui.text import count, plural, safe, size
from tui.ui.copies import record
from tui.ui.kit.dialog import LABEL, Dialog
from tui.ui.kit.field import field_line
from tui.ui.kit.line import Line
from tui.ui.kit.records import FileTaken, encoded, save

HINT = "The ending chooses the format: .csv or .json. The file is readable by you only."


class SaveRows(Dialog):
    """Asks for a path; its ending chooses the format. The result tells where the rows are, None: nowhere."""

    def __init__(self, what: str, rows: Sequence[Any], name: str) -> None:
        """`what` names the table, `name` is the file that is suggested."""
        super().__init__()
        self._what = what
        self._rows = rows
        self._name = name
        self._agreed = ""

    def compose(self) -> ComposeResult:
        """Title, facts, path, buttons."""
        muted = self.look.style("muted")
        facts = Text.assemble((f"{'Rows':<{LABEL}}", muted), f"{count(len(self._rows))}, as filtered and sorted")
        with Vertical(classes="dialog"):
            yield Line(f"Save {self._what}", classes="dialog-title")
            yield Static(facts, markup=False, classes="dialog-text")
            with Vertical(classes="dialog-fields"):
                path = Input(self._name, placeholder="ending in .csv or .json", compact=True, id="path")
                yield field_line("Path", path, self.look)
            yield Static(self.look.text(HINT, "muted"), markup=False, classes="dialog-text", id="problem")
            with Horizontal(classes="dialog-buttons"):
                yield Button("Cancel", id="cancel", compact=True)
                yield Button("Save", id="go", variant="primary", compact=True)

    def on_mount(self) -> None:
        """Cancel has the focus, as in every dialog."""
        self.query_one("#cancel", Button).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Another path: what was agreed to is another file."""
        event.stop()
        self._agreed = ""
        self.query_one("#go", Button).label = "Save"

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the field saves; a file that is there is asked about first."""
        event.stop()
        self._save()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Save, or not."""
        event.stop()
        self._save() if event.button.id == "go" else self.action_cancel()

    def _save(self) -> None:
        self.run_worker(self._write(self.query_one(Input).value.strip()), group="save", exclusive=True, name="save")

    async def _write(self, typed: str) -> None:
        path = Path(typed)
        try:
            data = await asyncio.to_thread(lambda: encoded([record(row) for row in self._rows], path))
            saved = await asyncio.to_thread(lambda: save(path, data, replace=bool(typed) and typed == self._agreed))
        except FileTaken as error:
            self._agreed = typed
            self.query_one("#go", Button).label = "Replace"
            self._tell(error.detail + " Replace it?", "warning")
            self.query_one("#cancel", Button).focus()
        except UsageError as error:
            self._tell(f"{error.detail} {error.hint}", "error")
        else:
            self.dismiss(f"Saved {plural(len(self._rows), 'row')}, {size(len(data))}: {safe(str(saved))}")

    def _tell(self, words: str, meaning: str) -> None:
        self.query_one("#problem", Static).update(self.look.text(words, meaning))
