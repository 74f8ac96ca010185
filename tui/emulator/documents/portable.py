"""PDF by pypdf, also where an owner's password only forbids printing or copying."""

from __future__ import annotations

import io
import logging
import re

from tui.emulator.documents.failures import EXTRA, MOST_TEXT, IndexingError

_STREAM = re.compile(rb"stream\r?\n.*?endstream", re.DOTALL)
_ENCRYPTED = re.compile(rb"/Encrypt\s+\d+\s+\d+\s+R")
_HEAD = 1024


def trimmed(content: bytes) -> bytes:
    """Return a PDF without what mail and disks put before and after it; raises IndexingError `invalid_pdf`."""
    start, end = content[:_HEAD].find(b"%PDF-"), content.rfind(b"%%EOF")
    if start < 0 or end < 0:
        raise IndexingError("invalid_pdf", "its beginning or its end is missing")
    return content[start : end + 5] + b"\n"


def check_structure(content: bytes) -> None:
    """Look at a PDF without reading it; raises IndexingError `invalid_pdf` or `file_is_password_locked`."""
    if _ENCRYPTED.search(_STREAM.sub(b"", trimmed(content))):
        raise IndexingError("file_is_password_locked")


def pdf_text(content: bytes) -> str:
    """Return the text of a PDF page by page; raises IndexingError."""
    from pypdf import PdfReader
    from pypdf.errors import DependencyError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    body = trimmed(content)
    try:
        reader = PdfReader(io.BytesIO(body))
        if reader.is_encrypted and not reader.decrypt(""):
            raise IndexingError("file_is_password_locked")
        return _pages(reader)
    except (IndexingError, MemoryError):
        raise
    except DependencyError:
        raise IndexingError("unable_to_convert_to_markdown", f"it is encrypted; it {EXTRA}") from None
    except Exception as error:  # pypdf raises whatever the bytes of a broken file lead to
        check_structure(body)
        raise IndexingError("invalid_pdf", str(error)) from None


def _pages(reader: object) -> str:
    pages: list[str] = []
    size = 0
    for page in reader.pages:  # type: ignore[attr-defined]
        pages.append(str(page.extract_text()))
        size += len(pages[-1])
        if size > MOST_TEXT:
            raise IndexingError("markdown_too_large", f"more than {MOST_TEXT:,} characters of text")
    return "\n\n".join(pages)
