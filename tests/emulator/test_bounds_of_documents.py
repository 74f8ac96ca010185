"""No document takes more than its share: packed files, entities, nesting, long rows, readers that hang or crash."""

from __future__ import annotations

import io
import os
import random
import signal
import subprocess
import sys
import time
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.emulator.papers import packed, paragraph, pdf, t, word, workbook
from tui.emulator.documents import characters, converter
from tui.emulator.documents.converter import Converter
from tui.emulator.documents.failures import LARGEST_FILE, MOST_TEXT
from tui.emulator.extract import IndexingError, extract

pytestmark = pytest.mark.exhaustive


@pytest.fixture(scope="module")
def reader():
    one = Converter(time_limit=2.0, pdf_time_limit=2.0)
    yield one
    one.close()


def slug_of(key, content, **more):
    with pytest.raises(IndexingError) as failure:
        extract(key, content, pdf_text=True, **more)
    return failure.value.slug


PARTS = {"a.docx": "word/document.xml", "a.odt": "content.xml", "a.xlsx": "xl/workbook.xml", "a.ods": "content.xml"}


def bomb(key, megabytes):
    return packed({"mimetype": "x", PARTS[key]: b"<a>" + b" " * megabytes * 1024 * 1024 + b"</a>"})


@pytest.mark.parametrize("key", ["a.docx", "a.odt", "a.xlsx", "a.ods"])
def test_a_packed_file_that_would_fill_the_memory_is_not_unpacked(key):
    content = bomb(key, 300)
    assert len(content) < LARGEST_FILE
    began = time.monotonic()
    assert slug_of(key, content) == "markdown_too_large"
    assert time.monotonic() - began < 2


def test_a_packed_file_that_lies_about_its_size_is_corrupt():
    content = bytearray(word(paragraph(t("x" * 100_000))))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        size = archive.getinfo("word/document.xml").file_size
    lie = bytes(content).replace(size.to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert slug_of("a.docx", lie) == "file_is_corrupt"


def ten(n):
    return f"&l{n};" * 10


LAUGHS = "".join(f'<!ENTITY l{n} "{ten(n - 1)}">' for n in range(1, 12))
GROWING = {
    "laughs": f'<!DOCTYPE a [<!ENTITY l0 "ha">{LAUGHS}]><a>&l11;</a>',
    "one long entity": '<!DOCTYPE a [<!ENTITY l0 "' + "ha" * 50_000 + '">]><a>' + "&l0;" * 50_000 + "</a>",
    "in an attribute": f'<!DOCTYPE a [<!ENTITY l0 "ha">{LAUGHS}]><a b="&l11;">x</a>',
    "nested": "<a>" * 300_000 + "x",
}


@pytest.mark.parametrize("xml", GROWING.values(), ids=GROWING)
def test_xml_stays_as_long_as_it_is(xml):
    began = time.monotonic()
    try:
        length = len(extract("a.xml", xml.encode()))
    except IndexingError as failure:
        length = 0 if failure.slug == "markdown_too_large" else -1
    assert 0 <= length < MOST_TEXT
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("part", ["word/document.xml", "content.xml"])
def test_entities_in_office_files_are_not_expanded(part, reader):
    xml = f'<!DOCTYPE a [<!ENTITY l0 "ha">{LAUGHS}]><a>&l11;</a>'
    key = "a.docx" if part.startswith("word") else "a.odt"
    assert slug_of(key, packed({"mimetype": "x", part: xml}), elsewhere=reader.read) in {
        "file_is_corrupt", "markdown_conversion_empty", "markdown_too_large",
    }  # fmt: skip


def test_rows_that_repeat_long_names_are_bounded():
    names = ",".join("n" * 99 for _ in range(1000))
    assert slug_of("a.csv", f"{names}\n{(',' * 999 + chr(10)) * 1000}".encode()) == "markdown_too_large"


def test_one_long_name_is_not_repeated():
    text = extract("a.csv", ("n" * 1_000_000 + "\n" + "1\n" * 1_000_000).encode())
    assert len(text) < 4_000_000


@pytest.mark.parametrize("tag", ["div", "p><div", "section"])
def test_a_page_that_takes_a_parser_minutes_is_given_up(reader, tag):
    began, key = time.monotonic(), "a.html"
    assert slug_of(key, f"<{tag}>".encode() * 300_000 + b"x", elsewhere=reader.read) == "timeout_error"
    assert time.monotonic() - began < 4
    assert extract(key, b"<p>the next one", elsewhere=reader.read) == "the next one"


def test_deep_inline_elements_are_read_without_recursion(reader):
    assert extract("a.html", b"<span>" * 5000 + b"core", elsewhere=reader.read) == "core"


def test_a_reader_that_crashes_is_that_documents_failure(reader):
    assert extract("a.html", b"<p>before", elsewhere=reader.read) == "before"
    os.kill(reader._process.pid, signal.SIGKILL)
    assert slug_of("a.html", b"<p>x", elsewhere=reader.read) == "unable_to_convert_to_markdown"
    assert extract("a.html", b"<p>after", elsewhere=reader.read) == "after"


def test_the_process_of_the_reader_ends_with_it():
    one = Converter()
    one.read("page", b"<p>x")
    process = one._process
    process.stdin.close()  # as when the emulator is killed
    assert process.wait(5) == 0
    one.close()


def test_a_failure_in_a_library_has_words_and_the_next_document_is_read(reader, monkeypatch):
    with pytest.raises(IndexingError) as failure:
        reader.read("no such kind", b"x")
    assert failure.value.slug == "unknown_error"
    assert reader.read("word", word(paragraph(t("x")))) == "x"


def test_large_documents_pass_through_the_pipes(reader):
    page = b"<p>" + "wörd ".encode() * 600_000
    assert len(reader.read("page", page)) == 5 * 600_000 - 1
    assert converter.TIME_LIMIT >= 5


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.integers(0, 2**32), st.sampled_from(["a.docx", "a.xlsx", "a.odt", "a.pdf", "a.html", "a.xml", "a.csv", "a.json"])
)
def test_bent_documents_have_a_slug(reader, seed, key):
    rng = random.Random(seed)
    start = {"a.docx": word(paragraph(t("one"))), "a.xlsx": workbook([["a"], ["b"]]), "a.pdf": pdf("one")}
    content = bytearray(start.get(key, b"<a b='c'>one<d>two</d></a>,{\"e\": [1]}" * 5))
    for _ in range(rng.randint(1, 12)):
        content[rng.randrange(len(content))] = rng.randrange(256)
    try:
        extract(key, bytes(content), pdf_text=True, elsewhere=reader.read).encode()
    except IndexingError as failure:
        found = failure
    else:
        return
    assert found.slug != "unknown_error", found.detail


@given(st.text())
def test_any_text_is_cleaned_once_and_can_be_stored(text):
    once = characters.clean(text + "\ud83d")
    once.encode()
    assert characters.clean(once) == once


def test_a_reader_that_hangs_after_its_emulator_was_killed_ends_by_itself():
    code = (
        "from tui.emulator.documents import converter\n"
        "def spin(*_):\n    while True: pass\n"
        "converter.read, converter.LAST_LIMIT = spin, 1\n"
        "converter.serve()\n"
    )
    order = b'{"kind": "page", "selector": null, "size": 1}\nx'
    ended = subprocess.run([sys.executable, "-c", code], input=order, timeout=60, capture_output=True, check=False)
    assert ended.returncode == -signal.SIGALRM, ended.stderr
