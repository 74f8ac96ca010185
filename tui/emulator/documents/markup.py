"""The text of web pages, read by selectolax as a browser would, and of XML, read by expat without its entities."""

from __future__ import annotations

import html
import re
from typing import Any
from xml.parsers import expat

from tui.emulator.documents.characters import decode
from tui.emulator.documents.failures import MOST_TEXT, IndexingError

_DECLARED = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]+)|<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]+)""", re.I
)
_XML_DECLARATION = re.compile(r"\s*<\?xml\b[^>]*\?>")
_INLINE_TAGS = """
a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd mark nobr q s samp small span strike strong sub
sup time tt u var wbr
"""
_INLINE = frozenset(_INLINE_TAGS.split())
_HIDDEN = frozenset({"script", "style", "template", "noembed"})
_CELLS = frozenset({"td", "th"})
_HEADINGS = {f"h{n}": "#" * n for n in range(1, 7)}
_AS_TEXT = frozenset({"noframes", "iframe"})
_LAID_OUT = frozenset({"pre", "textarea", "listing"})
_SPACE = re.compile(r"\s+")
_CELL = "\x1f"
"""Stands between two cells until the text is complete: then it is a sign, or nothing at the end of a line."""


def declared_charset(content: bytes) -> str | None:
    """Return the encoding that a page or an XML document names for itself."""
    found = _DECLARED.search(content[:4096])
    return (found[1] or found[2]).decode("ascii", "replace") if found else None


def page_text(content: bytes, selector: str | None = None) -> str:
    """Return the text of a web page, or of the elements that the CSS `selector` finds; of the page if it finds none."""
    return _page(decode(content, declared_charset(content)), selector)


def page_links(content: bytes) -> str:
    """Return what the links of a web page name, one a line; the first line is its base address, empty for none."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(decode(content, declared_charset(content)).encode("utf-8", "replace"))
    base = next((node.attributes.get("href") or "" for node in tree.css("base[href]")), "")
    found = [base, *(node.attributes.get("href") or "" for node in tree.css("a[href], area[href]"))]
    # As browsers do: line ends inside of an address are none of it.
    return "\n".join(re.sub(r"[\t\r\n]", "", place).strip() for place in found)


def _page(text: str, selector: str | None = None) -> str:
    from selectolax.lexbor import LexborHTMLParser

    # A NUL ends the input of some parsers, and half a character cannot be given to one that takes UTF-8.
    tree = LexborHTMLParser(text.replace("\0", " ").encode("utf-8", "replace"))
    found = _text_of(_chosen(tree, selector)) if selector else ""
    if not found.strip("# \n") and tree.root is not None:
        found = _text_of([tree.root])
    return found


def _chosen(tree: Any, selector: str) -> list[Any]:
    """Return the elements that `selector` finds, without those inside of others of them."""
    from selectolax.lexbor import SelectolaxError

    try:
        found = tree.css(selector)
    except SelectolaxError:
        return []
    chosen: list[Any] = []
    inside: set[int] = set()
    for node in found:
        if node.mem_id not in inside:
            chosen.append(node)
            inside.update(below.mem_id for below in node.traverse())
    return chosen


def _text_of(roots: list[Any]) -> str:
    """Return what elements show: blocks and cells apart, white space folded, headings as Markdown headings."""
    words = _Words()
    for root in roots:
        words.read(root)
        words.parts.append("\n")
    text = re.sub(" {2,}", " ", "".join(words.parts))
    text = re.sub(f"[ {_CELL}]*\n[ {_CELL}]*", "\n", text)
    text = re.sub(f" ?(?:{_CELL} ?)+", " | ", text)
    return re.sub("\n{3,}", "\n\n", text).strip(" \n|")


class _Words:
    """Collects the text of a tree, without recursion: pages may be nested to any depth."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self._laid_out = 0

    def read(self, root: Any) -> None:
        """Walk `root` and everything below it."""
        node, end = root, root.mem_id
        while True:
            below = node.child if self._enter(node) else None
            while below is None:
                self._leave(node)
                if node.mem_id == end:
                    return
                below, node = node.next, node.parent
            node = below

    def _enter(self, node: Any) -> bool:
        """Begin a node; returns whether what is below it is shown."""
        if node.is_text_node:
            text = node.text_content or ""
            self.parts.append(text if self._laid_out else _SPACE.sub(" ", text))
            return False
        tag = node.tag
        if tag in _HIDDEN or node.is_comment_node:
            return False
        self._laid_out += tag in _LAID_OUT
        if tag in _HEADINGS:
            self.parts.append(f"\n\n{_HEADINGS[tag]} ")
        elif tag in _CELLS:
            self.parts.append(_CELL)
        elif tag not in _INLINE:
            self.parts.append("\n")
        if tag == "img":
            self.parts.append(node.attributes.get("alt") or "")
        if tag in _AS_TEXT:  # HTML hands what is in them over as one text
            self.parts.append(_page(node.text(deep=True)))
            return False
        return True

    def _leave(self, node: Any) -> None:
        if not node.is_element_node or node.tag in _HIDDEN:
            return
        self._laid_out -= node.tag in _LAID_OUT
        if node.tag not in _INLINE and node.tag not in _CELLS and node.tag != "br":
            self.parts.append("\n")
        elif node.tag == "a" and node.next is not None and node.next.tag == "a":
            self.parts.append(" ")  # a menu: styles keep its links apart


def xml_text(content: bytes) -> str:
    """Return the text of an XML document, each element apart from the next.

    What is not well-formed is given as it stands, tags and all: nothing of it is lost. Entities that the document
    declares are filled in once and never nested, external ones are not read.
    """
    text = decode(content, declared_charset(content))
    reader = _XmlWords()
    try:
        return reader.read(text)
    except expat.ExpatError:
        return text


class _XmlWords:
    """Collects the text of an XML document from expat's events."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._size = 0
        self._entities: dict[str, str] = {}
        self._parser = expat.ParserCreate("utf-8")
        self._parser.buffer_text = True
        self._parser.CharacterDataHandler = self._add
        self._parser.StartElementHandler = lambda name, attributes: self._add("\n")
        self._parser.EndElementHandler = lambda name: self._add("\n")
        self._parser.EntityDeclHandler = self._declare
        self._parser.DefaultHandler = self._rest  # with one, expat leaves entities alone
        self._parser.UseForeignDTD(True)  # so that names of an external DTD, as &nbsp;, are no error

    def read(self, text: str) -> str:
        """Return the text; raises expat.ExpatError when the document is not well-formed."""
        document = _XML_DECLARATION.sub("", text, count=1)  # it is UTF-8 now, whatever it says
        self._parser.Parse(document.encode("utf-8", "replace"), True)
        return re.sub(r"\s*\n\s*", "\n", "".join(self._parts)).strip()

    def _add(self, piece: str) -> None:
        self._parts.append(piece)
        self._size += len(piece)
        if self._size > MOST_TEXT:
            raise IndexingError("markdown_too_large", f"more than {MOST_TEXT:,} characters of text")

    def _declare(self, name: str, parameter: bool, value: str | None, *external: object) -> None:
        if not parameter and value is not None and "&" not in value and "<" not in value:
            self._entities.setdefault(name, value[:1000])

    def _rest(self, piece: str) -> None:
        if piece.startswith("&") and piece.endswith(";"):
            name = piece[1:-1]
            shown = self._entities.get(name)
            self._add(html.unescape(piece) if shown is None else shown)
