"""The title rule of the log, which counts while lines come: the count is a widget of its own, and only it is sent."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult

from tui.ui.kit.line import Line, TitleRule

_END = 3  # cells of the rule after the count


class LogTitle(TitleRule):
    """A title rule whose last words change every second."""

    DEFAULT_CSS = f"""
    LogTitle > Line {{ dock: right; margin-right: {_END}; width: 0; }}
    """

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

    def describe(self, detail: Text | str = "", note: Text | str = "", count: Text | str = "") -> None:
        """Show `detail` after the title, `note` and then `count` at the right end."""
        line = self.query_one(Line)
        width = line.text.cell_len
        line.show(count)
        if line.text.cell_len != width:
            line.styles.width = line.text.cell_len
            self.refresh()
        super().describe(detail, note)

    def compose_line(self, width: int) -> Text:
        """The whole line; what is under the count is never seen."""
        note, self._note = self._note, self._note + Text(self.count)
        try:
            return super().compose_line(width)
        finally:
            self._note = note
