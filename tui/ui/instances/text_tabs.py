"""The tabs that are one text to scroll: overview, configuration, raw reply."""

from __future__ import annotations

from rich.text import Span, Text
from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll

from tui.actions import NO_ID, Place
from tui.errors import AppError
from tui.models import InstanceDocument
from tui.state.store import Reading
from tui.ui.detail_tab import DetailTab, TabMoved
from tui.ui.idle import is_still
from tui.ui.instances.document import config, raw_json
from tui.ui.instances.overview import overview
from tui.ui.keys import bindings
from tui.ui.kit.text_lines import TextLines
from tui.ui.pane import NO_INSTANCE, reading

PADDING, SCROLLBAR = 2, 1
"""Cells beside a text; without a scrollbar, where it is as high as it is long, it has that cell too."""


class TextBody(VerticalScroll, inherit_bindings=False):
    """The scrolling part."""

    BINDINGS = bindings(Place.DETAIL)

    def action_next_tab(self) -> None:
        """One tab to the right."""
        self.post_message(TabMoved(1))

    def action_previous_tab(self) -> None:
        """One tab to the left."""
        self.post_message(TabMoved(-1))


class TextTab(DetailTab):
    """A text that is replaced only when it reads differently."""

    FILLS = True
    """Whether it takes all the room there is, however short the text."""
    _drawn: tuple[int, str, tuple[Span, ...]] | None = None
    _high = _laid_out = -1
    """Lines of the text, and those for which it was laid out: while the hand moves it waits, as it takes long."""
    _of: object = None

    def compose(self) -> ComposeResult:
        """The text in a scrolling body."""
        with TextBody():
            yield TextLines()

    def body(self) -> TextBody:
        """The scrolling part."""
        return self.query_one(TextBody)

    def on_resize(self, event: events.Resize) -> None:
        """Texts are laid out for their width."""
        self._draw_if_shown()

    def text(self, width: int) -> Text:
        """What is to be read, `width` cells wide."""
        raise NotImplementedError

    def document(self) -> Reading[InstanceDocument]:
        """The selected instance in full."""
        key = self.state.selected
        if key and key.nameless:
            return Reading(error=AppError(NO_ID))
        return self.state.documents.get(key, Reading()) if key else Reading()

    def draw(self) -> None:
        """Show the text; another instance starts at the top."""
        width = max(20, self.size.width - PADDING - SCROLLBAR)
        text = self.text(width)
        drawn = (width, text.plain, tuple(text.spans))
        if drawn != self._drawn:
            resized = self._drawn is None or self._drawn[0] != width
            self._drawn = drawn
            body = self.query_one(TextLines)
            body.show(text)
            self._high = text.plain.count("\n") if self.FILLS else len(body.lines(width + SCROLLBAR))
            self.lines = 0 if self.FILLS else self._high
            self._laid_out = -1 if resized else self._laid_out
            if resized or is_still(self.app):
                self.lay_out()
        if self._of != self.state.selected:
            self._of = self.state.selected
            self.body().scroll_home(animate=False)

    def lay_out(self) -> None:
        """Give the text its height, where it has another one."""
        if self._laid_out != self._high:
            self._laid_out = self._high
            self.query_one(TextLines).refresh(layout=True)

    def unread(self) -> Text:
        """In place of a configuration that is not there yet: that it is read, or why not. Empty where it is there."""
        document = self.document()
        if self.state.selected is None:
            return self.look.text(NO_INSTANCE, "muted")
        if document.value is not None or document.error:
            return Text()
        return self.look.text(reading("the configuration", self.state, self.look), "muted")


class OverviewTab(TextTab):
    """What the instance is doing."""

    FILLS = False

    def text(self, width: int) -> Text:
        """Counters, progress, facts."""
        return overview(self.state, self.now, width, self.look)


class ConfigTab(TextTab):
    """Every field."""

    def text(self, width: int) -> Text:
        """Fields in groups."""
        return self.unread() or config(self.document(), self.now, self.look, width)


class JsonTab(TextTab):
    """The raw reply."""

    def text(self, width: int) -> Text:
        """Indented JSON."""
        return self.unread() or raw_json(self.document(), self.now, self.look)
