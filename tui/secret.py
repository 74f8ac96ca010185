"""A token that cannot slip out: not by repr, by formatting, by pickling or in a traceback that prints locals."""

from __future__ import annotations

import hmac
import re
import weakref
from typing import NoReturn

MASK = "********"
"""What stands wherever a secret would have stood."""

LONG = 16
"""Characters from which on a text is masked wherever it stands. Every token of the API is longer."""
SHORT = 8
"""Characters below which nothing is masked: it would be cut out of ordinary words, and is no secret."""

_ALIVE: weakref.WeakValueDictionary[int, Secret] = weakref.WeakValueDictionary()


def masked(text: str) -> str:
    """`text` without any secret that this process holds: for a last word, when nobody knows which one was in use."""
    for secret in tuple(_ALIVE.values()):
        text = secret.masked_in(text)
    return text


class Secret:
    """An API token or another secret. `reveal()` is the only way to its text, and easy to search for."""

    __slots__ = ("__weakref__", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        _ALIVE[id(self)] = self

    def reveal(self) -> str:
        """The secret itself. Called where the request is signed and where it is stored, nowhere else."""
        return self._text

    def masked_in(self, text: str) -> str:
        """`text` with the secret replaced by the mask.

        A long one wherever it stands; one of a few characters only where it stands by itself and is no word.
        """
        secret = self._text
        if len(secret) >= LONG:
            return text.replace(secret, MASK)
        if len(secret) < SHORT or secret.isalpha() or secret not in text:
            return text
        return re.sub(rf"(?<![\w.-]){re.escape(secret)}(?![\w-])", MASK, text)

    def stands_in(self, data: bytes) -> bool:
        """Whether the data has the secret, as far as it would be masked there."""
        return len(self._text) >= SHORT and self.masked_in(text := data.decode("utf-8", "replace")) != text

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    def __str__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._text.encode("utf-8", "replace"), other._text.encode("utf-8", "replace"))

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is never pickled")
