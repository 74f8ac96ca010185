"""A field of a form that takes one of a few words, all of them in sight."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual import events
from textual.binding import Binding
from textual.reactive import var

from tui.ui.kit.line import Line
from tui.ui.look import Look

UNSET = "as the instance"


class ChoiceLine(Line, can_focus=True):
    """Space goes to the next word, round and round. The empty word leaves the choice to the instance."""

    BINDINGS = [Binding("space,enter", "next", "Next", show=False)]
    value: var[str] = var("", init=False)

    def __init__(self, words: Sequence[str], value: str, look: Look, *, id: str) -> None:
        super().__init__(id=id)
        self._words = tuple(words)
        self._look = look
        self.set_reactive(ChoiceLine.value, value)

    def on_mount(self) -> None:
        """Show the words."""
        self.draw()

    def on_resize(self) -> None:
        """Where the words do not fit beside each other, only the chosen one is shown."""
        self.draw()

    def watch_value(self) -> None:
        """Another word is chosen."""
        self.draw()

    def on_focus(self) -> None:
        """The chosen word shows where the focus is."""
        self.draw()

    def on_blur(self) -> None:
        """The focus went on."""
        self.draw()

    def draw(self) -> None:
        """The chosen word between the signs of a choice, so that no colour is needed to see it."""
        left, right = self._look.signs.choice
        chosen = (
            f"{left}{self.value or UNSET}{right}",
            "reverse" if self.has_focus else f"bold {self._look.style('accent')}",
        )
        others = self._look.style("muted")
        words = (chosen if word == self.value else (f" {word or UNSET} ", others) for word in self._words)
        line = Text.assemble(*words)
        if 0 < self.size.width < line.cell_len:
            line = Text.assemble(chosen)
        self.show(line)

    def on_key(self, event: events.Key) -> None:
        """A letter chooses the next word that begins with it: a field takes what is typed, all of it."""
        if event.is_printable and event.character and event.character != " ":
            event.stop()
            self._next([word for word in self._words if (word or UNSET).startswith(event.character.lower())])

    def on_click(self, event: events.Click) -> None:
        """The mouse: the next word."""
        event.stop()
        self.focus()
        self.action_next()

    def action_next(self) -> None:
        """The next word."""
        self._next(self._words)

    def _next(self, words: Sequence[str]) -> None:
        if words:
            at = words.index(self.value) if self.value in words else -1
            self.value = words[(at + 1) % len(words)]
