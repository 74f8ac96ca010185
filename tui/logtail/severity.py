"""How grave a log line is: from its type, the form of its message and the error slugs in it. Pure.

The words of a name say nothing: `indexed reference/error-codes.md` is no error. So the names of files, addresses and
items are taken out of a message before its words are looked at.
"""

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
    r"(?:\b|_)(?:errors?(?!-)|err|fail(?:ed|ure|ures|s)?|fatal|panic|exception|crash(?:ed)?|aborted|corrupt(?:ed)?|"
    r"unauthorized|forbidden|denied|refused|rejected|unreachable|unsupported|invalid)(?:\b(?!-\w)|_)"
    r"|\b(?:cannot|can't|could not|couldn't|unable to|not found|too large|timed out)\b",
    re.IGNORECASE,
)
_WARNING = re.compile(
    r"(?:\b|_)(?:warn(?:ing|ings)?|retry(?:ing)?|retries|throttl(?:ed|ing)|skipp(?:ed|ing)|degraded|deprecated|"
    r"slow|stalled|cancell?ed|superseded|interrupted|rate[ _-]limit(?:ed)?|new_job_has_started)(?:\b(?!-\w)|_)",
    re.IGNORECASE,
)
_BOUNDS = re.compile(r"""[^\s:,;"'`()<>|=]+""")
_EXTENSION = re.compile(r"(?!code$|message$|msg$|type$|name$|kind$|reason$)(?:[a-z][a-z0-9]{0,5}|[A-Z][A-Z0-9]{0,5})$")
_ADDRESS = re.compile(r"\b[a-z][a-z0-9+.-]{0,15}://[^\s\"'<>)]+", re.IGNORECASE)
_NOUN = r"(?:file|item|document|page|object|key|path|name|title|url|filename|item_key|file_name|source_key)"
_QUOTED = re.compile(r"""(["'`])([^"'`]*)\1""")
_NOUN_BEFORE = re.compile(rf"""\b{_NOUN}["']?\s{{0,4}}[:=]?\s{{0,4}}$""", re.IGNORECASE)
_NAMED = re.compile(rf"\b{_NOUN}[ =:]{{1,4}}([\w.-]+)", re.IGNORECASE)
_DONE = (
    r"(?:re-?)?(?:indexed|indexing|removed|removing|deleted|deleting|uploaded|uploading|fetched|fetching|crawled|"
    r"crawling|processed|processing|parsed|parsing|embedded|embedding|chunked|chunking|stored|storing|added|updated|"
    r"unchanged|queued|discovered|found|read|reading|downloaded|downloading|converted|converting|listing|skipped|"
    r"skipping)"
)
_DONE_FIRST = re.compile(rf"\s{{0,9}}{_DONE}\b:?\s+(?!\d+\b)", re.IGNORECASE)
_DONE_LAST = re.compile(rf"\s{_DONE}(?: ?\([^()]*\)| ?\[[^\[\]]*\]| \d[\d,]* \w+)?\s{{0,9}}$", re.IGNORECASE)
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


def without_names(text: str) -> str:
    """The message without the names of files, addresses and items in it: what is left are the service's own words.

    A name may have spaces where the form tells its bounds: after the verb that begins the message (`indexed failed
    uploads.md (3 chunks)`), or before the one that ends it.
    """
    if not _ERROR.search(text) and not _WARNING.search(text) and "_" not in text:
        return text  # most lines: nothing in them could be mistaken
    if (last := _DONE_LAST.search(text)) and _ends_in_name(text[: last.start()]):
        return last[0]
    text = _ADDRESS.sub(" ./ ", text)
    if first := _DONE_FIRST.match(text):
        text = f"{first[0]} {_after_name(text[first.end() :])}"
    text = _QUOTED.sub(_unless_name, text)
    text = _NAMED.sub(lambda match: match[0] if match[1].isalpha() else " ", text)
    return _BOUNDS.sub(lambda match: _unless_alarm(match[0]) if _is_name(match[0]) else match[0], text)


def _is_name(word: str) -> bool:
    """Whether a word has a slash or ends in an extension."""
    stem, dot, extension = word.rpartition(".")
    return "/" in word or "\\" in word or bool(dot and stem and _EXTENSION.match(extension))


def _ends_in_name(text: str) -> bool:
    """Whether the last word, but for a colon or a quote, is a name."""
    words = text.rsplit(None, 1)
    return bool(words) and _is_name(words[-1].strip("\"'`:()"))


def _after_name(text: str) -> str:
    """What follows the object of a verb: after the last word that is a name, else after the first word."""
    words = list(_BOUNDS.finditer(text))
    names = [word for word in words if _is_name(word[0])] or words[:1]
    return text[names[-1].end() :] if names else text


def _unless_name(match: re.Match[str]) -> str:
    """Nothing for a quoted name: one with a slash or an extension, or after a noun such as `file`."""
    named = _NOUN_BEFORE.search(match.string, max(0, match.start() - 24), match.start())
    return " " if named or any(_is_name(word) for word in match[2].split()) else match[0]


def _unless_alarm(word: str) -> str:
    """Nothing for a file's name; the words themselves for alternatives such as `errors/failures`."""
    return word.replace("/", " ") if all(_ERROR.fullmatch(part) for part in word.split("/")) else " "


def severity(message_type: int | None, text: str, slugs: Set[str] = frozenset()) -> Severity:
    """The severity of a log line. Its first 4,000 characters decide; a slug is always an error.

    Counts of nothing ("0 errors", "failed: 0") do not alarm. The type alone decides only where its meaning is
    known and the text says nothing.
    """
    words = _CALM.sub(" ", without_names(text[:_READ]))
    if slugs and "_" in words and slug_in(words, slugs):
        return Severity.ERROR
    if _ERROR.search(words):
        return Severity.ERROR
    if _WARNING.search(words):
        return Severity.WARNING
    return KNOWN_TYPES.get(message_type, Severity.INFO) if message_type is not None else Severity.INFO
