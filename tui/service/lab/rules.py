"""Which keys a source leaves out: its prefix, its path patterns, and the types that can be read. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_CONVERTED = _words("xlsx xlsm xlsb xls ods docx odt jpeg jpg png webp numbers et")
_TEXT = """
txt rst log ini conf env properties toml markdown md mdx tex latex sh bat ps1 sgml yaml yml css js php py rb java
c cpp cxx h hpp go rs swift dart el html htm xhtml xml svg csv json pdf gitignore
"""
READABLE = _words(_TEXT) | _CONVERTED
"""File name endings that the service documents as readable, without their dot."""
LARGEST_TEXT, LARGEST_OTHER = 10 * 1024 * 1024, 4 * 1024 * 1024
"""Bytes: text, code and PDF with OCR; the rest (api-facts: Instances)."""


class SourceRules(Struct, frozen=True):
    """The rules of one source. Patterns of a website are matched against the address and against its path."""

    prefix: str = ""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    web: bool = False

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> SourceRules:
        """From the fields of an instance; what has another shape than expected is no rule."""
        params = settings.get("source_params")
        params = params if isinstance(params, Mapping) else {}
        source = str(settings.get("source") or "")
        prefix = params.get("prefix")
        return cls(
            prefix if isinstance(prefix, str) else "",
            _patterns(params.get("include_items")),
            _patterns(params.get("exclude_items")),
            source.startswith(("http://", "https://")) or settings.get("type") == "web-crawler",
        )

    def excludes(self, key: str) -> str:
        """Why the source leaves a key out, in words; empty when it does not."""
        if self.prefix and not key.startswith(self.prefix):
            return f"outside the prefix {self.prefix!r}"
        if found := next((one for one in self.exclude if self._matches(one, key)), ""):
            return f"excluded by the rule {found!r}"
        if self.include and not any(self._matches(one, key) for one in self.include):
            return f"matched by no include rule ({', '.join(repr(one) for one in self.include)})"
        return ""

    def _matches(self, pattern: str, key: str) -> bool:
        expression = glob(pattern)
        forms = [key, address_path(key)] if "://" in key else [key]
        return any(expression.match(one) for one in forms)


def unreadable(key: str, size: float | None) -> str:
    """Why no reader takes a document of this name and size in bytes, in words; empty when one does."""
    ending = PurePosixPath(address_path(key)).suffix.lower().removeprefix(".")
    if ending and ending not in READABLE and "://" not in key:
        return f"type .{ending} is not supported"
    most = largest(key)
    if size is not None and size > most:
        return f"too large: more than {most // (1024 * 1024)} MiB"
    return ""


def largest(key: str) -> int:
    """The bytes of a document of this name at most; of a type that nobody knows the service decides."""
    ending = PurePosixPath(address_path(key)).suffix.lower().removeprefix(".")
    return LARGEST_OTHER if ending in _CONVERTED else LARGEST_TEXT


def address_path(key: str) -> str:
    """The path of an address, else the key itself."""
    if "://" not in key:
        return key
    try:
        return urlsplit(key).path
    except ValueError:
        return key


def _patterns(value: object) -> tuple[str, ...]:
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list | tuple) else ()


_WILD = re.compile(r"((?<![^/])\*\*/|\*\*)")
_DEEP = {"**/": "(?:.*?/)??", "**": ".*?"}


@lru_cache(maxsize=256)
def glob(pattern: str) -> re.Pattern[str]:
    """A path pattern: `**/` is any number of folders, `**` anything, `*` and `?` never a slash.

    What stands between two deep wildcards is one atomic group that ends as early as it can: without going back from one
    to the other the time grows with the square of the key at most, whatever the pattern is.
    """
    first, *rest = _WILD.split(pattern)
    stretches = [("", first), *zip((_DEEP[one] for one in rest[::2]), rest[1::2], strict=True)]
    *ahead, (deep, last) = stretches
    groups = "".join(f"(?>{gap}{_flat(text, ends=False)})" for gap, text in ahead)
    return re.compile(f"{groups}{deep}{_flat(last, ends=True)}\\Z", re.DOTALL)


def _flat(text: str, *, ends: bool) -> str:
    """A stretch without deep wildcards; each star takes as little as it can, the very last one all up to the end."""
    head, *tails = ("".join("[^/]" if one == "?" else re.escape(one) for one in part) for part in text.split("*"))
    if not tails:
        return head
    short = tails[:-1] if ends else tails
    last = f"[^/]*{tails[-1]}" if ends else ""
    return head + "".join(f"(?>[^/]*?{tail})" for tail in short) + last
