"""One reader for each kind of document: bytes to text, in this process. What goes wrong has a slug."""

from __future__ import annotations

from collections.abc import Callable

from tui.emulator.documents.characters import clean, installed
from tui.emulator.documents.failures import EXTRA, IndexingError, within_bounds
from tui.emulator.documents.markup import page_links, page_text, xml_text
from tui.emulator.documents.office import sheets_text, word_text, writer_text
from tui.emulator.documents.plain import json_text, plain_text, table_text, unnamed_text
from tui.emulator.documents.portable import pdf_text
from tui.emulator.documents.types import Kind

READERS: dict[Kind, Callable[[bytes], str]] = {
    "plain": plain_text,
    "unnamed": unnamed_text,
    "page": page_text,
    "xml": xml_text,
    "table": table_text,
    "json": json_text,
    "word": word_text,
    "writer": writer_text,
    "sheets": sheets_text,
    "pdf": pdf_text,
    "links": page_links,
}
LIBRARIES: dict[Kind, str] = {
    "page": "selectolax",
    "word": "docx",
    "writer": "odf",
    "sheets": "python_calamine",
    "pdf": "pypdf",
    "links": "selectolax",
}
"""The library of the extra `documents` that a kind needs; the other kinds need none. `links` is no document."""
_FOREIGN = {
    "picture": "a picture is described by a model, and there is none here",
    "foreign": "the emulator has no reader for this format",
}


def check_readable(kind: Kind) -> None:
    """Raise IndexingError `unable_to_convert_to_markdown` for a kind that cannot be read here, with the reason."""
    if kind in _FOREIGN:
        raise IndexingError("unable_to_convert_to_markdown", _FOREIGN[kind])
    if kind in LIBRARIES and not installed(LIBRARIES[kind]):
        raise IndexingError("unable_to_convert_to_markdown", f"it {EXTRA}")


def read(kind: Kind, content: bytes, selector: str | None = None) -> str:
    """Return the text of a document; `selector` narrows a page. Raises IndexingError."""
    check_readable(kind)
    try:
        text = page_text(content, selector) if kind == "page" else READERS[kind](content)
    except (IndexingError, MemoryError):
        raise
    except Exception as error:
        if kind not in {"word", "writer", "sheets"}:
            raise
        # Libraries for office files raise whatever a broken part leads to.
        raise IndexingError("file_is_corrupt", f"{type(error).__name__}: {error}") from None
    return text if kind == "links" else clean(within_bounds(text))
