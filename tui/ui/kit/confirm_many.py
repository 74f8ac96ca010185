"""A confirmation with the list of what it is about."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from tui.ui.kit.dialog import Confirm, Question


class ConfirmMany(Confirm):
    """A confirmation with the list of what it is about."""

    def __init__(self, question: Question, listed: Text) -> None:
        super().__init__(question)
        self._listed = listed

    def details(self) -> ComposeResult:
        """The list, which scrolls when it is long."""
        with VerticalScroll(classes="dialog-list"):
            yield Static(self._listed, markup=False)
