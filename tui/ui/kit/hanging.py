"""Laying out text in cells: hanging indents."""

from __future__ import annotations

import textwrap

from rich.text import Text


def hanging(head: Text, words: str, style: str, width: int) -> Text:
    """`head`, then `words` beside it, folded to `width` cells; further lines start below the first word."""
    indent = head.cell_len
    lines = textwrap.wrap(words, max(12, width - indent), break_on_hyphens=False) or [""]
    text = head.copy().append(lines[0], style)
    for line in lines[1:]:
        text.append("\n" + " " * indent).append(line, style)
    return text
