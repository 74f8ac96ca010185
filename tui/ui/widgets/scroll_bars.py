"""Scroll bars of a terminal that may have no block characters: whole cells, told by their background alone."""

from __future__ import annotations

from textual.scrollbar import ScrollBar, ScrollBarRender


class WholeCells(ScrollBarRender):
    """Without the eighths of a cell at both ends of a bar, which are no ASCII."""

    VERTICAL_BARS = [" "] * 8
    HORIZONTAL_BARS = [" "] * 8


def choose_bars(*, ascii_only: bool) -> None:
    """How every scroll bar of this process is drawn from now on."""
    ScrollBar.renderer = WholeCells if ascii_only else ScrollBarRender
