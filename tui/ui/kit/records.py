"""Rows as CSV or JSON, and the private file they are saved to."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from tui.errors import UsageError
from tui.system.private_files import encoded as bytes_of
from tui.system.private_files import is_plain_file, replace_file, write_new
from tui.text import safe

Record = Mapping[str, Any]
FORMATS = (".csv", ".json")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_LONGEST_NAME = 60


class FileTaken(UsageError):
    """The file is there already: to be replaced only when the operator says so."""


def default_name(what: str, now: float) -> str:
    """A file name out of words that may be anybody's and the local time of `now` (epoch s): `jobs-20260921-141320.csv`.

    Only letters, digits, `-` and `_` of the words stay, so that they can neither leave the folder nor hide the file.
    """
    plain = re.sub(r"[^A-Za-z0-9_]+", "-", what).strip("-")[:_LONGEST_NAME] or "table"
    return f"{plain}-{datetime.fromtimestamp(now):%Y%m%d-%H%M%S}.csv"


def encoded(records: Sequence[Record], path: Path) -> bytes:
    """The records in the format of the path's ending. Raises UsageError for any other ending."""
    kind = path.suffix.lower()
    if kind not in FORMATS:
        raise UsageError(
            "Which format?", f"{safe(path.name)} does not end in .csv or .json.", "Add one of these endings."
        )
    text = csv_text(records) if kind == ".csv" else json_text(records)
    return bytes_of(text)


def json_text(records: Sequence[Record]) -> str:
    """A JSON array, one object a row."""
    return json.dumps([dict(record) for record in records], indent=2, ensure_ascii=False, default=str) + "\n"


def csv_text(records: Sequence[Record]) -> str:
    """CSV with a line of names. Text that a spreadsheet would take for a formula gets a leading apostrophe."""
    names = list(dict.fromkeys(name for record in records for name in record))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(_cells(record, names) for record in records)
    return out.getvalue()


def _cells(record: Record, names: Iterable[str]) -> list[object]:
    return [_cell(record.get(name)) for name in names]


def _cell(value: Any) -> object:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return f"'{text}" if text.startswith(_FORMULA) else text


def save(path: Path, data: bytes, *, replace: bool = False) -> Path:
    """Write a file of mode 0600; its absolute path. Blocks: not for the event loop.

    Raises FileTaken when there is one already and `replace` is not set, UsageError for everything that is not a plain
    file (a link is never followed) and for what the system refuses.
    """
    target = path.expanduser().absolute()
    try:
        if is_plain_file(target) and replace:
            return replace_file(target, data)
        return write_new(target, data)
    except FileExistsError:
        raise FileTaken(
            "The file exists", f"{safe(str(target))} is there already.", "Save again to replace it."
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a usable name"
        raise UsageError("Not saved", f"{safe(str(target))}: {reason}.", "Choose another name or folder.") from None
