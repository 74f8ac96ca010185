"""One-line widgets that repaint only when their words have changed."""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.ui.kit.cut import shorten_text
from tui.ui.look import look_of

LEAST_DETAIL = 6
"""Cells below which a longer detail is left out: two letters of a name say nothing."""


class Line(Widget, inherit_bindings=False):
    """One line of text, cut to the width. Setting equal text sends nothing to the terminal."""

    DEFAULT_CSS = "Line { height: 1; width: 1fr; }"
    ALLOW_SELECT = False

    _painted: Strip | None = None
    """The line as it was drawn last."""

    def __init__(self, text: Text | str = "", *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._text = Text(text) if isinstance(text, str) else text

    @property
    def text(self) -> Text:
        """What is shown."""
        return self._text

    def show(self, text: Text | str) -> None:
        """Show other text; a str is literal."""
        new = Text(text) if isinstance(text, str) else text
        if new.plain != self._text.plain or new.spans != self._text.spans or new.style != self._text.style:
            self._text = new
            self.repaint()

    def repaint(self) -> None:
        """Paint the cells that read differently now: of a line that counts, some bytes a second."""
        before, width = self._painted, self.size.width
        if before is None or before.cell_length != width:
            self.refresh()
        elif changed := changed_cells(before, self._strip(width)):
            first, last = changed
            self.refresh(Region(first, 0, last + 1 - first, 1))

    def render_line(self, y: int) -> Strip:
        """The one line, padded with the widget's own background."""
        width = self.size.width
        if y:
            return Strip.blank(width, self.rich_style)
        self._painted = self._strip(width)
        return self._painted

    def _strip(self, width: int) -> Strip:
        text = self.compose_line(width)
        look_of(self.app).fit(text, width)
        style = self.rich_style + self.app.console.get_style(text.style)  # Text.render forgets it without spans
        segments = Segment.apply_style(text.render(self.app.console), style)
        return Strip(segments, width)

    def compose_line(self, width: int) -> Text:
        """The text to draw in `width` cells."""
        return self._text.copy()


def changed_cells(before: Strip, after: Strip) -> tuple[int, int] | None:
    """The first and the last cell that differ in two lines of one width; None when none does."""
    pairs = zip(_cells(before), _cells(after), strict=False)
    differing = [at for at, (old, new) in enumerate(pairs) if old != new]
    return (differing[0], differing[-1]) if differing else None


def _cells(strip: Strip) -> list[tuple[str, Style | None]]:
    """What stands in each cell; the second cell of a wide letter has its style alone."""
    cells: list[tuple[str, Style | None]] = []
    for text, style, _ in strip:
        for letter in text:
            width = 1 if letter.isascii() else cell_len(letter)
            if width or not cells:
                cells += [(letter, style), *[("", style)] * (width - 1)]
            else:  # what has no width stands with what is before it
                cells[-1] = (cells[-1][0] + letter, style)
    return cells


class TitleRule(Line):
    """A pane's top edge: its title, a rule, and a note at the right: `── Jobs ─────── 3 of 41 ──`.

    The pane is lit by the class `-focus`, which the screen sets.
    """

    COMPONENT_CLASSES = {"title-rule--rule", "title-rule--title"}
    DEFAULT_CSS = """
    TitleRule { color: $foreground; }
    TitleRule > .title-rule--rule { color: $rule; }
    TitleRule > .title-rule--title { color: $foreground; text-style: bold; }
    TitleRule.-focus > .title-rule--rule { color: $primary; }
    TitleRule.-focus > .title-rule--title { color: $accent; text-style: bold; }
    TitleRule.-focus:nocolor > .title-rule--title { text-style: reverse; }
    """

    class Clicked(Message):
        """Somebody clicked on the rule."""

        def __init__(self, rule: TitleRule) -> None:
            self.rule = rule
            super().__init__()

    def on_click(self) -> None:
        self.post_message(self.Clicked(self))

    def __init__(self, title: str, *, rule: str = "─", id: str | None = None) -> None:
        super().__init__(id=id)
        self._title = title
        self._detail = Text()
        self._note = Text()
        self._warning = ""
        self._rule = rule

    @property
    def words(self) -> str:
        """Title, detail and note as plain text."""
        return " ".join(part for part in (self._title, self._detail.plain, self._note.plain) if part)

    def describe(self, detail: Text | str = "", note: Text | str = "") -> None:
        """Show `detail` after the title and `note` at the right end."""
        detail, note = (Text(part) if isinstance(part, str) else part for part in (detail, note))
        if (detail, note) != (self._detail, self._note) or note.spans != self._note.spans:
            self._detail, self._note = detail, note
            self.repaint()

    def warn(self, words: str) -> None:
        """Show a warning in the place of the note, whatever `describe` says, until it is called without one."""
        if words != self._warning:
            self._warning = words
            self.repaint()

    def compose_line(self, width: int) -> Text:
        """Title left, note right, the rule between. A short line loses the rule, then the detail, then of the note."""
        rule = self.get_component_rich_style("title-rule--rule", partial=True)
        title = self.get_component_rich_style("title-rule--title", partial=True)
        left = Text.assemble((self._rule * 2 + " ", rule), (self._title, title))
        look, end = look_of(self.app), Text(" " + self._rule * 2, rule)
        least = min(cell_len(self._title), width // 2) + 5  # the name says what everything below is about
        said = look.text(self._warning, "error") if self._warning else self._note.copy()
        note = look.cut(said, max(width // 3, width - least - end.cell_len - 1))
        right = Text.assemble(" ", note, end) if note else Text()
        room = width - right.cell_len
        spare = room - left.cell_len - 3
        if self._detail and spare >= min(LEAST_DETAIL, self._detail.cell_len):
            left.append("  " if self._title else "").append_text(self._fitted(spare))
        look.cut(left.append(" "), room)
        left.append(self._rule * max(0, room - left.cell_len), rule)
        return left.append_text(right)

    def _fitted(self, room: int) -> Text:
        """The detail in `room` cells: a name is cut in its middle, a sentence at its end.

        Of a name in a place, `namespace/id`, the place is cut while that is enough: both ends of both are seen.
        """
        detail, ellipsis = self._detail, look_of(self.app).signs.ellipsis
        place, slash, name = detail.plain.rpartition("/")
        rest = room - cell_len(slash + name)
        if " " in detail.plain or not slash or not LEAST_DETAIL <= rest < cell_len(place):
            return shorten_text(detail, room, ellipsis, middle=" " not in detail.plain)
        return shorten_text(detail[: len(place)], rest, ellipsis, middle=True).append_text(detail[len(place) :])
