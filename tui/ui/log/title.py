"""The title rule of the log, which counts while lines come: the count is a widget of its own, and only it is sent."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text
from textual.app import ComposeResult

from tui.ui.kit.cut import shorten_text
from tui.ui.kit.line import Line, TitleRule
from tui.ui.look import look_of

_END = 3  # cells of the rule after the count
_AROUND = 3 + 2 + 1 + _END
"""Cells of the line beside title, note and count: of the rule before, between and after them."""
_LEAST_NOTE = 12
"""Cells that a note keeps."""


class LogTitle(TitleRule):
    """A title rule whose last words change every second."""

    DEFAULT_CSS = f"""
    LogTitle > Line {{ dock: right; margin-right: {_END}; width: 0; }}
    """

    _counts: tuple[Text, ...] = ()

    def compose(self) -> ComposeResult:
        """The count, over the place that the rule leaves free for it."""
        yield Line()

    @property
    def count(self) -> str:
        """The last words."""
        return self.query_one(Line).text.plain

    @property
    def words(self) -> str:
        """Title, detail, note and count as plain text."""
        return f"{super().words}{self.count}"

    def on_resize(self) -> None:
        """Another form of the count may fit now."""
        self._choose()

    def describe(self, detail: Text | str = "", note: Text | str = "", counts: Sequence[Text] = ()) -> None:
        """Show `detail` after the title, `note` and then one of `counts` at the right end.

        `counts` say the same, shorter and shorter: the first is shown that leaves room for the rest.
        """
        self._counts = tuple(counts)
        super().describe(detail, note)
        self._choose()

    def _choose(self) -> None:
        """Show the longest count that fits beside everything; else that fits beside the note; else the shortest."""
        line, room = self.query_one(Line), self.size.width - cell_len(self._title) - self._note.cell_len - _AROUND
        detail = self._detail.cell_len + 2 if self._detail else 0
        fitting = (one for spare in (room - detail, room) for one in self._counts if one.cell_len <= spare)
        count = next(fitting, self._counts[-1] if self._counts else Text())
        width = line.text.cell_len
        line.show(count)
        if line.text.cell_len != width:
            line.styles.width = line.text.cell_len
            self.refresh()

    def compose_line(self, width: int) -> Text:
        """The whole line; what is under the count is never seen. A note that does not fit is cut before it."""
        note, count = self._note, Text(self.count)
        room = max(_LEAST_NOTE, width - cell_len(self._title) - _AROUND - count.cell_len)
        self._note = shorten_text(note, room, look_of(self.app).signs.ellipsis) + count
        try:
            return super().compose_line(width)
        finally:
            self._note = note
