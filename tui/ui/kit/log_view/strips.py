"""The rows of a log view as strips, in the colours of the theme, with a cache of those painted."""

from __future__ import annotations

from rich.containers import Lines
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.cache import LRUCache
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from tui.ui.kit.log_view.painter import LineFormat, LineStyles, paint
from tui.ui.kit.log_view.rows import LogRows, Row

_CACHED_ROWS = 512
PARTS = {
    "log-view--time",
    "log-view--warning",
    "log-view--error",
    "log-view--separator",
    "log-view--match",
    "log-view--cursor",
    "log-view--cursor-blurred",
    "log-view--placeholder",
}
"""Parts of a log view that a style sheet can name."""
STYLES = """
    LogView {
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


class LogStrips:
    """Paints single rows for one widget. `format` says how all rows look now; who changes it calls `forget`."""

    def __init__(self, view: Widget, format: LineFormat) -> None:
        self.format = format
        self._view = view
        self._painted: LRUCache[Row, Strip] = LRUCache(_CACHED_ROWS)
        self._styles: dict[bool, LineStyles] = {}

    def forget(self, *, colours: bool = False) -> None:
        """Nothing that was painted is valid; with `colours` the styles are not either."""
        self._painted.clear()
        if colours:
            self._styles.clear()

    def row(self, rows: LogRows, row: Row) -> Strip:
        """One row; blank when its line is not in memory."""
        styles = self._current_styles()
        strip = self._painted.get(row)
        if strip is None:
            spot, role = row
            line = rows.line(spot.place)
            if line is None:
                return Strip.blank(self._view.size.width, self._view.rich_style)
            strip = paint(line, rows.pieces(spot.place), spot.row, self.format, styles, role)
            self._painted[row] = strip
        return strip

    def note(self, text: Text | None, y: int, size: Size) -> Strip:
        """A row without a line: blank, or a part of a text in the middle of the view."""
        view = self._view
        lines = text.wrap(view.app.console, max(1, size.width), justify="center") if text else Lines()
        at = y - max(0, size.height - len(lines)) // 2
        if not 0 <= at < len(lines):
            return Strip.blank(size.width, view.rich_style)
        style = view.get_component_rich_style("log-view--placeholder")
        painted = Segment.apply_style(lines[at].render(view.app.console), style)
        return Strip(one for one in painted if one.text != "\n").adjust_cell_length(size.width, style)

    def _current_styles(self) -> LineStyles:
        focus = self._view.has_focus
        if focus not in self._styles:
            self._styles = {focus: self._mixed(focus)}
            self._painted.clear()
        return self._styles[focus]

    def _mixed(self, focus: bool) -> LineStyles:
        """The styles in the widget's present colours; a focused cursor hides those of the text."""
        view = self._view
        base = view.rich_style
        part = {
            name: base + view.get_component_rich_style(f"log-view--{name}", partial=True)
            for name in ("time", "warning", "error", "separator")
        }
        match = view.get_component_rich_style("log-view--match", partial=True)
        cursor = view.get_component_rich_style("log-view--cursor", partial=True)
        if not focus:
            blurred = view.get_component_styles("log-view--cursor-blurred")
            cursor = Style(bgcolor=blurred.rich_style.bgcolor) + blurred.text_style
        return LineStyles(base, match=match, cursor=cursor, **part)
