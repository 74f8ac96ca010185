"""Cutting text into overlapping chunks."""

from __future__ import annotations

import re
from dataclasses import dataclass

CHARACTERS_PER_TOKEN = 4
_BREAKS = (re.compile(r"\n\s*\n|\n(?=#)"), re.compile(r"\n"), re.compile(r"(?<=[.!?])\s"), re.compile(r"\s"))


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a document; the byte positions are those of its extracted text in UTF-8."""

    text: str
    start_byte: int
    end_byte: int


def split(text: str, size: int, overlap: int) -> list[Chunk]:
    """Cut `text` into chunks of about `size` tokens, each repeating `overlap` per cent of the one before.

    A token counts as four characters. A cut prefers a paragraph, then a line, a sentence, a word; a text
    without any of them is cut anywhere, so that every chunk stays within its size.
    """
    width = max(1, size * CHARACTERS_PER_TOKEN)
    back = width * overlap // 100
    chunks: list[Chunk] = []
    start = position = 0
    while start < len(text):
        end = len(text) if len(text) - start <= width else _cut(text, start, start + width)
        piece = text[start:end]
        if piece.strip():
            first = position
            chunks.append(Chunk(piece.strip("\n"), *_bytes(piece, first)))
        if end == len(text):
            break
        following = max(start + 1, _word_start(text, end - back, end))
        position += len(text[start:following].encode())
        start = following
    return chunks


def _bytes(piece: str, first: int) -> tuple[int, int]:
    body = piece.strip("\n")
    lead = len(piece) - len(piece.lstrip("\n"))
    return first + lead, first + lead + len(body.encode())


def _cut(text: str, start: int, limit: int) -> int:
    """Return the best place to cut in the last third of the window."""
    earliest = limit - (limit - start) // 3
    for pattern in _BREAKS:
        places = [match.end() for match in pattern.finditer(text, earliest, limit)]
        if places:
            return places[-1]
    return limit


def _word_start(text: str, wanted: int, end: int) -> int:
    """Return the first start of a word from `wanted` on, `end` at the latest."""
    match = re.compile(r"\s").search(text, wanted, end)
    return match.end() if match else wanted if wanted < end else end
