"""Coverage: the items of an instance against what its source should hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct

from tui.contract import Api, Priority
from tui.explain.lookup import indexing_errors
from tui.models import InstanceKey, Item
from tui.service.lab.listings import Listed
from tui.service.lab.rules import SourceRules, unreadable
from tui.text import parse_time

SLACK = 1.0
"""Seconds that times of the API are cut to: no document is stale for less."""
_HEX = re.compile(r"[0-9a-f]{32,}")


class Standing(StrEnum):
    """How a document of the source stands in the index, or an item against the source."""

    INDEXED = "indexed"
    STALE = "stale"
    FAILED = "failed"
    WAITING = "waiting"
    MISSING = "missing"
    EXCLUDED = "excluded"
    ORPHANED = "orphaned"


class KeyFinding(Struct, frozen=True):
    """One key, how it stands, and why in words."""

    key: str
    standing: Standing
    why: str = ""


class Coverage(Struct, frozen=True):
    """All findings. What a rule of the source leaves out is not expected; a stale document is indexed all the same.

    `share` is the part of the expected documents that a search can find, in percent.
    """

    key: InstanceKey
    findings: tuple[KeyFinding, ...]

    def of(self, standing: Standing) -> tuple[KeyFinding, ...]:
        """The findings of one standing, by key."""
        return tuple(one for one in self.findings if one.standing is standing)

    @property
    def counts(self) -> dict[str, int]:
        """How many there are of each standing."""
        return {one.value: len(self.of(one)) for one in Standing}

    @property
    def expected(self) -> int:
        """Documents that should be indexed."""
        out = (Standing.EXCLUDED, Standing.ORPHANED)
        return sum(one.standing not in out for one in self.findings)

    @property
    def share(self) -> float:
        """Percent of the expected documents that are indexed, 100 when nothing is expected."""
        indexed = len(self.of(Standing.INDEXED)) + len(self.of(Standing.STALE))
        return 100.0 * indexed / self.expected if self.expected else 100.0


class Reconcile:
    """Reads what is needed of an instance and compares. Raises AppError."""

    def __init__(self, api: Api) -> None:
        self._api = api.using(Priority.VISIBLE)

    async def source(self, key: InstanceKey) -> str:
        """The source of an instance: a bucket, or a website's address; empty for built-in storage."""
        return (await self._api.get_instance(key)).instance.source or ""

    async def coverage(self, key: InstanceKey, listed: Sequence[Listed]) -> Coverage:
        """All items of an instance against a list."""
        rules = SourceRules.of((await self._api.get_instance(key)).shown)
        items = [item async for page in self._api.item_pages(key) for item in page.items]
        return Coverage(key, reconcile(listed, items, rules))


def reconcile(listed: Iterable[Listed], items: Iterable[Item], rules: SourceRules) -> tuple[KeyFinding, ...]:
    """How every document of the list and every item stands, by key."""
    known: dict[str, list[Item]] = {}
    for item in items:
        known.setdefault(_plain(item.identity), []).append(item)
    wanted = {_plain(one.key): one for one in listed}
    found = [_listed(one, known.get(name, ()), rules) for name, one in wanted.items()]
    found += [_orphan(item, rules) for name, same in known.items() if name not in wanted for item in same[:1]]
    return tuple(sorted(found, key=lambda one: one.key))


def _listed(one: Listed, items: Sequence[Item], rules: SourceRules) -> KeyFinding:
    if rule := rules.excludes(one.key):
        return KeyFinding(one.key, Standing.EXCLUDED, rule)
    if not items:
        why = unreadable(one.key, one.size) or "the instance does not know it: sync, or wait for the next one"
        return KeyFinding(one.key, Standing.MISSING, why)
    item = items[0]
    if item.error == "excluded_by_path_filter":
        return KeyFinding(one.key, Standing.EXCLUDED, "left out by a path rule")
    if item.status in ("error", "skipped"):
        return KeyFinding(one.key, Standing.FAILED, _error(item))
    if item.status in ("queued", "running") and not item.chunks_count:
        return KeyFinding(one.key, Standing.WAITING, f"{item.status}, not indexed yet")
    why = stale(one, item)
    return KeyFinding(one.key, Standing.STALE if why else Standing.INDEXED, why)


def _orphan(item: Item, rules: SourceRules) -> KeyFinding:
    if rule := rules.excludes(item.identity):
        return KeyFinding(item.identity, Standing.EXCLUDED, rule)
    if item.status in ("skipped", "error") and not item.chunks_count:
        return KeyFinding(item.identity, Standing.ORPHANED, "not in the list, and not found by any search")
    return KeyFinding(item.identity, Standing.ORPHANED, "not in the list, but still found")


def stale(one: Listed, item: Item) -> str:
    """Why an item is older than its document, in words; empty when it is not, or nothing says so.

    A checksum means something where both are of one kind: an item's may be "0" (api-facts: Official clients).
    """
    theirs, ours = one.checksum, (item.checksum or "").lower()
    if _HEX.fullmatch(theirs) and _HEX.fullmatch(ours) and len(theirs) == len(ours):
        return "" if theirs == ours else "its checksum is another"
    if one.size is not None and item.file_size and one.size != item.file_size:
        return f"it has {one.size:,.0f} bytes, {item.file_size:,.0f} when it was indexed"
    seen = parse_time(item.last_seen_at)
    if one.changed is not None and seen is not None and one.changed > seen + SLACK:
        return "it was changed after it was indexed"
    return ""


def _error(item: Item) -> str:
    known: Mapping[str, object] = indexing_errors()
    if item.error and item.error in known:
        return f"{item.error}: {indexing_errors()[item.error].title}"
    return item.error or f"{item.status}, no reason given"


def _plain(key: str) -> str:
    """A key to compare by: an address without its fragment and without the slash at its end."""
    if "://" not in key:
        return key
    return key.partition("#")[0].rstrip("/")
