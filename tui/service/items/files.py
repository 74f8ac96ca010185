"""Which files an operator means: a path or a pattern becomes uploads that can be sent, or the reason why not."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from tui.errors import UsageError
from tui.service.lab.rules import LARGEST_TEXT, largest
from tui.text import plural, safe, size

LONGEST_NAME = 128
"""Characters of an item's key (api-errors: 7072)."""
MAX_FILES = 500


class Upload(Struct, frozen=True):
    """One file to send, and the key that it gets."""

    path: Path
    name: str
    bytes: int


def uploads(typed: str, name: str = "") -> tuple[Upload, ...]:
    """The files of a path, a folder or a pattern such as `docs/*.md`. Touches the file system.

    `name` is the key of a single file, or with `/` at its end a folder in the instance for all of them. Raises
    UsageError when there is none, or one cannot be sent: nothing is uploaded by half.
    """
    if not typed.strip():
        raise UsageError("Which file?", "Type a path, or a pattern such as docs/*.md.")
    try:
        found = _files(Path(typed.strip()).expanduser())
    except (OSError, ValueError, RuntimeError) as error:  # not a pattern, or the home of nobody
        raise UsageError("Not a usable path", f"{safe(typed)}: {error}.") from None
    name = name.strip()
    if name and not name.endswith("/") and len(found) > 1:
        raise UsageError("One key for many files", f"{plural(len(found), 'file')} match.", "End the key with / .")
    return tuple(_checked(path, name) for path in found)


def summary(found: tuple[Upload, ...]) -> str:
    """`3 files, 1.2 MB`."""
    return f"{plural(len(found), 'file')}, {size(sum(one.bytes for one in found))}"


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]  # a name may hold the signs of a pattern
    pattern = path / "*" if path.is_dir() else path
    root = Path(pattern.anchor)
    found = [one for one in sorted(root.glob(str(pattern.relative_to(root)))) if one.is_file()]
    if not found:
        there = "has no files" if path.is_dir() else "does not exist"
        raise UsageError("No such file", f"{safe(str(path))} {there}.", "Correct the path.")
    if len(found) > MAX_FILES:
        raise UsageError("Too many files", f"{len(found):,} match.", f"Choose at most {MAX_FILES} at a time.")
    return found


def _checked(path: Path, name: str) -> Upload:
    key = f"{name}{path.name}" if not name or name.endswith("/") else name
    try:
        length = path.stat().st_size
        with path.open("rb"):
            pass
    except OSError as error:
        raise UsageError("Cannot read the file", f"{safe(str(path))}: {error.strerror}.") from None
    if length > (most := largest(key)):
        limit = f"{most // 2**20} MiB of {'text, code and PDF' if most == LARGEST_TEXT else 'this type'}"
        detail = f"{safe(path.name)} has {size(length)}; built-in storage takes at most {limit} (7054)."
        raise UsageError("The file is too large", detail, "Split or compress it.")
    if len(key) > LONGEST_NAME:
        detail = f"{safe(key[:40])}… has {len(key)} characters, a key at most {LONGEST_NAME}."
        raise UsageError("The key is too long", detail, "Choose a shorter one.")
    if key.startswith("/") or {"..", ".", ""} & set(key.split("/")):
        raise UsageError("Not a usable key", f"{safe(key)} must be a relative path without . and .. parts.")
    return Upload(path, key, length)
