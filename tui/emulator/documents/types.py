"""Which reader a document gets: the ending of its name decides, as in the list of types that the service documents."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Literal
from urllib.parse import urlsplit

from tui.emulator.documents.failures import LARGEST_FILE

Kind = Literal[
    "plain",
    "unnamed",
    "page",
    "xml",
    "table",
    "json",
    "word",
    "writer",
    "sheets",
    "pdf",
    "picture",
    "foreign",
    "links",
]

_TEXT = """
txt rst log ini conf env properties toml markdown md mdx tex latex sh bat ps1 sgml yaml yml css js php py rb java
c cpp cxx h hpp go rs swift dart el
ts sql
"""
"""The last line is not on the service's list: it was read here before and does no harm."""
_KINDS: dict[str, Kind] = {
    **dict.fromkeys((f".{name}" for name in _TEXT.split()), "plain"),
    **dict.fromkeys((".html", ".htm", ".xhtml"), "page"),
    **dict.fromkeys((".xml", ".svg"), "xml"),
    **dict.fromkeys((".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"), "sheets"),
    **dict.fromkeys((".jpeg", ".jpg", ".png", ".webp"), "picture"),
    **dict.fromkeys((".numbers", ".et"), "foreign"),
    ".csv": "table",
    ".json": "json",
    ".docx": "word",
    ".odt": "writer",
    ".pdf": "pdf",
}
_SERVED_AS_PAGES = {".php"}
_CONVERTED = {"word", "writer", "sheets", "picture", "foreign"}
LARGEST_CONVERTED = 4 * 1024 * 1024
"""Bytes of a document that is neither text nor code nor a PDF (api-facts: Instances)."""


def path_of(key: str) -> str:
    """Return the path of an item key: of an address without host and query, else the key itself.

    An address that cannot be taken apart is returned as it is.
    """
    if "://" not in key:
        return key
    try:
        return urlsplit(key).path
    except ValueError:
        return key


def suffix(key: str) -> str:
    """Return the lower case ending of a key with its dot; empty for none, which a dot file has not either."""
    return PurePosixPath(path_of(key)).suffix.lower()


def kind_of(key: str) -> Kind | None:
    """Return the kind of the document called `key`, None for an ending that is not supported.

    A file without an ending is `unnamed`: it is read if it is text. The page behind an address is HTML unless its
    ending says that it is another document: in `/release-1.2` the dot begins no ending.
    """
    ending = suffix(key)
    if "://" in key:
        return page_kind(path_of(key))
    return _KINDS.get(ending) if ending else "unnamed"


def page_kind(name: str) -> Kind:
    """Return the kind of what a website serves from a file called `name`."""
    ending = PurePosixPath(name).suffix.lower()
    return "page" if ending in _SERVED_AS_PAGES else _KINDS.get(ending, "page")


def largest(kind: Kind | None) -> int:
    """Return the bytes that a document of this kind has at most."""
    return LARGEST_CONVERTED if kind in _CONVERTED else LARGEST_FILE


def supported(key: str) -> bool:
    """Tell whether documents named like `key` can be indexed at all."""
    return kind_of(key) is not None
