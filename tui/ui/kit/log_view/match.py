"""What a search or a filter of the log matches: a substring, `!inverse` or `/regex/`. Pure."""

from __future__ import annotations

import re

from msgspec import Struct

from tui.errors import UsageError

_MOST_SPANS = 200


class Matcher(Struct, frozen=True):
    """A pattern over the text of a line. Small letters match any case; a capital asks for the exact one."""

    words: str
    pattern: re.Pattern[str]
    inverse: bool = False

    def matches(self, text: str) -> bool:
        """Whether the line is one of those asked for."""
        return (self.pattern.search(text) is None) == self.inverse

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
    flags = 0 if any(char.isupper() for char in text) else re.IGNORECASE
    if len(text) > 2 and text.startswith("/") and text.endswith("/"):
        try:
            return Matcher(words.strip(), re.compile(text[1:-1], flags), inverse)
        except re.error as error:
            raise UsageError("Not a regular expression", f"{error.msg} in {text}") from error
    return Matcher(words.strip(), re.compile(re.escape(text), flags), inverse)
