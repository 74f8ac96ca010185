"""The title rule of the log: how it stands, and a count that takes the room that the rest leaves."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text

from tui.ui.kit.cut import shorten_text
from tui.ui.kit.line import TitleRule
from tui.ui.look import look_of

_AROUND = 3 + 2 + 1 + 3
"""Cells of the line beside title, note and count: of the rule before, between and after them."""
_LEAST_NOTE = 12
"""Cells that a note keeps."""


class LogTitle(TitleRule):
    """A title rule whose last words change every second."""

    _said: tuple[Text, Text] = (Text(), Text())
    """Detail and note, without a count."""
    _counts: tuple[Text, ...] = ()

    def on_resize(self) -> None:
        """Another form of the count may fit now."""
        self._choose()

    def describe(self, detail: Text | str = "", note: Text | str = "", counts: Sequence[Text] = ()) -> None:
        """Show `detail` after the title, `note` and then one of `counts` at the right end.

        `counts` say the same, shorter and shorter: the first is shown that leaves room for the rest.
        """
        whole, end = (Text(part) if isinstance(part, str) else part for part in (detail, note))
        self._said, self._counts = (whole, end), tuple(counts)
        self._choose()

    def _choose(self) -> None:
        """Show the longest count that fits beside everything; else that fits beside the note; else the shortest.

        A note that does not fit then is cut before it.
        """
        detail, note = self._said
        spare = self.size.width - cell_len(self._title) - _AROUND
        rooms = (spare - note.cell_len - (detail.cell_len + 2 if detail else 0), spare - note.cell_len)
        fitting = (one for room in rooms for one in self._counts if one.cell_len <= room)
        count = next(fitting, self._counts[-1] if self._counts else Text())
        kept = shorten_text(note, max(_LEAST_NOTE, spare - count.cell_len), look_of(self.app).signs.ellipsis)
        super().describe(detail, kept.copy().append_text(count))
