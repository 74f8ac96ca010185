"""How the log view looks: its rows as strips, in the colours of the theme, with a cache of those painted."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ClassVar

from msgspec.structs import replace
from rich.containers import Lines
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.cache import LRUCache
from textual.geometry import Region
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.ui.kit.log_view.painter import Inks, Sheet, Times, paint
from tui.ui.kit.log_view.rows import Role, Rows, Spot

_CACHED_ROWS = 512


class LogCanvas(ScrollView, can_focus=True, inherit_bindings=False):
    """Paints the rows that are in the viewport, `_painted`: each a spot of the log and its role there."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "log-view--time",
        "log-view--warning",
        "log-view--error",
        "log-view--separator",
        "log-view--match",
        "log-view--cursor",
        "log-view--cursor-blurred",
        "log-view--placeholder",
    }
    DEFAULT_CSS = """
    LogCanvas {
        background: $background;
        color: $foreground;
        overflow: hidden hidden;
        & > .log-view--placeholder { color: $text-muted; }
        & > .log-view--time { color: $text-muted; }
        & > .log-view--warning { color: $warning; }
        & > .log-view--error { color: $error; }
        & > .log-view--separator { color: $accent; }
        & > .log-view--match { text-style: reverse; }
        & > .log-view--cursor {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: $block-cursor-text-style;
        }
        & > .log-view--cursor-blurred { background: $block-cursor-blurred-background; }
        &:nocolor > .log-view--error { text-style: bold; }
        &:nocolor > .log-view--cursor { text-style: reverse; }
        &:nocolor > .log-view--match { text-style: bold underline; }
        &:ansi > .log-view--cursor-blurred { text-style: bold; }
    }
    """

    def __init__(self, *, ascii: bool = False, clock: Callable[[], float] = time.time, id: str | None = None) -> None:
        """`clock` gives epoch seconds, for ages."""
        super().__init__(id=id)
        self.rows = Rows()
        self._sheet = Sheet(0, ascii=ascii)
        self._clock = clock
        self._painted: list[tuple[Spot, Role]] = []
        self._strips: LRUCache[tuple[Spot, Role], Strip] = LRUCache(_CACHED_ROWS)
        self._inks: dict[bool, Inks] = {}
        self._placeholder = Text()

    def notify_style_update(self) -> None:
        """Colours have changed: nothing that was painted is valid."""
        super().notify_style_update()
        self._inks.clear()
        self._strips.clear()

    def tick(self) -> None:
        """Time went on: paint the rows whose age reads differently."""
        now = self._clock()
        if self._sheet.times is not Times.AGE:
            return
        ages = [self._age(spot, self._sheet.now) != self._age(spot, now) for spot, _ in self._painted]
        if any(ages):
            self._sheet = replace(self._sheet, now=now)
            self._strips.clear()
            self.refresh(*(Region(0, y, self.size.width, 1) for y, other in enumerate(ages) if other))

    def _age(self, spot: Spot, now: float) -> str:
        line = self.rows.line(spot.place)
        return Times.AGE.text(line.time_s, now) if line else ""

    def render_line(self, y: int) -> Strip:
        """The row `y` of the viewport."""
        if y >= len(self._painted):
            return self._note(y)
        key = self._painted[y]
        strip = self._strips.get(key)
        if strip is None:
            spot, role = key
            line = self.rows.line(spot.place)
            if line is None:
                return Strip.blank(self.size.width, self.rich_style)
            strip = paint(line, self.rows.pieces(spot.place), spot.row, self._sheet, self._ink(), role)
            self._strips[key] = strip
        return strip

    def set_placeholder(self, text: Text | str) -> None:
        """What stands in the middle while there are no lines; a str is taken literally."""
        fresh = Text(text) if isinstance(text, str) else text
        if fresh != self._placeholder:
            self._placeholder = fresh
            if not self.rows.count:
                self.refresh()

    def _note(self, y: int) -> Strip:
        """A row without a line: blank, or a part of the placeholder."""
        width, console = self.size.width, self.app.console
        lines = Lines() if self.rows.count else self._placeholder.wrap(console, max(1, width), justify="center")
        at = y - max(0, self.size.height - len(lines)) // 2
        if not 0 <= at < len(lines):
            return Strip.blank(width, self.rich_style)
        style = self.get_component_rich_style("log-view--placeholder")
        painted = Segment.apply_style(lines[at].render(console), style)
        return Strip(one for one in painted if one.text != "\n").adjust_cell_length(width, style)

    def _ink(self) -> Inks:
        focus = self.has_focus
        if focus not in self._inks:
            self._inks = {focus: self._mixed(focus)}
            self._strips.clear()
        return self._inks[focus]

    def _mixed(self, focus: bool) -> Inks:
        """The styles in the widget's present colours; a focused cursor hides those of the text."""
        base = self.rich_style
        part = {
            name: base + self.get_component_rich_style(f"log-view--{name}", partial=True)
            for name in ("time", "warning", "error", "separator")
        }
        match = self.get_component_rich_style("log-view--match", partial=True)
        cursor = self.get_component_rich_style("log-view--cursor", partial=True)
        if not focus:
            blurred = self.get_component_styles("log-view--cursor-blurred")
            cursor = Style(bgcolor=blurred.rich_style.bgcolor) + blurred.text_style
        return Inks(base, match=match, cursor=cursor, **part)
