"""Text, JSON and CSV: read by the standard library."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from tui.emulator.documents.characters import decode, is_binary
from tui.emulator.documents.failures import LARGEST_FILE, MOST_TEXT, IndexingError

LONGEST_NAME = 100
"""Characters of a column's name that is repeated beside each value; a longer one stands at the top only."""
_DELIMITERS = ",;\t|"
_CODING = re.compile(rb"^[^\n]*\n?[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")

csv.field_size_limit(LARGEST_FILE)


def plain_text(content: bytes) -> str:
    """Return the text of a text file."""
    found = _CODING.match(content[:400])
    return decode(content, found[1].decode("ascii", "replace") if found else None)


def unnamed_text(content: bytes) -> str:
    """Return the text of a file without an ending; raises IndexingError `unsupported_type` when it is not text."""
    if is_binary(content) or (b"\0" in content[:8192] and content[:2] not in {b"\xff\xfe", b"\xfe\xff"}):
        raise IndexingError("unsupported_type", "a file without an ending is read only if it is text")
    return plain_text(content)


def json_text(content: bytes) -> str:
    """Return JSON with a line for each value, so that it can be cut into chunks."""
    text = decode(content)
    try:
        value = json.loads(text, parse_int=_whole, parse_float=_fraction)
        depth = _depth(value)
    except RecursionError:
        return text  # nested more deeply than Python's reader goes
    except ValueError as error:
        raise IndexingError("file_is_corrupt", f"it is not JSON: {error}") from None
    # Each level is indented by one more: laid out, deeply nested lists would be a multiple of what they were.
    return text if len(text) * (depth + 2) > MOST_TEXT else json.dumps(value, ensure_ascii=False, indent=1)


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) < 1000 else digits


def _fraction(digits: str) -> float | str:
    value = float(digits)
    return value if repr(value) == digits else digits


def _depth(value: Any) -> int:
    """Count the levels of a JSON value."""
    level, depth = [value], 0
    while level := [one for whole in level if isinstance(whole, dict | list) for one in _members(whole)]:
        depth += 1
    return depth


def _members(whole: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return whole.values() if isinstance(whole, dict) else whole


def table_text(content: bytes) -> str:
    """Return a CSV file row by row, each value with the name of its column."""
    text = decode(content)
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    try:
        return rows_text(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise IndexingError("file_is_corrupt", f"it is not CSV: {error}") from None


def rows_text(rows: Iterable[list[str]]) -> str:
    """Return rows as lines of `name: value`, the names from the first row; nothing of a row is left out.

    A chunk that holds one row alone still says what its values mean. Raises IndexingError `markdown_too_large`.
    """
    source = iter(rows)
    head = next(source, [])
    used = [not name for name in head]
    lines: list[str] = []
    size = 0
    for row in source:
        lines.append(", ".join(_cells(head, row, used)))
        size += len(lines[-1]) + 1
        if size > MOST_TEXT:
            raise IndexingError("markdown_too_large", f"more than {MOST_TEXT:,} characters of text")
    if not all(used):
        lines.insert(0, ", ".join(head))
    return "\n".join(lines)


def _cells(head: list[str], row: list[str], used: list[bool]) -> Iterator[str]:
    for number, value in enumerate(row):
        name = head[number] if number < len(head) else ""
        if name and len(name) <= LONGEST_NAME:
            used[number] = True
            yield f"{name}: {value}"
        else:
            yield value
