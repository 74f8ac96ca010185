"""A text to read and scroll."""

from __future__ import annotations

from collections.abc import Callable

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from tui.ui.kit.dialog import HIGH, Dialog
from tui.ui.kit.line import Line

FRAME = 8
"""Cells of a reader that are not its text: border, padding, scrollbar, and one between the two."""
WIDEST = 100


AROUND, AROUND_LOW = 6, 2
"""Rows of a reader that are not its text: border, title, foot; in a low window title and foot."""


def text_width(window: int) -> int:
    """Cells of a line of text in a reader, in a window so wide."""
    return min(WIDEST, window * 94 // 100) - FRAME


class TextPage(VerticalScroll, inherit_bindings=False):
    """What scrolls. Who went to its end stays there, also where the text is laid out for another size meanwhile.

    Textual's own anchor reckons with the size before.
    """

    def __init__(self, *children: Widget) -> None:
        """`children` stand one below the other."""
        super().__init__(*children)
        self._at_end = False

    def to_end(self) -> None:
        """Show the end, and keep it in sight until somebody scrolls."""
        self._at_end = True
        self.scroll_end(animate=False, immediate=True)

    def release_anchor(self) -> None:
        """Somebody scrolls: each of Textual's ways calls it."""
        self._at_end = False
        super().release_anchor()

    def stay(self) -> None:
        """Text or window have another size."""
        if self._at_end:
            self.to_end()


class TextDialog(Dialog):
    """A text to scroll through; `q`, `esc` or the key that opened it close it."""

    BINDINGS = [
        Binding("q,question_mark,exclamation_mark", "cancel", "Close", show=False),
        Binding("j,down", "scroll('down')", show=False),
        Binding("k,up", "scroll('up')", show=False),
        Binding("pagedown,space,ctrl+d", "scroll('page_down')", show=False),
        Binding("pageup,ctrl+u", "scroll('page_up')", show=False),
        Binding("g,home", "scroll('home')", show=False),
        Binding("G,end", "scroll('end')", show=False),
        Binding("d", "done", show=False),
    ]
    FOOT = "q closes"

    def __init__(self, title: str, text: Text | Callable[[int], Text]) -> None:
        """`text` may be a function, which lays it out for a width."""
        super().__init__()
        self._title = title
        self._text = text

    def compose(self) -> ComposeResult:
        """Title, text, and how to leave."""
        with Vertical(classes="dialog reader"):
            yield Line(self._title, classes="dialog-title")
            with TextPage():
                yield Static(self._laid_out(self.app.size.width), markup=False)
            yield Line(self.look.text(self.FOOT, "muted"), classes="dialog-foot")

    def on_resize(self) -> None:
        """As high as the text, and at most nine tenths of the window; all of a low one."""
        height = self.size.height
        most = height - AROUND_LOW if height < HIGH else height * 9 // 10 - AROUND
        self.query_one(TextPage).styles.max_height = max(1, most)
        if callable(self._text):
            self.query_one("TextPage Static", Static).update(self._laid_out(self.size.width))
        self.resized()
        self.call_after_refresh(self.query_one(TextPage).stay)

    def resized(self) -> None:
        """The text has another width."""

    def _laid_out(self, window: int) -> Text:
        return self._text(text_width(window)) if callable(self._text) else self._text

    def action_scroll(self, direction: str) -> None:
        """Scroll the text."""
        body = self.query_one(TextPage)
        if direction == "end":
            body.to_end()
        else:
            getattr(body, f"scroll_{direction}")(animate=False)

    def action_done(self) -> None:
        """Nothing to dismiss here."""
