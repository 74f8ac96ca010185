"""Office files: text documents by python-docx and odfpy, sheets by python-calamine. Their parts are bounded first."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import Any
from xml.sax.saxutils import quoteattr

from tui.emulator.documents.failures import MOST_UNPACKED, IndexingError
from tui.emulator.documents.plain import rows_text

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_BESIDE = re.compile(r"/(?:header|footer|footnotes|endnotes)\d*\.xml")
_NOT_SHOWN = {f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_W}delText"}
"""Deleted text and the instructions of fields. A fallback is left out too: it repeats the choice beside it."""
MOST_CELLS = 2_000_000
_APART = {"note", "text-box", "annotation"}
# The strict form of the standard names the same things otherwise (ISO/IEC 29500-1, annex A).
_STRICT = b"http://purl.oclc.org/ooxml/"
_NAMES = (
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (b"http://purl.oclc.org/ooxml/spreadsheetml/main", b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"),
    (b"http://purl.oclc.org/ooxml/drawingml/", b"http://schemas.openxmlformats.org/drawingml/2006/"),
    (b"http://purl.oclc.org/ooxml/officeDocument/", b"http://schemas.openxmlformats.org/officeDocument/2006/"),
)


def word_text(content: bytes) -> str:
    """Return the text of a Word document: body with tables and text boxes, headers, footers, notes; each once."""
    from docx import Document

    document = Document(io.BytesIO(_packed(content)))
    parts = {str(part.partname): part for part in document.part.package.iter_parts()}
    beside = [_root(part) for name, part in sorted(parts.items()) if _BESIDE.search(name)]
    found = map(_blocks, [document.element, *beside])
    return "\n\n".join(text for text in found if text)


def _root(part: Any) -> Any:
    from docx.oxml.parser import parse_xml

    element = getattr(part, "element", None)
    return parse_xml(part.blob) if element is None else element


def _blocks(element: Any) -> str:
    lines: list[str] = [""]
    _walk(element, lines)
    return "\n".join(line.rstrip() for line in lines if line.strip())


def _walk(element: Any, lines: list[str]) -> None:
    """Add the text below `element` to `lines`; the last line is open."""
    for node in element:
        tag = node.tag
        if not isinstance(tag, str) or tag in _NOT_SHOWN or (tag == f"{_MC}Fallback" and len(element) > 1):
            continue
        if tag in {f"{_W}t", f"{_M}t"}:
            lines[-1] += node.text or ""
        elif tag in {f"{_W}tab", f"{_W}ptab"} and node.getparent().tag == f"{_W}r":
            lines[-1] += "\t"
        elif tag in {f"{_W}br", f"{_W}cr"}:
            lines.append("")
        elif tag == f"{_W}noBreakHyphen":
            lines[-1] += "-"
        elif tag == f"{_W}txbxContent":
            _beside(node, lines)
        elif tag == f"{_W}tc":
            _cell(node, lines)
        else:
            _walk(node, lines)
            if tag in {f"{_W}p", f"{_W}tr"}:
                lines.append("")


def _beside(node: Any, lines: list[str]) -> None:
    """Add a text box after the paragraph that holds it, which goes on before it."""
    lines.insert(len(lines) - 1, _blocks(node))


def _cell(node: Any, lines: list[str]) -> None:
    text = _blocks(node)
    lines[-1] += f" | {text}" if lines[-1] else text


def writer_text(content: bytes) -> str:
    """Return the text of an OpenDocument text: body, then headers and footers of its pages."""
    from odf.opendocument import load

    document = load(io.BytesIO(_packed(content)))
    lines: list[str] = [""]
    for part in (document.text, document.masterstyles):
        _read(part, lines)
    return "\n".join(line.rstrip() for line in lines if line.strip())


def _read(element: Any, lines: list[str]) -> None:
    """Add the text below an OpenDocument element to `lines`; the last line is open."""
    for node in element.childNodes:
        name = getattr(node, "qname", ("", ""))[1]
        if node.nodeType in {node.TEXT_NODE, node.CDATA_SECTION_NODE}:
            lines[-1] += node.data
        elif name == "s":
            lines[-1] += " "
        elif name == "tab":
            lines[-1] += "\t"
        elif name == "line-break":
            lines.append("")
        elif name in _APART:
            apart = [""]
            _read(node, apart)
            lines[-1:-1] = apart  # the paragraph around it goes on
        elif name != "tracked-changes":
            _read(node, lines)
            if name in {"p", "h", "table-row"}:
                lines.append("")


def sheets_text(content: bytes) -> str:
    """Return every sheet of a workbook under its name, row by row."""
    from python_calamine import CalamineWorkbook, PasswordError

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content if content.startswith(_OLE) else _packed(content)))
        return "\n\n".join(text for name in book.sheet_names if (text := _sheet(book, name)))
    except PasswordError:
        raise IndexingError("file_is_password_locked") from None


def _sheet(book: Any, name: str) -> str:
    sheet = book.get_sheet_by_name(name)
    if sheet.total_height * sheet.total_width > MOST_CELLS:
        raise IndexingError("markdown_too_large", f"sheet {name} has more than {MOST_CELLS:,} cells")
    rows = ([_shown(value) for value in row] for row in sheet.iter_rows())
    text = rows_text(row for row in rows if any(row))
    return f"# {name}\n\n{text}" if text else ""


def _shown(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _packed(content: bytes) -> bytes:
    """Return an office file whose parts are within bounds and whole, in the transitional names if it was strict.

    Raises IndexingError: `file_is_password_locked`, `file_is_corrupt`, `markdown_too_large`.
    """
    if content.startswith(_OLE):
        raise IndexingError("file_is_password_locked", "an encrypted office file is wrapped in another format")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = archive.infolist()
            if any(info.flag_bits & 1 for info in infos):
                raise IndexingError("file_is_password_locked")
            if sum(info.file_size for info in infos) > MOST_UNPACKED or len(infos) > 10_000:
                raise IndexingError("markdown_too_large", "unpacked it is too large")
            parts = {info.filename: archive.read(info) for info in infos}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as error:
        raise IndexingError("file_is_corrupt", f"its parts cannot be unpacked: {error}") from None
    _check_locked(parts)
    whole = _completed(parts)
    strict = any(_STRICT in part for name, part in whole.items() if name.endswith((".xml", ".rels")))
    return _renamed(whole) if strict or len(whole) > len(parts) else content


def _check_locked(parts: dict[str, bytes]) -> None:
    """Refuse an OpenDocument file whose parts are encrypted one by one."""
    if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
        raise IndexingError("file_is_password_locked")


def _completed(parts: dict[str, bytes]) -> dict[str, bytes]:
    """Add what a sparing writer left out of a Word document: the list of types and where the document stands."""
    if "[Content_Types].xml" in parts or "word/document.xml" not in parts:
        return parts
    office = "http://schemas.openxmlformats.org"
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    types = (
        f'<Types xmlns="{office}/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>'
    )
    kind = f"{office}/officeDocument/2006/relationships"
    beside = [name for name in parts if _BESIDE.search(f"/{name}")]
    return {
        "[Content_Types].xml": types.encode(),
        "_rels/.rels": _relations({"word/document.xml": f"{kind}/officeDocument"}),
        "word/_rels/document.xml.rels": _relations({f"/{name}": f"{kind}/customXml" for name in beside}),
        **parts,
    }


def _relations(targets: dict[str, str]) -> bytes:
    entries = "".join(
        f'<Relationship Id="r{number}" Type="{kind}" Target={quoteattr(target)}/>'
        for number, (target, kind) in enumerate(targets.items())
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{space}">{entries}</Relationships>'.encode()


def _renamed(parts: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, part in parts.items():
            if name.endswith((".xml", ".rels")):
                for strict, usual in _NAMES:
                    part = part.replace(strict, usual)
            archive.writestr(name, part)
    return packed.getvalue()
