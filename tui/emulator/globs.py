"""Path patterns as regular expressions whose running time is bounded.

A plain translation (`*` to `[^/]*`) goes back and forth between its stars: twenty of them on one long key run for
hours. Here everything but the last stretch is an atomic group that takes the earliest end it can. That finds the same
keys, because what follows a star can only gain by an earlier end, and costs at most the square of the key's length for
each `**`.
"""

from __future__ import annotations

import re

_WILD = re.compile(r"((?<![^/])\*\*/|\*\*|\*)")


def glob(pattern: str) -> re.Pattern[str]:
    """Translate a path pattern: `**/` is any number of folders, `**` anything, `*` and `?` never a slash.

    `**/` means folders only where a segment begins; in `a**/b` it is anything and a slash.
    """
    runs: list[tuple[str, list[str]]] = [("", [""])]
    for part in _WILD.split(pattern):
        if part in {"**/", "**"}:
            runs.append((part, [""]))
        elif part == "*":
            runs[-1][1].append("")
        else:
            runs[-1][1][-1] += "".join("[^/]" if letter == "?" else re.escape(letter) for letter in part)
    ahead = "".join(f"(?>{_START[start]}{_stretch(pieces)})" for start, pieces in runs[:-1])
    start, pieces = runs[-1]
    end = f"{_stretch(pieces[:-1])}[^/]*{pieces[-1]}" if len(pieces) > 1 else pieces[0]
    return re.compile(f"{ahead}{_START[start]}{end}\\Z", re.DOTALL)


_START = {"": "", "**": ".*?", "**/": "(?:.*?/)??"}


def _stretch(pieces: list[str]) -> str:
    """Return fixed pieces with anything but a slash between them, each taken where it ends first."""
    return pieces[0] + "".join(f"(?>[^/]*?{piece})" for piece in pieces[1:])
