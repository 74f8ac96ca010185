"""The line above the panes that says how many instances are in which state; each word is a filter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rich.text import Text
from textual import events
from textual.message import Message

from tui.state.tally import BY_WORD
from tui.ui.kit.line import Line
from tui.ui.look import Look, look_of

GAP = 2
"""Cells between two groups, where there is room."""


class Spot(NamedTuple):
    """The cells from `start` up to `end`, without it, that stand for a group."""

    start: int
    end: int
    word: str


def health_line(counts: Mapping[str, int], chosen: str, width: int, look: Look) -> tuple[Text, tuple[Spot, ...]]:
    """`✗ 26 failed  ▷ 1 stalled` in `width` cells, and where each group stands; the `chosen` one is highlighted.

    In a narrow line the least urgent lose their words, not their numbers; a group that is chosen keeps its word, and
    stands there when nothing is in it any more.
    """
    shown = [word for word in BY_WORD if word in counts or word == chosen]
    named = set(shown)
    for word in reversed(shown):
        if _length(shown, named, counts, GAP) < width:
            break
        named -= {word} - {chosen}
    gap = GAP if _length(shown, named, counts, GAP) < width else 1
    line, spots = Text(" "), []
    for word in shown:
        start = line.cell_len
        line.append_text(_part(word, counts.get(word, 0), word in named, word == chosen, look))
        spots.append(Spot(start, line.cell_len, word))
        line.append(" " * gap)
    line.rstrip()
    return line, tuple(spots)


def _length(shown: Sequence[str], named: set[str], counts: Mapping[str, int], gap: int) -> int:
    texts = (_words(word, counts.get(word, 0), word in named) for word in shown)
    return sum(2 + len(text) + gap for text in texts)


def _words(word: str, number: int, named: bool) -> str:
    return f"{number:,} {word}" if named else f"{number:,}"


def _part(word: str, number: int, named: bool, chosen: bool, look: Look) -> Text:
    state = BY_WORD[word].states[0]
    style = look.health_style(state)
    return Text(
        f"{look.health(state).plain} {_words(word, number, named)}", f"bold reverse {style}" if chosen else style
    )


class HealthLine(Line):
    """One line; a click on a group posts its word."""

    _counts: Mapping[str, int] = {}
    _chosen = ""
    _spots: tuple[Spot, ...] = ()

    class Picked(Message):
        """A group was clicked."""

        def __init__(self, word: str) -> None:
            self.word = word
            super().__init__()

    def show_counts(self, counts: Mapping[str, int]) -> None:
        """Show how many instances are in which group."""
        self._counts = counts
        self._draw()

    def show_chosen(self, word: str) -> None:
        """Highlight the group that the table is filtered by; empty for none."""
        self._chosen = word
        self._draw()

    def _draw(self) -> None:
        text, self._spots = health_line(self._counts, self._chosen, self.size.width, look_of(self.app))
        self.show(text)

    def on_resize(self) -> None:
        self._draw()

    def on_click(self, event: events.Click) -> None:
        """A word is a filter."""
        for spot in self._spots:
            if spot.start <= event.x < spot.end:
                self.post_message(self.Picked(spot.word))
