"""A small, honest vector index: hashed character trigrams and their cosine. It knows spelling, not meaning.

The vector of a text counts the trigrams of its words, each hashed to one of `DIMENSIONS` places with a sign; a count
n weighs 1 + log(n). For each chunk only the signs are kept (256 bytes). A query compares its signs, by bits, with those
of every chunk of the instance; with more than `MOST_SCANNED` chunks, with those that share a word with it and have the
best keyword scores. The best are ranked by the cosine with the vector of their text. The score is the square root of
the cosine: a question of five words in a chunk of 150 then reaches about 0.45, near the usual threshold of 0.4.
"""

from __future__ import annotations

import heapq
import math
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

from tui.emulator.storage import Storage
from tui.emulator.words import spaced

DIMENSIONS = 1024
LONGEST_WORD = 64
FLOOR = 0.35
"""Scores below it are chance: nearly every two texts share a few trigrams."""
COMMON = """
a an and are as at be but by can do does for from had has have how i if in is it its me my of on or so than that
the their them then there these they this to was we were what when where which who why will with would you your
"""
_SKIPPED = frozenset(COMMON.split())
MOST_SCANNED = 20_000
_BYTES = 2 * DIMENSIONS // 8
_WORD = re.compile(r"\w+")
Vector = dict[int, float]


class Near(NamedTuple):
    """One chunk row near a query; `score` lies between 0 and 1."""

    chunk: int
    score: float


class Vectors:
    """The vectors of all chunks. Those of one instance lie next to each other."""

    def __init__(self, storage: Storage) -> None:
        """Work on `storage`."""
        self._storage = storage

    def add(self, instance: int, chunks: Iterable[tuple[int, int, str]]) -> None:
        """Keep the signs of chunks, given as (chunk row, item row, text)."""
        rows = ((instance, chunk, item, signs(counted(text))) for chunk, item, text in chunks)
        self._storage.run_many("INSERT OR REPLACE INTO vector VALUES (?, ?, ?, ?)", rows)

    def complete(self) -> int:
        """Make the vectors of a database that was written before there were any; returns how many."""
        if self._storage.recall("vectors"):
            return 0
        made = 0
        for row in self._storage.rows("SELECT n FROM instance"):
            chunks = self._storage.rows(
                "SELECT c.n, c.item, c.text FROM item i JOIN chunk c ON c.item = i.n WHERE i.instance = ?", row["n"]
            )
            self.add(row["n"], ((chunk["n"], chunk["item"], chunk["text"]) for chunk in chunks))
            made += len(chunks)
        self._storage.remember("vectors", "1")
        return made

    def many(self, instance: int) -> bool:
        """Tell whether an instance has more than `MOST_SCANNED` chunks: too many to be compared one by one."""
        sql = "SELECT count(*) FROM (SELECT 1 FROM vector WHERE instance = ? LIMIT ?)"
        return self._storage.number(sql, instance, MOST_SCANNED + 1) > MOST_SCANNED

    def nearest(
        self, instance: int, query: str, where: str, values: Sequence[Any], limit: int, among: Sequence[int] | None
    ) -> list[Near]:
        """Return the chunks nearest to `query`, best first, without those below `FLOOR`.

        `where` is an SQL condition on the item row `i`, `values` are its parameters; `among` are the chunk rows to be
        compared, all of the instance when it is None.
        """
        wanted = vector(query)
        if not wanted:
            return []
        filtered = "" if where == "1" else f" JOIN item i ON i.n = v.item AND ({where})"
        chosen = "" if among is None else f" AND v.chunk IN ({', '.join('?' * len(among))})"
        rows = self._storage.rows(
            f"SELECT v.chunk, v.signs FROM vector v{filtered} WHERE v.instance = ?{chosen}",
            *values, instance, *(among or ()),
        )  # fmt: skip
        alike = signs(counted(query))
        same = int.from_bytes(alike, "little")
        opposite = int.from_bytes(alike[_BYTES // 2 :] + alike[: _BYTES // 2], "little")
        number = int.from_bytes
        guesses = []
        for chunk, kept in rows:
            found = number(kept, "little")
            agreed = (found & same).bit_count() - (found & opposite).bit_count()
            if agreed > 0:
                guesses.append((agreed / math.sqrt(found.bit_count()), -chunk))
        best = [-chunk for _, chunk in heapq.nlargest(limit, guesses)]
        return sorted(self._exact(wanted, best), key=lambda near: (-near.score, near.chunk))

    def _exact(self, wanted: Vector, chunks: Sequence[int]) -> list[Near]:
        marks = ", ".join("?" * len(chunks))
        rows = self._storage.rows(f"SELECT n, text FROM chunk WHERE n IN ({marks})", *chunks)
        scored = (Near(row["n"], similarity(wanted, vector(row["text"]))) for row in rows)
        return [near for near in scored if near.score >= FLOOR]


def counted(text: str) -> Counter[int]:
    """Count the places of `text`; a place with a negative sign is `DIMENSIONS` higher.

    Words that say nothing are left out, unless there are no others.
    """
    words = [word[:LONGEST_WORD] for word in _WORD.findall(spaced(text.lower()))]
    telling = [word for word in words if word not in _SKIPPED] or words
    return Counter(chain.from_iterable(map(_places, telling)))


def vector(text: str) -> Vector:
    """Return the vector of `text`: place to weight."""
    counts = counted(text)
    found: Vector = {}
    for place in {one % DIMENSIONS for one in counts}:
        net = counts[place] - counts[place + DIMENSIONS]
        if net:
            found[place] = math.copysign(1 + math.log(abs(net)), net)
    return found


@lru_cache(maxsize=65_536)
def _places(word: str) -> tuple[int, ...]:
    """Return the place of each trigram of a word, its ends marked by blanks; 11 bits, the highest is the sign."""
    padded = f" {word} "
    hashes = (zlib.crc32(padded[i : i + 3].encode("utf-8", "replace")) for i in range(len(padded) - 2))
    return tuple(one % (2 * DIMENSIONS) for one in hashes)


def signs(counts: Mapping[int, int]) -> bytes:
    """Return one bit for each place that is positive, then one for each that is negative."""
    bits = bytearray(_BYTES)
    opposite = counts.get
    for place, count in counts.items():
        if count > opposite(place ^ DIMENSIONS, 0):
            bits[place >> 3] |= 1 << (place & 7)
    return bytes(bits)


def similarity(one: Vector, other: Vector) -> float:
    """Return the square root of the cosine of two vectors, 0 where they point away from each other."""
    shared = sum(weight * other.get(place, 0.0) for place, weight in one.items())
    if shared <= 0:
        return 0.0
    length = math.sqrt(sum(w * w for w in one.values()) * sum(w * w for w in other.values()))
    return min(1.0, math.sqrt(shared / length))
