"""Scroll bars of a terminal that may have no block characters: whole cells, with a sign where the screen shows."""

from __future__ import annotations

from typing import Any

from rich.segment import Segment, Segments
from textual.scrollbar import ScrollBar, ScrollBarRender

THUMB = "#"


class WholeCells(ScrollBarRender):
    """Without the eighths of a cell at both ends of a bar, which are no ASCII.

    The thumb is a sign in reverse video: blank, it would be nothing where neither colour nor reverse video is seen.
    """

    VERTICAL_BARS = [" "] * 8
    HORIZONTAL_BARS = [" "] * 8

    @classmethod
    def render_bar(cls, *args: Any, **kwargs: Any) -> Segments:
        """The bar as Textual draws it, with the sign."""
        bar = super().render_bar(*args, **kwargs)
        bar.segments = [
            Segment(text.replace(" ", THUMB), style) if style and style.reverse else Segment(text, style, control)
            for text, style, control in bar.segments
        ]
        return bar


def choose_bars(*, ascii_only: bool) -> None:
    """How every scroll bar of this process is drawn from now on."""
    ScrollBar.renderer = WholeCells if ascii_only else ScrollBarRender
