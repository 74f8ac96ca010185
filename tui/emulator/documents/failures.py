"""How reading a document fails, and what one document may take."""

from __future__ import annotations

LARGEST_FILE = 10 * 1024 * 1024
"""Bytes of a document of any type; a larger one is not read at all."""
MOST_TEXT = 16 * 1024 * 1024
"""Characters of text that one document may give: repeated names and packed files can make much out of little."""
MOST_UNPACKED = 64 * 1024 * 1024
"""Bytes that the parts of an office file may have together when they are unpacked."""
EXTRA = "needs the extra `documents`: pip install 'aisearch-tui[documents]'"


class IndexingError(Exception):
    """A document that cannot be indexed: `slug` is an item-level indexing error, `detail` says more in words."""

    def __init__(self, slug: str, detail: str = "") -> None:
        """Carry `slug` and `detail`."""
        super().__init__(slug)
        self.slug = slug
        self.detail = detail


def within_bounds(text: str) -> str:
    """Return `text`; raises IndexingError when it has more than `MOST_TEXT` characters."""
    if len(text) > MOST_TEXT:
        raise IndexingError("markdown_too_large", f"more than {MOST_TEXT:,} characters of text")
    return text
