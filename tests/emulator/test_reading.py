"""Each format as people have it: no word glued to the next, none lost, none read in a wrong encoding."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest

from tests.emulator.papers import (
    STRICT_W,
    locked_pdf,
    open_document,
    packed,
    paragraph,
    pdf,
    t,
    word,
    workbook,
)
from tui.emulator.documents.characters import installed
from tui.emulator.extract import IndexingError, extract, supported

DATA = Path(__file__).parent / "data" / "bucket"


def words_in(key, content):
    return extract(key, content, pdf_text=True).replace("|", " ").split()


def slug_of(key, content, **more):
    with pytest.raises(IndexingError) as failure:
        extract(key, content, **more)
    return failure.value.slug


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("html/cells.html", "qcellleft qcellright"),
        ("html/landmarks.html", "qsitehead qsitebody qsitefoot"),
        ("html/captions.html", "qcaption qaside qoptone qopttwo"),
        ("html/nested-noscript.html", "qafternoscript is the text of the page"),
        ("html/plain.html", "# Plain qcontrol Grundstück"),
        ("xml/minified.xml", "qskuone qskutwo"),
        ("xml/feed.xml", "t <p>qcdatatext of the post</p>"),
        ("xml/names.xml", "shirt qstylename qtemplatename"),
        ("wide/wide-row.csv", "host: alpha, port: 1, qsurplus cell"),
    ],
)
def test_the_reported_documents(name, expected):
    assert words_in(name, (DATA / name).read_bytes()) == expected.split()


def test_the_reported_number_of_5000_digits():
    content = (DATA / "wide/big-number.json").read_bytes()
    assert max(map(len, extract("a.json", content).split('"'))) == 5000


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("<table><tr><th>a</th><th>b</th></tr><tr><td>c</td><td><p>d</p></td></tr></table>", "a b c d"),
        ("<dl><dt>a</dt><dd>b</dd></dl><ul><li>c</li><li>d</li></ul>", "a b c d"),
        ("<nav><a href=1>a</a><a href=2>b</a></nav><details><summary>c</summary>d</details>", "a b c d"),
        ("<label>a</label><input><button>b</button><legend>c</legend>", "a b c"),
        ("<p>o<b>n</b>e<wbr>word <code>x</code>.</p>", "oneword x."),
        ("<p>one&nbsp;two&amp;three</p>", "one two&three"),
        ("<p>a<br>b<hr>c<img alt='d'>", "a b c d"),
        ("<style>no</style><script>no()</script><template><p>no</p></template><!-- no --><p>yes", "yes"),
        ("<svg><title>a</title><text>b</text></svg><math><mi>c</mi></math>", "a b c"),
        ("<frameset><frame></frameset><noframes><p>a</p><p>b</p></noframes>", "a b"),
        ("<title>a</title><body><main>b<footer>c</footer></main>", "a b c"),
        ("<p>unclosed <div>blocks <p>and</b> tags", "unclosed blocks and tags"),
    ],
)
def test_the_words_of_a_page(page, expected):
    assert words_in("a.html", page.encode()) == expected.split()


def test_a_program_listing_keeps_its_lines():
    assert extract("a.html", b"<pre>one\ntwo</pre><p>a\nb</p>") == "one\ntwo\n\na b"


GERMAN = "Grüße aus Köln: für die Straße und das Mädchen, schöne Tage"
RUSSIAN = "Лодки нужно красить каждую весну, и это должны делать все"
JAPANESE = "船は毎年春に塗装する必要があります。これは日本語の文章です。"


@pytest.mark.parametrize(
    ("key", "content", "expected"),
    [
        ("a.txt", GERMAN.encode("utf-8-sig"), GERMAN),
        *((f"a.{kind}", GERMAN.encode("utf-16"), "Köln") for kind in ("txt", "csv", "html", "json.txt", "md")),
        ("a.txt", b"\xfe\xff" + RUSSIAN.encode("utf-16-be"), RUSSIAN),
        ("a.txt", b"\xff\xfe\0\0" + RUSSIAN.encode("utf-32-le"), RUSSIAN),
        ("a.txt", GERMAN.encode("utf-16-le"), GERMAN),
        ("a.txt", GERMAN.encode("utf-16-be"), GERMAN),
        ("a.txt", GERMAN.encode() + "ü".encode()[:1], "Mädchen"),
        ("a.txt", "ü".encode()[1:] + GERMAN.encode() * 9, "Mädchen"),
        ("a.log", (GERMAN * 3).encode() + b"\xff" + GERMAN.encode(), "Straße"),
        ("a.txt", GERMAN.encode("cp1252"), GERMAN),
        ("a.txt", (RUSSIAN * 3).encode("cp1251"), "красить"),
        ("a.txt", (RUSSIAN * 3).encode("koi8-r"), "красить"),
        ("a.txt", (JAPANESE * 3).encode("shift_jis"), "日本語"),
        ("a.txt", (JAPANESE * 3).encode("euc-jp"), "日本語"),
        ("a.html", b"<meta charset=windows-1251><p>" + RUSSIAN.encode("cp1251"), RUSSIAN),
        ("a.html", b'<meta http-equiv=Content-Type content="text/html; charset=Shift_JIS"><p>'
         + JAPANESE.encode("shift_jis"), JAPANESE),
        ("a.html", b'<meta charset="iso-2022-jp"><p>' + JAPANESE.encode("iso-2022-jp"), JAPANESE),
        ("a.html", b'<meta charset="gb2312"><p>' + "木船需要油漆".encode("gbk"), "木船需要油漆"),
        ("a.html", b'<meta charset="iso-8859-1"><p>' + "“quoted” €".encode("cp1252"), "“quoted” €"),
        ("a.html", b'<meta charset="iso-8859-1"><p>' + GERMAN.encode(), GERMAN),
        ("a.html", b'<meta charset="no-such-thing"><p>' + GERMAN.encode(), GERMAN),
        ("a.html", b'<meta charset="unicode_escape"><p>\\u0041', "\\u0041"),
        ("a.xml", '<?xml version="1.0" encoding="ISO-8859-15"?><a>Preis €</a>'.encode("iso-8859-15"), "Preis €"),
        ("a.xml", '<?xml version="1.0" encoding="Shift_JIS"?><a>日本語</a>'.encode("shift_jis"), "日本語"),
        ("a.xml", '<?xml version="1.0" encoding="UTF-16"?><a>日本語</a>'.encode("utf-16"), "日本語"),
        ("a.py", b"# -*- coding: latin-1 -*-\nname = '" + "Köln".encode("latin-1") + b"'", "Köln"),
    ],
)  # fmt: skip
def test_bytes_become_the_right_characters(key, content, expected):
    assert expected in extract(key, content)


@pytest.mark.parametrize("key", ["a.txt", "a.md", "a.csv", "a.html", "a.json"])
def test_what_is_no_text_is_corrupt_and_not_garbled(key):
    assert slug_of(key, bytes(range(256)) * 40) == "file_is_corrupt"


def test_a_stray_zero_byte_does_not_make_a_log_unreadable():
    assert "after" in extract("a.log", b"a line of a log that was cut off by a crash" * 9 + b"\0\0\0 after")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("cafe\u0301", "café"),
        ("half \\ud83d emoji", "half \ufffd emoji"),
        ("docu\xadment", "document"),
        ("a\x1b[31mred", "a [31mred"),
        ("\ufeffmarked", "marked"),
    ],
)
def test_text_is_stored_in_one_form(content, expected):
    text = extract("a.json", f'["{content}"]'.encode()) if "\\" in content else extract("a.txt", content.encode())
    assert expected in text
    text.encode()


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        ("<a>one<b>two</b>three</a>", "one two three"),
        ("<!DOCTYPE a [<!ENTITY v '1.2'>]><a>&v;&nbsp;&copy;&#65;</a>", "1.2 ©A"),
        ("<a>&nbsp;&eacute;</a>", "é"),
        ("<a><![CDATA[x < y]]></a>", "x < y"),
        ("<x:a xmlns:x='u'><x:script>kept</x:script></x:a>", "kept"),
        ("<a>not closed <b>but kept</a>", "<a>not closed <b>but kept</a>"),
    ],
)
def test_the_words_of_xml(xml, expected):
    assert words_in("a.xml", xml.encode()) == expected.split()


def test_a_drawing_is_read_for_its_words():
    assert words_in("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><text>one</text><text>two</text></svg>') == [
        "one", "two",
    ]  # fmt: skip


def test_entities_of_other_files_are_not_read(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    xml = f'<!DOCTYPE a [<!ENTITY s SYSTEM "{secret.as_uri()}">]><a>x&s;y</a>'
    assert "secret" not in extract("a.xml", xml.encode()).removeprefix(xml)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (paragraph(t("one") + "<w:tab/>" + t("two")), ["one\ttwo"]),
        (paragraph(t("one") + "<w:br/>" + t("two") + "<w:cr/>" + t("three")), ["one", "two", "three"]),
        (paragraph(t("o"), t("ne")), ["one"]),
        (paragraph(t("left")) + "<w:tbl><w:tr><w:tc>" + paragraph(t("a")) + "</w:tc><w:tc>" + paragraph(t("b"))
         + "</w:tc></w:tr></w:tbl>", ["left", "a | b"]),
        (paragraph(t("beside"), "<mc:AlternateContent><mc:Choice><w:txbxContent>" + paragraph(t("box"))
         + "</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent>" + paragraph(t("box"))
         + "</w:txbxContent></mc:Fallback></mc:AlternateContent>", t(" goes on")), ["box", "beside goes on"]),
        ("<w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:ins><w:r><w:t>new</w:t></w:r></w:ins></w:p>",
         ["new"]),
        ("<w:sdt><w:sdtContent>" + paragraph(t("in a control")) + "</w:sdtContent></w:sdt>", ["in a control"]),
    ],
)  # fmt: skip
def test_the_words_of_a_word_document(body, expected):
    assert extract("a.docx", word(body)).split("\n") == expected


def test_headers_footers_and_notes_of_a_word_document_are_read_once():
    parts = {name: paragraph(t(f"q{name}")) for name in ("header1", "footer1", "footnotes", "endnotes")}
    found = words_in("a.docx", word(paragraph(t("qbody")), **parts))
    assert sorted(found) == ["qbody", "qendnotes", "qfooter1", "qfootnotes", "qheader1"]


def test_the_strict_form_of_a_word_document():
    content = word(
        paragraph(t("strict words")),
        space=STRICT_W,
        relations="http://purl.oclc.org/ooxml/officeDocument/relationships",
    )
    assert extract("a.docx", content) == "strict words"


def test_a_word_document_of_one_part():
    content = word(paragraph(t("alone")))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        part = archive.read("word/document.xml")
    assert extract("a.docx", packed({"word/document.xml": part})) == "alone"


@pytest.mark.parametrize("key", ["a.docx", "a.odt", "a.xlsx", "a.ods"])
def test_a_damaged_office_file_is_corrupt(key):
    content = bytearray(word(paragraph(*(t(f"word {n}") for n in range(400)))))
    content[len(content) // 2 : len(content) // 2 + 60] = b"\xff" * 60
    assert slug_of(key, bytes(content)) == "file_is_corrupt"
    assert slug_of(key, b"PK\x03\x04 cut off") == "file_is_corrupt"


@pytest.mark.parametrize("key", ["a.docx", "a.odt"])
def test_an_encrypted_office_file_is_locked(key):
    assert slug_of(key, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)) == "file_is_password_locked"


def test_an_encrypted_open_document_is_locked():
    inside = '<manifest:encryption-data manifest:checksum="x"/>'
    assert slug_of("a.odt", open_document("text", "<text:p>x</text:p>", inside)) == "file_is_password_locked"


WRITTEN = ["Head", "one", "two", "three", "note", "four", "on", "a", "b"]


def test_the_words_of_an_open_document():
    body = (
        "<text:h>Head</text:h><text:p>one<text:tab/>two<text:s/>three<text:line-break/>four<text:note><text:note-body>"
        "<text:p>note</text:p></text:note-body></text:note> on</text:p><table:table><table:table-row><table:table-cell>"
        "<text:p>a</text:p></table:table-cell><table:table-cell><text:p>b</text:p></table:table-cell></table:table-row>"
        "</table:table>"
    )
    assert words_in("a.odt", open_document("text", body)) == [
        "Head",
        "one",
        "two",
        "three",
        "note",
        "four",
        "on",
        "a",
        "b",
    ]


def test_the_words_of_sheets():
    rows = [["port", "boat"], ["Kiel", "Anna"], ["Köln", "Bella", "surplus"]]
    assert extract("a.xlsx", workbook(rows)) == (
        "# Prices\n\nport: Kiel, boat: Anna\nport: Köln, boat: Bella, surplus".replace("boat: Anna", "boat: Anna, ")
    )
    cells = "".join(
        "<table:table-row>" + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>' for value in row
        ) + "</table:table-row>" for row in rows
    )  # fmt: skip
    sheet = open_document("spreadsheet", f'<table:table table:name="One">{cells}</table:table>')
    assert {"Kiel,", "surplus", "Anna,"} <= set(words_in("a.ods", sheet))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("a,b\n1,2,3\n", "a: 1, b: 2, 3"),
        ("a;b\n1;2\n", "a: 1, b: 2"),
        ("a\tb\n1\t2\n", "a: 1, b: 2"),
        ("a,b,c\n1\n", "a, b, c\na: 1"),
        ('a,b\n"x, ""y""",z\n', 'a: x, "y", b: z'),
        (f"a,b\n{'x' * 140_000},end\n", f"a: {'x' * 140_000}, b: end"),
        (f"{'n' * 101},b\n1,2\n", f"{'n' * 101}, b\n1, b: 2"),
    ],
)
def test_rows_keep_every_cell(content, expected):
    assert extract("a.csv", content.encode()) == expected


