"""From a code or a slug to its explanation. Codes are looked up with message and status: neither alone decides.

The words stand in tables beside this module, one line an entry, which are read when the first is needed.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Set
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tui.errors import AppError
from tui.text import duration

_FOLDER = Path(__file__).parent
_STATUS_SLUG = re.compile(r"(?:crawl_got_)?http_([45])\d\d")
Key = tuple[int, int | str | None]
"""An API code with the HTTP status or the message that it means this for; None for any."""


class Explanation(NamedTuple):
    """A few words of title, what it means, and what to do next: at most two short sentences each."""

    title: str
    meaning: str
    remedy: str


def _rows(name: str) -> Iterator[list[str]]:
    with (_FOLDER / name).open(encoding="utf-8", newline="") as file:
        table = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        next(table)
        yield from table


@cache
def api_errors() -> Mapping[Key, Explanation]:
    """The explanations by code and what else decides: a status, a message, or None."""
    found: dict[Key, Explanation] = {}
    for code, also, *words in _rows("api_errors.tsv"):
        found[int(code), int(also) if also.isdigit() else also or None] = Explanation(*words)
    return found


@cache
def codes() -> Set[int]:
    """Every API code that is explained; the message of another one is worth showing as it is."""
    return frozenset(code for code, _ in api_errors())


@cache
def indexing_errors() -> Mapping[str, Explanation]:
    """The explanations of indexing errors by their slug."""
    return {slug: Explanation(*words) for slug, *words in _rows("indexing_errors.tsv")}


@cache
def slugs() -> Set[str]:
    """Every indexing error that is explained, to recognise one in a log line."""
    return frozenset(indexing_errors())


@cache
def http_statuses() -> Mapping[int | None, Explanation]:
    """The explanations of HTTP statuses, of their hundreds, and with None of any other."""
    return {int(status) if status else None: Explanation(*words) for status, *words in _rows("http_statuses.tsv")}


def explain_api(code: int | None, http: int | None, message: str = "") -> Explanation:
    """The explanation of a refused request.

    The message wins over the status (7096 has two meanings with one status), the status over the bare code (7001 is
    a validation error with 400 and a fault of the server with 500). An unknown code is explained by its status.
    """
    if code is not None:
        known = api_errors()
        for key in ((code, message), (code, http), (code, None)):
            if key in known:
                return known[key]
    statuses = http_statuses()
    by_status = statuses.get(http or 0) or statuses.get((http or 0) // 100, statuses[None])
    return by_status if code is None else by_status._replace(title=f"{by_status.title} (code {code})")


def explain_slug(slug: str) -> Explanation:
    """The explanation of an indexing error by its slug, in any case. An unknown slug is named and said to be unknown.

    The table has whole classes of HTTP errors (`http_4xx`): a slug with a number, as `http_404`, finds its class.
    """
    known = slug.strip().lower()
    errors = indexing_errors()
    if known in errors:
        return errors[known]
    if match := _STATUS_SLUG.fullmatch(known):
        return errors[f"http_{match[1]}xx"]
    return Explanation(
        f"Indexing error {known[:60] or 'without a name'}",
        "This console does not know this error; the API may have gained it since.",
        "Open the item's log for details, then re-sync the item once.",
    )


CLOCK_MATTERS = 60.0
"""Seconds of difference from which on it is named."""


def wrong_clock(offset: float) -> AppError:
    """The words for a server that is `offset` seconds ahead of this machine, or behind it with a negative one.

    Nothing is judged by this machine's clock then, but what it writes has its times.
    """
    where = "behind" if offset > 0 else "ahead of"
    return AppError(
        "This machine's clock is wrong",
        f"It is {duration(abs(offset))} {where} the server's. Ages and states are judged by the server's clock.",
        "Set the clock of this machine: the audit file and TLS certificates go by it.",
    )
