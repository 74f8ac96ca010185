"""Words as the index and a query have them alike, also in scripts that put no spaces between words.

A run of Chinese, Japanese, Korean, Thai, Lao, Burmese or Khmer is indexed as its overlapping pairs of characters and
its last character, so that any part of it can be found.
"""

from __future__ import annotations

import re
import unicodedata

from tui.emulator.documents.characters import clean

_JOINERS = "\u200c\u200d"
# Thai and Lao; Burmese; Hangul letters; Khmer; signs of repetition, kana, Bopomofo; Han; Hangul; their supplements.
_RUN = re.compile(
    "[\u0e01-\u0e4e\u0e81-\u0ecd\u1000-\u103e\u1100-\u11ff\u1780-\u17d3\u3005-\u3007\u3041-\u3096\u309d-\u30ff"
    "\u3105-\u318e\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97c\uac00-\ud7fb\uf900-\ufaff\uff66-\uffdc"
    "\U0001b000-\U0001b16f\U00020000-\U0003134f]+"
)


def spaced(text: str) -> str:
    """Return `text` with the runs of scripts without spaces as pairs of characters."""
    return text if text.isascii() else _RUN.sub(lambda run: f" {' '.join(_pairs(run[0]))} {run[0][-1]} ", text)


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)]


def words_of(text: str) -> list[str]:
    """Return the words of a text in lower case, composed (NFC), in their order; a run without spaces is one word."""
    letters = "".join(one if _is_letter(one) else " " for one in clean(text).lower())
    found = []
    for word in letters.split():
        start = 0
        for run in _RUN.finditer(word):
            found += [word[start : run.start()], run[0]]
            start = run.end()
        found.append(word[start:])
    return [kept for word in found if (kept := word.strip(_JOINERS))]


def _is_letter(one: str) -> bool:
    if one.isascii():
        return one.isalnum() or one == "_"
    return one.isalnum() or one in _JOINERS or unicodedata.category(one)[0] == "M"


def phrase(word: str, *, trigrams: bool) -> str | None:
    """Return the FTS5 string that finds `word` in a text that was `spaced`, None when the index cannot know it.

    Nothing of a word is syntax: it is quoted, and words hold no quotes. An index of trigrams knows nothing shorter.
    """
    pairs = _pairs(word) if _RUN.fullmatch(word) else []
    if trigrams:
        sought = f"{' '.join(pairs)} " if pairs else word
        return f'"{sought}"' if len(sought) >= 3 else None
    if not pairs:
        return f'"{word}" *' if _RUN.fullmatch(word) else f'"{word}"'
    return f'"{" ".join(pairs)}"'
