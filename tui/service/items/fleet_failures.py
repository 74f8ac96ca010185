"""The failed items of many instances, read within the request budget, and grouped by cause across instances."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from tui.errors import AppError
from tui.models import InstanceKey, Item, Stats
from tui.models.item_list import PAGE
from tui.service.batch import HOPELESS
from tui.service.items.items import ItemService
from tui.service.items.triage import Cause, all_causes, causes
from tui.state.store import Reading, State

MOST = 500
"""Failed items that are read of one instance: five pages."""
AT_A_TIME = 4
"""Instances that are read at the same time."""


class Trouble(Struct, frozen=True):
    """Which instances may have failed items, with their counters; `uncounted` are those that nobody has counted yet.

    Those with outdated items are among them: an item that fails at its second reading stays `outdated`, and no counter
    shows its error (api-facts: Stats).
    """

    counted: Mapping[InstanceKey, Stats]
    uncounted: tuple[InstanceKey, ...] = ()

    @classmethod
    def of(cls, state: State) -> Trouble:
        """Of the instances that the table has: of one namespace, where it is narrowed to that."""
        counted: dict[InstanceKey, Stats] = {}
        uncounted = []
        for one in state.fleet.value or ():
            if one.key.nameless or state.namespace not in (None, one.key.namespace):
                continue
            stats = state.stats.get(one.key, Reading()).value
            if stats is None or stats.error is None:
                uncounted.append(one.key)
            elif stats.error or stats.outdated:
                counted[one.key] = stats
        return cls(counted, tuple(uncounted))

    @property
    def requests(self) -> int:
        """How many requests it takes to read their failed items: a page each, more where there are very many."""
        return sum(_pages(one.error) + _pages(one.outdated) for one in self.counted.values())


def _pages(items: int | None) -> int:
    return -(-min(items or 0, MOST) // PAGE)


class Failures(Struct, frozen=True):
    """The failed items of one instance; `unread` is how many more it has. `error`: why they could not be read."""

    key: InstanceKey
    items: tuple[Item, ...] = ()
    unread: int = 0
    error: AppError | None = None


class FleetCause(Struct, frozen=True):
    """Items of several instances that failed for one reason, by instance, those with the most first."""

    cause: Cause
    parts: tuple[tuple[InstanceKey, tuple[Item, ...]], ...]


class FleetFailures:
    """Reads them, some instances at the same time. Raises nothing that a read raises: it is in the outcome."""

    def __init__(self, items: ItemService) -> None:
        self._items = items

    async def read(self, counted: Mapping[InstanceKey, Stats], show: Callable[[Failures], None]) -> None:
        """Call `show` with the failed items of each. After an error that all others would meet too, none is asked."""
        waiting, hopeless = list(counted), list[AppError]()

        async def work() -> None:
            while waiting:
                key = waiting.pop(0)
                if hopeless:
                    show(Failures(key, error=hopeless[0]))
                    continue
                found = await self._read(key, counted[key])
                if isinstance(found.error, HOPELESS):
                    hopeless.append(found.error)
                show(found)

        async with asyncio.TaskGroup() as group:
            for _ in range(min(AT_A_TIME, len(waiting))):
                group.create_task(work())

    async def _read(self, key: InstanceKey, stats: Stats) -> Failures:
        found = Failures(key)
        try:
            async for page in self._items.failed(key, failed=bool(stats.error), outdated=bool(stats.outdated)):
                items = (*found.items, *page.items)
                found = replace(found, items=items, unread=max(0, (page.total or 0) - len(items)))
                if len(items) >= MOST:
                    return found
        except AppError as error:
            return replace(found, error=error)
        return replace(found, unread=0)


def fleet_causes(found: Iterable[Failures]) -> tuple[FleetCause, ...]:
    """The failed items of all instances by cause, the most frequent first, and before them all causes in one."""
    members = {one.key: one.items for one in found if one.items}
    unread = sum(one.unread for one in found)
    groups = causes(item for items in members.values() for item in items)
    if not groups:
        return ()
    by_identity = {id(item): key for key, items in members.items() for item in items}
    return tuple(_by_instance(cause, by_identity) for cause in (all_causes(groups, unread), *groups))


def _by_instance(cause: Cause, keys: Mapping[int, InstanceKey]) -> FleetCause:
    parts: dict[InstanceKey, list[Item]] = {}
    for item in cause.items:
        parts.setdefault(keys[id(item)], []).append(item)
    ordered: Sequence[tuple[InstanceKey, list[Item]]] = sorted(parts.items(), key=lambda one: (-len(one[1]), one[0]))
    return FleetCause(cause, tuple((key, tuple(items)) for key, items in ordered))