@pytest.mark.parametrize("levels", [40, 3000, 100_000])
def test_deeply_nested_json_is_text(levels):
    text = extract("a.json", b"[" * levels + b'"core"' + b"]" * levels)
    assert "core" in text
    assert len(text) < 3 * levels * 40


def test_numbers_of_json_stay_as_they_are_written():
    text = extract("a.json", b'{"a": 1.10, "b": 12345678901234567890123, "c": 1e999, "d": -0.0, "e": 7}')
    assert all(one in text for one in ("1.10", "12345678901234567890123", "1e999", "-0.0", "7"))


@pytest.mark.parametrize(
    "content",
    [
        pdf("Boats need paint"),
        b"\r\n\r\n" + pdf("Boats need paint"),
        pdf("Boats need paint") + bytes(5000),
        pdf("Boats need paint").replace(b"need paint", b"/Encrypt 5"),
        locked_pdf("Boats need paint", "RC4-128"),
        locked_pdf("Boats need paint", "AES-128"),
        locked_pdf("Boats need paint", "AES-256"),
    ],
)
def test_the_words_of_a_pdf(content):
    assert words_in("a.pdf", content)[0] == "Boats"


@pytest.mark.parametrize(
    ("content", "slug"),
    [
        (locked_pdf("x", "AES-256", "secret"), "file_is_password_locked"),
        (locked_pdf("x", "RC4-128", "secret"), "file_is_password_locked"),
        (b"%PDF-1.7 cut", "invalid_pdf"),
        (b"%PDF-1.7\nnothing\n%%EOF", "invalid_pdf"),
        (b"hello", "invalid_pdf"),
    ],
)
def test_a_pdf_that_cannot_be_read_says_why(content, slug):
    assert slug_of("a.pdf", content, pdf_text=True) == slug


