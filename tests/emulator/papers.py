"""Makes office files and PDFs of a few words, part by part."""

from __future__ import annotations

import io
import zipfile

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT_W = "http://purl.oclc.org/ooxml/wordprocessingml/main"
S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns"


def packed(parts: dict[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def word(body: str, *, space: str = W, relations: str = R, **beside: str) -> bytes:
    """A whole Word document around the XML of its paragraphs; `beside` are parts such as footnotes and header1."""
    kinds = {name: name.rstrip("0123456789") for name in beside}
    types = "".join(
        f'<Override PartName="/word/{name}.xml"'
        f' ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml"/>'
        for name, kind in {"document": "document.main", **kinds}.items()
    )
    links = "".join(f'<Relationship Id="r{n}" Type="{relations}/{kinds[n]}" Target="{n}.xml"/>' for n in beside)
    main = f'<Relationship Id="r1" Type="{relations}/officeDocument" Target="word/document.xml"/>'
    roots = {"header": "hdr", "footer": "ftr"}
    return packed(
        {
            "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType='
            f'"application/vnd.openxmlformats-package.relationships+xml"/>{types}</Types>',
            "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{main}</Relationships>',
            "word/_rels/document.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>',
            "word/document.xml": f'<w:document xmlns:w="{space}" xmlns:mc='
            f'"http://schemas.openxmlformats.org/markup-compatibility/2006"><w:body>{body}</w:body></w:document>',
            **{
                f"word/{name}.xml": f'<w:{roots.get(kinds[name], name)} xmlns:w="{space}">{xml}'
                f"</w:{roots.get(kinds[name], name)}>"
                for name, xml in beside.items()
            },
        }
    )


def paragraph(*runs: str) -> str:
    return f"<w:p>{''.join(f'<w:r>{run}</w:r>' for run in runs)}</w:p>"


def t(text: str) -> str:
    return f"<w:t>{text}</w:t>"


def _cell(value: str) -> str:
    return f'<c t="inlineStr"><is><t>{value}</t></is></c>'


def workbook(rows: list[list[str]], name: str = "Prices") -> bytes:
    cells = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in rows)
    main = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    return packed(
        {
            "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml"'
            f' ContentType="{main}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml"'
            f' ContentType="{main}.worksheet+xml"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1"'
            f' Type="{R}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{S}" xmlns:r="{R}"><sheets><sheet name="{name}" sheetId="1"'
            ' r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1"'
            f' Type="{R}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{S}"><sheetData>{cells}</sheetData></worksheet>',
        }
    )


def open_document(kind: str, body: str, manifest: str = "") -> bytes:
    """An OpenDocument file; `kind` is text or spreadsheet, `body` the XML inside office:KIND."""
    spaces = " ".join(
        f'xmlns:{short}="{OFFICE}:{short}:1.0"' for short in ("office", "text", "table", "style", "draw", "manifest")
    )
    mime = f"application/vnd.oasis.opendocument.{kind}"
    return packed(
        {
            "mimetype": mime,
            "META-INF/manifest.xml": f'<manifest:manifest {spaces}><manifest:file-entry manifest:full-path="/"'
            f' manifest:media-type="{mime}"/><manifest:file-entry manifest:full-path="content.xml"'
            f' manifest:media-type="text/xml">{manifest}</manifest:file-entry></manifest:manifest>',
            "content.xml": f'<office:document-content {spaces} office:version="1.2"><office:body><office:{kind}>'
            f"{body}</office:{kind}></office:body></office:document-content>",
        }
    )


def pdf(text: str) -> bytes:
    """A PDF of one page that shows `text`, with the table of its objects."""
    shown = f"BT /F1 12 Tf 50 700 Td ({text}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /Resources << /Font << /F1 4 0 R >> >> /Contents 5 0 R /MediaBox [0 0 9 9] >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(shown), shown),
    ]
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(body)
    return body + b"xref\n0 6\n0000000000 65535 f \n" + table + end


def locked_pdf(text: str, algorithm: str, user_password: str = "") -> bytes:
    """The PDF with an owner's password, and a user's one if it is not empty."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(text))))
    writer.encrypt(user_password, "owner", algorithm=algorithm)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()
