"""Bytes to characters: the byte order mark, UTF-8, the declared encoding, then what charset-normalizer finds."""

from __future__ import annotations

import codecs
import re
import unicodedata
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from tui.emulator.documents.failures import EXTRA, IndexingError

SAMPLE = 64 * 1024
"""Bytes that are looked at to find an encoding that nobody declared."""
FEW = 24
"""So few foreign bytes tell nothing: in western files they are those of Windows."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BY_NAME = re.compile(r"[a-z0-9._:-]{2,40}")
# What pages call these encodings means the larger set that Windows and browsers have, as the WHATWG list says.
_MEANT = {
    **dict.fromkeys(("ascii", "iso8859-1"), "cp1252"),
    **dict.fromkeys(("gb2312", "gbk"), "gb18030"),
    "iso8859-9": "cp1254",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "tis-620": "cp874",
}
_NO_CHARSETS = {"utf-7", "idna", "punycode", "unicode-escape", "raw-unicode-escape", "mbcs", "oem", "undefined"}
_LIKELY = """
cp1252 cp1250 cp1251 cp1253 cp1254 cp1255 cp1256 cp1257 cp874 koi8_r iso8859_2 iso8859_7 cp932 euc_jp gb18030 big5
cp949 utf_16_le utf_16_be
"""
_TEXT_BYTES = bytes({7, 8, 9, 10, 11, 12, 13, 27, *range(0x20, 0x100)})
_ASCII = bytes(range(0x80))
_NOT_IN_CP1252 = {0x81, 0x8D, 0x8F, 0x90, 0x9D}
# Removed: they join nothing and part nothing on the screen, but would part a word in the index.
_INVISIBLE = dict.fromkeys((0xAD, 0xFEFF))
_CONTROLS = dict.fromkeys([*range(9), 11, *range(14, 32), *range(0x7F, 0xA0)], " ")
_UNCLEAN = re.compile("[\\x00-\\x08\\x0b\\x0e-\\x1f\\x7f-\\x9f\\xad\\ufeff\\ud800-\\udfff]")


def clean(text: str) -> str:
    """Return `text` as it can be stored and found: composed (NFC), without control characters and half characters."""
    if _UNCLEAN.search(text):
        whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        text = whole.translate({**_INVISIBLE, **_CONTROLS})
    return unicodedata.normalize("NFC", text)


def decode(content: bytes, declared: str | None = None) -> str:
    """Return the text of `content`; `declared` is the encoding that the document names for itself.

    Raises IndexingError: `file_is_corrupt` for what is no text, `unable_to_convert_to_markdown` where the encoding
    would have to be found and the library for it is not there.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace")
    named = codec_of(declared)
    if named and named.startswith(("utf-16", "utf-32")) and b"\0" not in content[:64]:
        named = None  # the declaration itself could not have been read
    if is_binary(content) and not (named and named.startswith(("utf-16", "utf-32"))):
        wide = _wide(content)
        if wide is None:
            raise IndexingError("file_is_corrupt", "it is not text")
        return content.decode(wide, "replace")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return _foreign(content, named)
    return content.decode(named, "replace") if named and text.isascii() else text


def is_binary(content: bytes) -> bool:
    """Tell whether bytes that no text has are more than strays: one in twenty at the beginning."""
    sample = content[:8192]
    return len(sample.translate(None, delete=_TEXT_BYTES)) * 20 > len(sample)


def codec_of(name: str | None) -> str | None:
    """Return Python's name of a declared encoding, None when it is none that a text can have."""
    if not name or not _BY_NAME.fullmatch(name.strip().lower()):
        return None
    try:
        found = codecs.lookup(name.strip().lower().removeprefix("x-"))
    except LookupError:
        return None
    known = found.name.lower()
    if known.replace("_", "-") in _NO_CHARSETS or not getattr(found, "_is_text_encoding", True):
        return None
    return _MEANT.get(known, known)


def _wide(content: bytes) -> str | None:
    """Return the form of UTF-16 that text without a mark has: every second byte of western text is zero."""
    sample = content[:8192]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if half >= 4 and odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le"
    if half >= 4 and even > 0.4 * half and odd < 0.05 * half:
        return "utf-16-be"
    return None


def _foreign(content: bytes, named: str | None) -> str:
    """Return the text of bytes that are not UTF-8 throughout."""
    text = content.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    right = len(content.translate(None, delete=_ASCII)) - broken
    cut = broken == 1 and text.endswith("\ufffd")
    if named in {None, "utf-8"} and (named or right >= 8 * broken or (cut and right)):
        return text
    if named:
        return content.decode(named, "replace")
    return content.decode(_guess(content), "replace")


def _guess(content: bytes) -> str:
    if not installed("charset_normalizer"):
        raise IndexingError("unable_to_convert_to_markdown", f"its encoding is not declared; finding it {EXTRA}")
    sample = content[:SAMPLE]
    high = sample.translate(None, delete=_ASCII)
    if len(high) < FEW and not set(high) & _NOT_IN_CP1252:
        return "cp1252"
    best = import_module("charset_normalizer").from_bytes(sample, cp_isolation=_LIKELY.split()).best()
    return "cp1252" if best is None else str(best.encoding)


@cache
def installed(module: str) -> bool:
    """Tell whether a library of the extra `documents` is there."""
    return find_spec(module) is not None
