"""A field of a dialog: its label, what it holds between edges, and a sign where it must be filled in."""

from __future__ import annotations

from rich.text import Text
from textual.containers import Horizontal
from textual.widget import Widget

from tui.ui.kit.line import Line
from tui.ui.look import Look

REQUIRED = "*"
CHANGED = "~"
"""Before what differs: from the default, from what is stored, from the other of two."""
LEGEND = f"{REQUIRED} must be filled in"
"""The one line that says what the sign means."""


def field_line(label: str, field: Widget, look: Look, *, required: bool = False) -> Horizontal:
    """One row: the label, then the field. A label is a noun."""
    words = Text.assemble((label, look.style("muted")), (f" {REQUIRED}" if required else "", look.style("accent")))
    return Horizontal(Line(words, classes="field-label"), field, classes="field-line")


def legend(look: Look) -> Line:
    """What the sign means, below the fields."""
    return Line(look.text(LEGEND, "muted"), classes="dialog-legend")
