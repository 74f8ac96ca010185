"""Which path rules would leave the items of one cause out of the source: patterns for `exclude_items`. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import PurePosixPath

from msgspec import Struct

from tui.models import Item
from tui.service.lab.rules import address_path

MOST_RULES = 10
"""Path rules of an instance, exclude and include together, for most accounts (api-facts: Instances)."""
WHOLE_TYPE = "unsupported_type"
"""The cause that every document of an ending has."""
MOST_ENDINGS = 5
"""Endings that are looked at, the most frequent first."""


class Exclusion(Struct, frozen=True):
    """Patterns to add, and how many of the items no pattern could be given to: there may be so many rules only."""

    patterns: tuple[str, ...]
    left: int = 0


def ending_of(item_key: str) -> str:
    """The ending of a key with its dot, as it is written; empty without one."""
    path = address_path(item_key)
    ending = PurePosixPath(path).suffix
    return ending if path.endswith(ending) else ""


def common_endings(items: Sequence[Item], least: int = 1) -> tuple[str, ...]:
    """The endings that at least so many of the items have, the most frequent first."""
    counts = Counter(ending for item in items if (ending := ending_of(item.identity)))
    return tuple(ending for ending, number in counts.most_common(MOST_ENDINGS) if number >= least)


def exclusion(items: Sequence[Item], unused: Collection[str], room: int) -> Exclusion:
    """Patterns for these items, at most `room`: by ending where `unused` says that nothing good has it, else by key."""
    wanted: Counter[str] = Counter()
    for item in items:
        ending = ending_of(item.identity)
        wanted[f"**/*{ending}" if ending and ending in unused else item.identity] += 1
    chosen = tuple(pattern for pattern, _ in wanted.most_common(max(0, room)))
    return Exclusion(chosen, sum(wanted.values()) - sum(wanted[one] for one in chosen))
