"""The text of the demo's own pages, read when the package is made: the demo needs no library to show its documents.

`python -m tests.emulator.prepare` makes the file anew; a test compares it with what the readers give today.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from tui.emulator.documents.failures import IndexingError
from tui.emulator.documents.types import Kind
from tui.emulator.websites import Read

DEMO = Path(__file__).parent / "demo"
FILE = "texts.json"


class Known(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a document of the demo gives: its text, or why it has none."""

    text: str = ""
    slug: str = ""


def identity(kind: Kind, content: bytes, selector: str | None) -> str:
    """Return what a prepared text is found by: the kind, the content's SHA-256 and the selector."""
    return f"{kind} {hashlib.sha256(content).hexdigest()} {selector or ''}".rstrip()


class Prepared:
    """Reads documents: those whose text is known at once, all others by `read`."""

    def __init__(self, texts: Mapping[str, Known], read: Read) -> None:
        """Know `texts` by their identity."""
        self._texts = texts
        self._read = read

    def read(self, kind: Kind, content: bytes, selector: str | None = None) -> str:
        """Return the text of a document; raises IndexingError."""
        known = self._texts.get(identity(kind, content, selector)) if self._texts else None
        if known is None:
            return self._read(kind, content, selector)
        if known.slug:
            raise IndexingError(known.slug)
        return known.text


def texts_of(demo: Path) -> dict[str, Known]:
    """Return the prepared texts of the demo folder `demo`, none where there are none."""
    path = demo / FILE
    return msgspec.json.decode(path.read_bytes(), type=dict[str, Known]) if path.is_file() else {}
