"""What stands on the terminal: the parts of the screen that were painted, one over the other, as a terminal keeps them.

A test that asks the console for its whole screen sees what it would paint now. An operator sees what it has painted:
a row that changed and that nobody painted again is wrong for them only.
"""

from __future__ import annotations

from itertools import repeat
from typing import Any

from rich.cells import cell_len
from rich.segment import ControlType
from rich.style import Style
from textual._compositor import CompositorUpdate
from textual.app import App
from textual.screen import Screen
from textual.strip import Strip

from tui.ui.textual_painting import render_all_lines

Cell = tuple[str, Style | None]
Piece = tuple[int, str, Style | None]
"""From which column on, which text, in which style."""

MANY = 300
"""Pieces of a row that may wait."""


class Mirror:
    """The cells of a terminal that gets all that an app paints from now on."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._rows: dict[int, dict[int, Cell]] = {}
        self._written: dict[int, list[Piece]] = {}
        """What was written into a row since somebody looked at it: most frames nobody looks at."""
        self._display = app._display
        app._display = self._painted  # type: ignore[method-assign]

    def _painted(self, screen: Screen[Any], renderable: Any) -> None:
        self._display(screen, renderable)
        if isinstance(renderable, CompositorUpdate) and not self._app._batch_count:
            options = self._app.console.options
            self._lay(renderable.__rich_console__(self._app.console, options))  # type: ignore[attr-defined]

    def _lay(self, segments: Any) -> None:
        x = y = 0
        for text, style, control in segments:
            if control:
                for kind, *values in control:
                    if kind is ControlType.CURSOR_MOVE_TO:
                        x, y = values
            elif text != "\n":
                written = self._written.setdefault(y, [])
                written.append((x, text, style))
                x += len(text) if text.isascii() else sum(map(cell_len, text))
                if len(written) > MANY:
                    self._row(y)

    def _row(self, y: int) -> dict[int, Cell]:
        """The cells of a row as they stand."""
        row = self._rows.setdefault(y, {})
        for x, text, style in self._written.pop(y, ()):
            _put(row, x, text, style)
        return row

    def text(self) -> str:
        """What an operator reads."""
        width, height = self._app.size
        blank = (" ", None)
        rows = map(self._row, range(height))
        return "\n".join("".join(row.get(x, blank)[0] for x in range(width)).rstrip() for row in rows)

    def faults(self) -> list[str]:
        """Rows that are not as they would be if they were painted now: as they stand, and as they should."""
        app = self._app
        for widget in app.screen._compositor.visible_widgets:
            widget._styles_cache.clear()
        found = []
        for y, strip in enumerate(_as_textual_would(app)):
            wanted: dict[int, Cell] = {}
            end = 0
            for text, style, _ in strip:
                end = _put(wanted, end, text, style)
            have = self._row(y)
            if have != wanted and any(have.get(x) != wanted.get(x) for x in range(end)):
                stands = "".join(have.get(x, ("?", None))[0] for x in range(end))
                found.append(f"{y}: {stands!r}\n    {strip.text!r}")
        return found


def _as_textual_would(app: App[Any]) -> list[Strip]:
    """The lines of the whole screen, rendered by Textual's own way: ours is what is judged."""
    compositor = app.screen._compositor
    pieces = render_all_lines(compositor, compositor.size.region, lambda y: True)
    return [Strip.join(one.values()) for one in pieces]


def _put(row: dict[int, Cell], x: int, text: str, style: Style | None) -> int:
    """Write text into a row; gives where it ends. What has no width stands with what is before it."""
    if text.isascii():
        end = x + len(text)
        row.update(zip(range(x, end), zip(text, repeat(style), strict=False), strict=True))
        return end
    for character in text:
        width = 1 if character.isascii() else cell_len(character)
        if not width:
            before = x - 1
            while before > 0 and row.get(before, ("", None))[0] == "":
                before -= 1
            row[before] = (row.get(before, ("", None))[0] + character, style)
            continue
        row[x] = (character, style)
        for more in range(1, width):
            row[x + more] = ("", style)
        x += width
    return x
