"""Documents to plain text. What cannot be read fails with the slug that the real indexer gives."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from html.parser import HTMLParser
from importlib import import_module
from importlib.util import find_spec
from pathlib import PurePosixPath
from urllib.parse import urlsplit
from xml.etree import ElementTree

LARGEST_FILE = 4 * 1024 * 1024
_BLOCKS = {"p", "div", "br", "li", "tr", "section", "article", "pre", "blockquote", "table", "ul", "ol", "dt", "dd"}
_HIDDEN = {"script", "style", "template", "noscript", "svg"}
_SELECTOR = re.compile(r"(?P<tag>[a-z][a-z0-9-]*|)(?:#(?P<id>[\w-]+)|\.(?P<group>[\w-]+))?")
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class IndexingError(Exception):
    """A document that cannot be indexed; `slug` is an item-level indexing error."""

    def __init__(self, slug: str) -> None:
        """Carry `slug`."""
        super().__init__(slug)
        self.slug = slug


def extract(key: str, content: bytes, selector: str | None = None, *, pdf_text: bool = False) -> str:
    """Return the text of a document; raises IndexingError with the slug that says why there is none.

    `selector` narrows a web page to one element (a tag, `#id`, `.class`, or a tag with one of them). With `pdf_text`
    a PDF is read where the optional library for it is installed.
    """
    if len(content) > LARGEST_FILE:
        raise IndexingError("over_size")
    if not content.strip():
        raise IndexingError("file_content_empty")
    reader = READERS.get(suffix(key))
    if reader is None:
        raise IndexingError("unsupported_type")
    if reader is _pdf and not (pdf_text and find_spec("pypdf")):
        _check_pdf(content)
        raise IndexingError("unable_to_convert_to_markdown")
    text = page_text(content, selector) if selector and reader is page_text else reader(content)
    if not text.strip():
        raise IndexingError("markdown_conversion_empty")
    return text


def supported(key: str) -> bool:
    """Tell whether documents named like `key` can be indexed at all."""
    return suffix(key) in READERS


def suffix(key: str) -> str:
    """Return the lower case extension that decides the reader; a page without one is HTML."""
    path = urlsplit(key).path if "://" in key else key
    found = PurePosixPath(path).suffix.lower()
    return found if found or "://" not in key else ".html"


def _plain(content: bytes) -> str:
    if b"\0" in content[:8192]:
        raise IndexingError("file_is_corrupt")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


class _Words(HTMLParser):
    """Collects the visible text of a page, or of one element of it, headings as Markdown headings."""

    def __init__(self, selector: str | None) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0
        self._wanted = None if selector is None else _SELECTOR.fullmatch(selector.strip())
        self._open = ""
        self._depth = 0

    def _enter(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notice the wanted element and those of the same tag inside it."""
        if self._depth:
            self._depth += tag == self._open
        elif self._wanted and _fits(self._wanted, tag, dict(attrs)):
            self._open, self._depth = tag, 1

    @property
    def _listening(self) -> bool:
        return not self._hidden and (self._wanted is None or self._depth > 0)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a hidden part, a heading or a block."""
        self._enter(tag, attrs)
        if tag in _HIDDEN:
            self._hidden += 1
        elif re.fullmatch(r"h[1-6]", tag):
            self.parts.append("\n\n" + "#" * int(tag[1]) + " ")
        elif tag in _BLOCKS or tag == "title":
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """End a hidden part or a block."""
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag in _BLOCKS or tag == "title" or re.fullmatch(r"h[1-6]", tag):
            self.parts.append("\n")
        self._depth -= self._depth > 0 and tag == self._open

    def handle_data(self, data: str) -> None:
        """Keep visible text, white space folded."""
        if self._listening:
            self.parts.append(re.sub(r"\s+", " ", data))


def _fits(wanted: re.Match[str], tag: str, attributes: dict[str, str | None]) -> bool:
    classes = (attributes.get("class") or "").split()
    name, identity, group = wanted["tag"], wanted["id"], wanted["group"]
    return name in {"", tag} and identity in {None, attributes.get("id")} and (group is None or group in classes)


def page_text(content: bytes, selector: str | None = None) -> str:
    """Return the text of a web page, or of the element that `selector` names; the whole page if there is none."""
    words = _Words(selector)
    words.feed(_plain(content))
    words.close()
    if selector is not None and not "".join(words.parts).strip("# \n"):
        return page_text(content)
    return re.sub(r"\n{3,}", "\n\n", re.sub(r" *\n *", "\n", "".join(words.parts))).strip()


def _table(content: bytes) -> str:
    try:
        rows = list(csv.reader(io.StringIO(_plain(content), newline="")))
    except csv.Error:
        raise IndexingError("file_is_corrupt") from None
    if not rows:
        return ""
    head, *body = rows
    # Each row repeats the column names: a chunk that holds the row alone still says what its values mean.
    lines = (", ".join(f"{name}: {value}" for name, value in zip(head, row, strict=False)) for row in body)
    return "\n".join(lines) or ", ".join(head)


def _json(content: bytes) -> str:
    try:
        return json.dumps(json.loads(_plain(content)), ensure_ascii=False, indent=1)
    except ValueError:
        raise IndexingError("file_is_corrupt") from None


def _word(content: bytes) -> str:
    if content.startswith(b"\xd0\xcf\x11\xe0"):  # an encrypted .docx is an OLE container
        raise IndexingError("file_is_password_locked")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            info = archive.getinfo("word/document.xml")
            if info.file_size > 8 * LARGEST_FILE:
                raise IndexingError("markdown_too_large")
            body = ElementTree.fromstring(archive.read(info))
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError, RuntimeError):
        raise IndexingError("file_is_corrupt") from None
    paragraphs = ("".join(node.text or "" for node in p.iter(_WORD + "t")) for p in body.iter(_WORD + "p"))
    return "\n".join(paragraphs)


def _check_pdf(content: bytes) -> None:
    if not content.startswith(b"%PDF-") or b"%%EOF" not in content[-2048:]:
        raise IndexingError("invalid_pdf")
    if b"/Encrypt" in content:
        raise IndexingError("file_is_password_locked")


def _pdf(content: bytes) -> str:
    _check_pdf(content)
    try:
        pages = import_module("pypdf").PdfReader(io.BytesIO(content)).pages
        return "\n\n".join(str(page.extract_text()) for page in pages)
    except Exception:
        raise IndexingError("invalid_pdf") from None


READERS: dict[str, Callable[[bytes], str]] = {
    **dict.fromkeys((".md", ".markdown", ".mdx", ".txt", ".rst", ".log", ".yaml", ".yml", ".toml", ".ini"), _plain),
    **dict.fromkeys((".py", ".js", ".ts", ".go", ".rs", ".java", ".c", ".h", ".sh", ".sql", ".css"), _plain),
    **dict.fromkeys((".html", ".htm", ".xml", ".xhtml"), page_text),
    ".csv": _table,
    ".json": _json,
    ".docx": _word,
    ".pdf": _pdf,
}
