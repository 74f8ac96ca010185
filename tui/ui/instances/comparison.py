"""Two configurations side by side."""

from __future__ import annotations

from rich.text import Text
from textual.binding import Binding
from textual.widgets import Static

from tui.models import InstanceDocument
from tui.text import plural
from tui.ui.instances.compare_cells import differences, side_by_side
from tui.ui.kit.line import Line
from tui.ui.kit.text_dialog import TextDialog


class Comparison(TextDialog):
    """Two documents; `d` shows all fields, or only what differs."""

    FOOT = "d all fields or only differences, q closes"
    BINDINGS = [Binding("d", "done", show=False)]

    def __init__(self, left: InstanceDocument, right: InstanceDocument) -> None:
        number = differences(left, right)
        words = plural(number, "difference") if number else "No difference"
        super().__init__(f"{words}: {left.instance.key} and {right.instance.key}", Text())
        self._pair = (left, right)
        self._all = False
        self.add_class("comparison")

    def resized(self) -> None:
        """The columns are laid out for the width."""
        self.call_after_refresh(self._draw)

    def action_done(self) -> None:
        """All fields, or only what differs."""
        self._all = not self._all
        self._draw()

    def _draw(self) -> None:
        text = self.query_one("VerticalScroll Static", Static)
        width = text.size.width
        text.update(side_by_side(*self._pair, width, self.look, all_fields=self._all))
        self.query_one(".dialog-foot", Line).show(self.look.text(self.FOOT, "muted"))
