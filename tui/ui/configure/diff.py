"""What a change does to a configuration: a diff of lines, before and after."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from typing import Any

from rich.text import Text

from tui.text import safe_tree
from tui.ui.look import Look

CONTEXT = 2
"""Unchanged lines around a change."""
_MEANINGS = {"-": "error", "+": "success"}


def diff_lines(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """A unified diff of the top-level fields of `after`, as indented JSON; `-` was, `+` is to be."""
    old = _lines({name: before[name] for name in after if name in before})
    new = _lines(after)
    rows = difflib.unified_diff(old, new, n=CONTEXT, lineterm="")
    shown = (row for row in rows if not row.startswith(("---", "+++")))
    return tuple("" if row.startswith("@@") else f"{row[0]} {row[1:]}" for row in shown)[1:]


def _lines(document: Mapping[str, Any]) -> list[str]:
    """One line a value and no brackets around the whole; a trailing comma would be a change of its own."""
    text = json.dumps(safe_tree(dict(document)), indent=2, ensure_ascii=False).splitlines()
    return [line[2:].removesuffix(",") for line in text[1:-1]]


def diff_text(before: Mapping[str, Any], after: Mapping[str, Any], look: Look) -> Text:
    """The diff in colour; its signs tell the same without."""
    lines = [look.text(line, _MEANINGS.get(line[:1], "muted")) for line in diff_lines(before, after)]
    return Text("\n").join(lines)
