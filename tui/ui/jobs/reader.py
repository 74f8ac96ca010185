"""The window of one job's facts."""

from __future__ import annotations

from collections.abc import Callable

from rich.text import Text
from textual.binding import Binding

from tui.ui.kit.text_dialog import TextDialog

LOG = "log"


class JobReader(TextDialog):
    """The facts to read. The result is LOG when its log is wanted."""

    BINDINGS = [
        Binding("c,y", "copy", "Copy", show=False),
        Binding("l,enter", "log", "Log", show=False),
    ]
    FOOT = "c copies all, l goes to its log, q closes"

    def __init__(self, title: str, text: Callable[[int], Text], copy: Callable[[], None]) -> None:
        """`copy` puts the facts on the clipboard."""
        super().__init__(title, text)
        self._copy = copy

    def action_copy(self) -> None:
        self._copy()

    def action_log(self) -> None:
        self.dismiss(LOG)