TYPES = """
txt rst log ini conf env properties toml markdown md mdx tex latex sh bat ps1 sgml json yaml yml css js php py rb java
c cpp cxx h hpp go rs swift dart el csv
"""


@pytest.mark.parametrize("ending", TYPES.split())
def test_the_documented_text_types_are_read(ending):
    content = {"json": b'"qword in it"', "csv": b"qword in it\n"}.get(ending, b"qword in it")
    assert "qword" in extract(f"dir/a.{ending}", content)
    assert "qword" in extract(f"dir/A.{ending.upper()}", content)


RICH = "html htm xml svg xlsx xlsm xlsb xls ods docx odt pdf jpeg jpg png webp numbers et"


@pytest.mark.parametrize("ending", RICH.split())
def test_the_documented_rich_types_are_accepted(ending):
    assert supported(f"a.{ending}")


@pytest.mark.parametrize(
    "name", ["README", "LICENSE", ".gitignore", ".editorconfig", ".env", "a/Makefile", "a.b/NOTES"]
)
def test_text_without_an_ending_is_read(name):
    assert extract(name, b"qword in it") == "qword in it"


@pytest.mark.parametrize(
    "content", [b"\x7fELF\x02\x01\x01" + bytes(64), b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", bytes(range(256))]
)
def test_what_has_no_ending_and_is_no_text_is_of_no_type(content):
    assert slug_of("program", content) == "unsupported_type"


@pytest.mark.parametrize("name", ["a.exe", "a.zip", "a.heic", "a.tar.gz", "a.doc", "changelog.1"])
def test_other_types_are_refused(name):
    assert not supported(name)
    assert slug_of(name, b"x") == "unsupported_type"


@pytest.mark.parametrize(
    ("key", "content"),
    [
        ("a.html", b"<p>x"),
        ("https://a.example/x", b"<p>x"),
        ("a.docx", word(paragraph(t("x")))),
        ("a.odt", open_document("text", "<text:p>x</text:p>")),
        ("a.xlsx", workbook([["x"]])),
        ("a.pdf", pdf("x")),
        ("a.txt", "naïve café".encode("cp1252")),
    ],
)
def test_without_the_extra_the_failure_names_it(monkeypatch, key, content):
    for module in ("characters", "readers"):
        monkeypatch.setattr(f"tui.emulator.documents.{module}.installed", lambda _: False)
    with pytest.raises(IndexingError) as failure:
        extract(key, content, pdf_text=True)
    assert failure.value.slug == "unable_to_convert_to_markdown"
    assert "pip install 'aisearch-tui[documents]'" in failure.value.detail


@pytest.mark.parametrize("key", ["a.md", "a.xml", "a.csv", "a.json", "README"])
def test_the_core_reads_text_without_the_extra(monkeypatch, key):
    for module in ("characters", "readers"):
        monkeypatch.setattr(f"tui.emulator.documents.{module}.installed", lambda _: False)
    content = {"a.xml": b"<a>qword</a>", "a.json": json.dumps("qword").encode()}.get(key, b"qword")
    assert "qword" in extract(key, content)


def test_every_library_of_the_extra_is_here():
    for module in ("selectolax", "charset_normalizer", "docx", "odf", "python_calamine", "pypdf", "cryptography"):
        assert installed(module), module
