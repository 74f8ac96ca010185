"""A chunk in full, with a way to its item."""

from __future__ import annotations

from textual.binding import Binding

from tui.ui.kit.text_dialog import TextDialog

ITEM = "item"
"""The result of the reader when the operator wants to go to the item."""


class ChunkReader(TextDialog):
    """Scoring, item and text of one chunk."""

    BINDINGS = [Binding("l", "item", "Item", show=False)]
    FOOT = "l goes to the item, q closes"

    def action_item(self) -> None:
        """Close, and go to the item."""
        self.dismiss(ITEM)
