"""How grave a log line is: from its type, its words and the error slugs in it. Pure."""

from __future__ import annotations

import re
from collections.abc import Set
from enum import IntEnum


class Severity(IntEnum):
    """What an operator should make of a line. A larger number is graver."""

    INFO = 0
    WARNING = 1
    ERROR = 2


KNOWN_TYPES: dict[int, Severity] = {0: Severity.INFO}
"""The one `message_type` that was ever seen, with "Indexing started" (api-facts: Job logs). Others prove nothing."""

_CALM = re.compile(
    r"\b(?:0|no|zero|without)[ _](?:(?:any|with)[ _])?(?:errors?|failures?|failed|warnings?)\b"
    r"|\b(?:errors?|failures?|failed|warnings?)\"?\s*[:=]\s*(?:0|null|none|false)(?![\w.])",
    re.IGNORECASE,
)
_ERROR = re.compile(
    r"(?:\b|_)(?:errors?|err|fail(?:ed|ure|ures|s)?|fatal|panic|exception|crash(?:ed)?|aborted|corrupt(?:ed)?|"
    r"unauthorized|forbidden|denied|refused|rejected|unreachable|unsupported|invalid)(?:\b|_)"
    r"|\b(?:cannot|can't|could not|couldn't|unable to|not found|too large|timed out)\b",
    re.IGNORECASE,
)
_WARNING = re.compile(
    r"(?:\b|_)(?:warn(?:ing|ings)?|retry(?:ing)?|retries|throttl(?:ed|ing)|skipp(?:ed|ing)|degraded|deprecated|"
    r"slow|stalled|cancell?ed|superseded|interrupted|rate[ _-]limit(?:ed)?|new_job_has_started)(?:\b|_)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)+")
_HTTP = re.compile(r"(?:crawl_got_)?http_[45]\d\d")
_READ = 4_000


def slug_in(text: str, slugs: Set[str]) -> str | None:
    """The first error slug of `slugs` that stands in `text` as a word of its own, None when there is none.

    A numbered slug such as `http_404` counts where `slugs` has its class, `http_4xx`.
    """
    for match in _WORD.finditer(text.lower() if not text.islower() else text):
        word = match[0]
        if word in slugs or (_HTTP.fullmatch(word) and f"http_{word[-3]}xx" in slugs):
            return word
    return None


def severity(message_type: int | None, text: str, slugs: Set[str] = frozenset()) -> Severity:
    """The severity of a log line. Its first 4,000 characters decide; a slug is always an error.

    Counts of nothing ("0 errors", "failed: 0") do not alarm. The type alone decides only where its meaning is
    known and the text says nothing.
    """
    text = text[:_READ]
    if slugs and "_" in text and slug_in(text, slugs):
        return Severity.ERROR
    words = _CALM.sub(" ", text)
    if _ERROR.search(words):
        return Severity.ERROR
    if _WARNING.search(words):
        return Severity.WARNING
    return KNOWN_TYPES.get(message_type, Severity.INFO) if message_type is not None else Severity.INFO
