"""Documents to text, text to chunks."""

from __future__ import annotations

import contextlib
import io
import json
import zipfile
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.emulator.papers import pdf
from tests.emulator.prepare import prepared_texts
from tui.emulator.chunking import CHARACTERS_PER_TOKEN, split
from tui.emulator.documents.types import LARGEST_CONVERTED
from tui.emulator.extract import LARGEST_FILE, IndexingError, extract
from tui.emulator.prepared import DEMO, texts_of

NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def word(*paragraphs: str) -> bytes:
    body = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo("word/document.xml"), f'<w:document xmlns:w="{NAMESPACE}">{body}</w:document>')
    return file.getvalue()


@pytest.mark.parametrize(
    ("key", "content", "text"),
    [
        ("a.md", b"\xef\xbb\xbf# Title", "# Title"),
        ("a.txt", "gr\xfc\xdfe".encode("latin-1"), "grüße"),
        ("A.HTML", b"<h2>One</h2><p>two<br>three</p><script>x()</script>", "## One\n\ntwo\nthree"),
        ("https://a.example/page", b"<p>text</p>", "text"),
        ("a.csv", b"name,year\nann,1999\nbob,2001\n", "name: ann, year: 1999\nname: bob, year: 2001"),
        ("a.csv", b"only,head\n", "only, head"),
        ("a.json", b'{"a":["\xc3\xbc"]}', '{\n "a": [\n  "ü"\n ]\n}'),
        ("a.docx", word("One", "Two"), "One\nTwo"),
    ],
)
def test_documents_become_text(key, content, text):
    assert extract(key, content) == text


@pytest.mark.parametrize(
    ("key", "content", "slug"),
    [
        ("a.md", b"", "file_content_empty"),
        ("a.md", b" \n\t", "file_content_empty"),
        ("a.md", b"x" * (LARGEST_FILE + 1), "over_size"),
        ("a.docx", b"x" * (LARGEST_CONVERTED + 1), "over_size"),
        ("A.JPG", b"x" * (LARGEST_CONVERTED + 1), "over_size"),
        ("a.md", b"\x00\x01\x02", "file_is_corrupt"),
        ("a.exe", b"MZ", "unsupported_type"),
        ("a.json", b"{", "file_is_corrupt"),
        ("a.html", b"<script>x</script>", "markdown_conversion_empty"),
        ("a.docx", b"no zip", "file_is_corrupt"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file_is_password_locked"),
        ("a.pdf", b"hello", "invalid_pdf"),
        ("a.pdf", b"%PDF-1.7 cut", "invalid_pdf"),
        ("a.pdf", b"%PDF-1.7\n/Encrypt 5 0 R\n%%EOF", "file_is_password_locked"),
    ],
)
def test_what_cannot_be_read_says_why(key, content, slug):
    with pytest.raises(IndexingError) as failure:
        extract(key, content)
    assert failure.value.slug == slug


def test_a_library_reads_the_text_of_a_pdf():
    assert extract("a.pdf", pdf("Boats need paint"), pdf_text=True).strip() == "Boats need paint"


def test_the_demo_does_not_read_a_good_pdf():
    with pytest.raises(IndexingError) as failure:
        extract("a.pdf", pdf("Boats need paint"))
    assert (failure.value.slug, failure.value.detail) == ("unable_to_convert_to_markdown", "")


def test_the_texts_that_the_demo_brings_are_what_the_readers_give():
    assert texts_of(DEMO) == prepared_texts(), "run: python -m tests.emulator.prepare"


def test_the_demo_needs_no_library(make, monkeypatch):
    monkeypatch.setattr("tui.emulator.documents.readers.installed", lambda _: False)
    rows = make(seed="demo").emulator.world.storage.rows("SELECT key, error FROM item WHERE error LIKE 'unable%'")
    assert rows
    assert {row["key"].rpartition(".")[2] for row in rows} == {"pdf"}


@given(st.sampled_from([".md", ".html", ".csv", ".json", ".docx", ".pdf", ".txt"]), st.binary(max_size=400))
def test_no_bytes_break_a_reader(suffix, content):
    with contextlib.suppress(IndexingError):
        assert extract(f"a{suffix}", content, pdf_text=True).strip()


@given(st.text(max_size=3000), st.integers(1, 64), st.integers(0, 30))
def test_chunks_cover_the_text_in_order_and_within_their_size(text, size, overlap):
    chunks = split(text, size, overlap)
    whole = text.encode()
    reached = 0
    for chunk in chunks:
        assert 0 < len(chunk.text) <= size * CHARACTERS_PER_TOKEN
        assert whole[chunk.start_byte : chunk.end_byte].decode() == chunk.text
        assert not whole[reached : chunk.start_byte].decode().strip()
        reached = max(reached, chunk.end_byte)
    assert not whole[reached:].decode().strip()


def test_cuts_prefer_paragraphs_and_overlap_repeats_words():
    text = "\n\n".join(f"Paragraph {n}. " + "word " * 18 for n in range(8))
    chunks = split(text, 64, 20)
    assert chunks[0].text.rstrip().endswith("word")
    assert chunks[1].text[:20].strip() in chunks[0].text
    assert all(first.end_byte > second.start_byte for first, second in pairwise(chunks))
    assert not any(first.end_byte > second.start_byte for first, second in pairwise(split(text, 64, 0)))


def test_a_wall_of_text_is_cut_anyway():
    assert [len(chunk.text) for chunk in split("x" * 1000, 64, 0)] == [256, 256, 256, 232]
    assert json.dumps(split("", 64, 0)) == "[]"
