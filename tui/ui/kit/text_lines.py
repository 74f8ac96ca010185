"""A text of many lines, each of which is rendered when it is painted."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from rich.text import Text
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget


class TextLines(Widget, inherit_bindings=False):
    """A text, broken for its width. A `Static` renders all of its lines at once, which takes milliseconds."""

    DEFAULT_CSS = "TextLines { width: 1fr; height: auto; }"
    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__()
        self._text = Text()
        self._broken: tuple[int, Sequence[Text]] = -1, ()

    def show(self, text: Text) -> None:
        """Show another text, in the height that was laid out before."""
        self._text, self._broken = text, (-1, ())
        self.refresh()

    def lines(self, width: int) -> Sequence[Text]:
        """The text in lines of `width` cells."""
        if self._broken[0] != width:
            self._broken = width, tuple(self._text.wrap(self.app.console, max(1, width)))
        return self._broken[1]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As high as the text is in so many cells."""
        return len(self.lines(width))

    def render_line(self, y: int) -> Strip:
        """One line, padded with the widget's own background."""
        width, style, console = self.size.width, self.rich_style, self.app.console
        lines = self.lines(width)
        if y >= len(lines):
            return Strip.blank(width, style)
        segments = Segment.apply_style(lines[y].render(console), style + console.get_style(lines[y].style))
        return Strip(segments).adjust_cell_length(width, style)
