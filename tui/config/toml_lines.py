"""A TOML text: its values, and the line that each key stands on."""

from __future__ import annotations

import re
import tomllib
from typing import Any

_PART = r"""(?:[\w-]+|"[^"]*"|'[^']*')"""
_DOTTED = rf"({_PART}(?:\s*\.\s*{_PART})*)"
_HEADER = re.compile(rf"\s*\[\s*{_DOTTED}\s*\]")
_KEY = re.compile(rf"\s*{_DOTTED}\s*=")


def parsed(text: str) -> dict[str, Any]:
    """The values. Raises ValueError, which tells the line, when it is not TOML."""
    return tomllib.loads(text)


def lines(text: str) -> dict[tuple[str, ...], int]:
    """Key path -> line from 1, which tomllib does not tell. Keys inside inline tables have none of their own."""
    found: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.split("\n"), 1):
        if header := _HEADER.match(line):
            table = _key_path(header[1])
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            found.setdefault((*table, *_key_path(key[1])), number)
    return found


def _key_path(dotted: str) -> tuple[str, ...]:
    """`profiles."eu.west".account` -> its parts, read by the TOML parser itself."""
    path: list[str] = []
    try:
        node: Any = tomllib.loads(f"{dotted} = 0")
    except tomllib.TOMLDecodeError:  # a line of a multi-line string that only looks like a key
        return ()
    while isinstance(node, dict):
        ((name, node),) = node.items()
        path.append(name)
    return tuple(path)
