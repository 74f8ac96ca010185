"""The one grammar of every filter and search: a substring, `!inverse` or `/regex/`. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

from tui.errors import UsageError
from tui.text import fold

_MOST_SPANS = 200


class Matcher(Struct, frozen=True):
    """A pattern over a text. Case never counts; accents do not where plain words are looked for."""

    words: str
    pattern: re.Pattern[str]
    inverse: bool = False
    folded: str = ""

    def matches(self, text: str) -> bool:
        """Whether the text is one of those asked for."""
        return self._found(text) is not self.inverse

    def matches_any(self, texts: Iterable[str]) -> bool:
        """Whether something with these texts is asked for: one of them has the pattern; inverse: none of them."""
        return any(map(self._found, texts)) is not self.inverse

    def _found(self, text: str) -> bool:
        if self.pattern.search(text) is not None:
            return True
        return bool(self.folded) and not text.isascii() and self.folded in fold(text)

    def spans(self, text: str) -> list[tuple[int, int]]:
        """The places to highlight, in characters; none for an inverse one."""
        if self.inverse:
            return []
        found: list[tuple[int, int]] = []
        for match in self.pattern.finditer(text):
            if match.end() > match.start():
                found.append(match.span())
            if len(found) == _MOST_SPANS:
                break
        return found


def matcher(words: str) -> Matcher | None:
    """The matcher of what was typed, None for nothing. Raises UsageError for a regular expression that is none."""
    text = words.strip()
    inverse = text.startswith("!")
    if inverse:
        text = text[1:].strip()
    if not text:
        return None
    if len(text) > 2 and text.startswith("/") and text.endswith("/"):
        try:
            return Matcher(words.strip(), re.compile(text[1:-1], re.IGNORECASE), inverse)
        except re.error as error:
            reason = f"{error.msg} in {text}"
            raise UsageError("Not a regular expression", reason, "Correct it, or leave out the slashes.") from error
    return Matcher(words.strip(), re.compile(re.escape(text), re.IGNORECASE), inverse, fold(text))
