"""Why items fail: failed items grouped by cause. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

from tui.explain import Explanation, explain_slug, slugs
from tui.logtail.severity import slug_in
from tui.models import Item

ALL = "all causes"
UNNAMED = "no cause given"
LONGEST = 120
_PLACEHOLDERS = (
    (re.compile(r"https?://\S+"), "<address>"),
    (re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`"), "<name>"),
    (re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b(?=\w*\d)[0-9a-f]{12,}\b"), "<id>"),
    (re.compile(r"\S*[/\\]\S+|\b[\w-]+\.[a-z]{2,5}\b"), "<name>"),
    (re.compile(r"\d+(?:[.,]\d+)*"), "#"),
    (re.compile(r"\s+"), " "),
)


class Cause(Struct, frozen=True):
    """Items that failed for one reason. `slug` is empty where the message holds none that is known.

    `every`: all failed items, whatever the reason. `unread`: how many more there are that were not read.
    """

    name: str
    items: tuple[Item, ...]
    slug: str = ""
    every: bool = False
    unread: int = 0

    @property
    def explanation(self) -> Explanation:
        """What it means, and what to do about it."""
        if self.every:
            return Explanation(
                "Every failed item",
                "Items whose trouble has passed are indexed now; the others fail again until their cause is fixed.",
                "Each cause has a remedy of its own: see its row.",
            )
        if self.slug:
            return explain_slug(self.slug)
        return Explanation(
            self.name,
            "The indexer gave this message; it is not one of the errors that are documented.",
            "Open an item for its log, correct the document, then re-sync it.",
        )


def cause_of(message: str | None) -> tuple[str, str]:
    """The name of the cause that a failed item tells, and its slug where it is a known one."""
    text = (message or "").strip().lower()
    if slug := text if text in slugs() else slug_in(text, slugs()):
        return slug, slug
    return normalised(text), ""


def all_causes(groups: Iterable[Cause], unread: int = 0) -> Cause:
    """The items of all causes as one row."""
    return Cause(ALL, tuple(item for cause in groups for item in cause.items), every=True, unread=unread)


def normalised(message: str) -> str:
    """A message without what differs from item to item: names, addresses, ids and numbers."""
    for pattern, placeholder in _PLACEHOLDERS:
        message = pattern.sub(placeholder, message)
    return message.strip()[:LONGEST] or UNNAMED


def causes(items: Iterable[Item]) -> tuple[Cause, ...]:
    """The items by cause, the most frequent first, equal counts by name."""
    found: dict[tuple[str, str], list[Item]] = {}
    for item in items:
        found.setdefault(cause_of(item.error), []).append(item)
    groups = (Cause(name, tuple(members), slug) for (name, slug), members in found.items())
    return tuple(sorted(groups, key=lambda cause: (-len(cause.items), cause.name)))
