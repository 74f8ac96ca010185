"""Documents to plain text. What cannot be read fails with the slug that the real indexer gives."""

from __future__ import annotations

from collections.abc import Callable

from tui.emulator.documents.failures import LARGEST_FILE, IndexingError
from tui.emulator.documents.portable import check_structure
from tui.emulator.documents.readers import LIBRARIES, read
from tui.emulator.documents.types import Kind, kind_of, largest, suffix, supported

__all__ = ["LARGEST_FILE", "IndexingError", "extract", "suffix", "supported"]

Read = Callable[[Kind, bytes, str | None], str]


def extract(
    key: str, content: bytes, selector: str | None = None, *, pdf_text: bool = False, kind: Kind | None = None,
    elsewhere: Read = read, most: Callable[[Kind | None], int] = largest,
) -> str:  # fmt: skip
    """Return the text of a document; raises IndexingError with the slug that says why there is none.

    `selector` narrows a web page to the elements that it finds, as CSS has it. Without `pdf_text` a PDF is looked at
    and not read. `kind` is for documents whose name does not tell it. What needs a library is given to `elsewhere`,
    which may read it in another process. `most` gives the bytes that a document of a kind may have.
    """
    kind = kind or kind_of(key)
    if len(content) > most(kind):
        raise IndexingError("over_size")
    if not content.strip():
        raise IndexingError("file_content_empty")
    if kind is None:
        raise IndexingError("unsupported_type")
    if kind == "pdf" and not pdf_text:
        check_structure(content)
        raise IndexingError("unable_to_convert_to_markdown")
    text = (elsewhere if kind in LIBRARIES else read)(kind, content, selector)
    if not text.strip():
        raise IndexingError("markdown_conversion_empty")
    return text
