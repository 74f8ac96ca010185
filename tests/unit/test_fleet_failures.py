"""Failed items of many instances: whom to ask, in how many requests, when to give up, and what is left out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from types import MappingProxyType
from typing import Any

import pytest

from tests.unit.build import instance, key
from tui.errors import AppError, ServerFault, Unauthorized, Unreachable
from tui.models import InstanceKey, Item, Page, Stats
from tui.service.items.fleet_failures import MOST, Failures, FleetFailures, Trouble, fleet_causes
from tui.state.store import State, read_at


def failed(count: int, error: str = "over_size", start: int = 0) -> tuple[Item, ...]:
    numbers = range(start, start + count)
    return tuple(Item(id=f"{error}{n}", key=f"{n}.md", status="error", error=error) for n in numbers)


def state(**counters: Stats | None) -> State:
    rows = tuple(instance(name, namespace="b" if name.startswith("b") else "a") for name in counters)
    stats = {row.key: read_at(counters[row.id], 1.0) for row in rows if counters[row.id]}
    return State(fleet=read_at(rows, 1.0), stats=MappingProxyType(stats))


class Items:
    """Answers `failed` with pages, or an error."""

    def __init__(self, pages: dict[str, Any]) -> None:
        self.pages = pages
        self.asked: list[tuple[str, bool, bool]] = []

    async def failed(
        self, key: InstanceKey, *, failed: bool = True, outdated: bool = True
    ) -> AsyncIterator[Page[Item]]:
        self.asked.append((key.id, failed, outdated))
        found = self.pages[key.id]
        if isinstance(found, AppError):
            raise found
        for page in found:
            yield page


async def read(items: Items, counted: dict[InstanceKey, Stats]) -> dict[str, Failures]:
    found: dict[str, Failures] = {}
    await FleetFailures(items).read(counted, lambda one: found.__setitem__(one.key.id, one))  # type: ignore[arg-type]
    return found


def page(items: tuple[Item, ...], total: int) -> Page[Item]:
    return Page(items, total=total)


def test_who_is_asked_and_what_it_costs() -> None:
    one = state(
        good=Stats(error=0),
        bad=Stats(error=3),
        many=Stats(error=950, outdated=120),
        behind=Stats(error=0, outdated=230),
        gone=Stats(degraded=True),
        new=None,
    )
    trouble = Trouble.of(one)
    assert {key.id for key in trouble.counted} == {"bad", "many", "behind"}
    assert {key.id for key in trouble.uncounted} == {"gone", "new"}
    assert trouble.requests == 1 + 5 + 2 + 3, "a page of a hundred each, at most five, and none of what is not there"


def test_a_narrowed_table_narrows_it_too() -> None:
    from msgspec.structs import replace

    one = replace(state(bad=Stats(error=3), alpha=Stats(error=2)), namespace="a")
    assert [key.id for key in Trouble.of(one).counted] == ["alpha"]


async def test_an_instance_that_fails_does_not_spoil_the_others() -> None:
    items = Items({"a": [page(failed(2), 2)], "b": ServerFault("Broken", "", ""), "c": [page(failed(1), 1)]})
    found = await read(items, {key(name): Stats(error=1) for name in "abc"})
    assert [len(found[name].items) for name in "abc"] == [2, 0, 1]
    assert found["b"].error is not None
    assert all(not outdated for *_, outdated in items.asked), "nothing is outdated: a request less"


@pytest.mark.parametrize(
    ("stats", "asked"),
    [
        (Stats(error=1, outdated=0), (True, False)),
        (Stats(error=0, outdated=1), (False, True)),
        (Stats(error=2, outdated=3), (True, True)),
    ],
)
async def test_only_what_the_counters_speak_of_is_asked_for(stats: Stats, asked: tuple[bool, bool]) -> None:
    items = Items({"a": [page(failed(1), 1)]})
    await read(items, {key("a"): stats})
    assert items.asked == [("a", *asked)]


@pytest.mark.parametrize("kind", [Unauthorized, Unreachable])
async def test_after_an_error_that_all_would_meet_nobody_is_asked(kind: type[AppError]) -> None:
    names = [f"i{number}" for number in range(40)]
    items = Items(dict.fromkeys(names, kind("No", "", "")))
    found = await read(items, {key(name): Stats(error=1) for name in names})
    assert len(items.asked) <= 4
    assert all(found[name].error for name in names), "each is named as not read"


async def test_very_many_failed_items_are_read_in_part_and_the_rest_is_counted() -> None:
    pages = [page(failed(100, start=100 * number), 1_000) for number in range(10)]
    found = await read(Items({"a": pages}), {key("a"): Stats(error=1_000)})
    assert (len(found["a"].items), found["a"].unread) == (MOST, 1_000 - MOST)
    assert fleet_causes(found.values())[0].cause.unread == 1_000 - MOST


def test_causes_are_grouped_over_instances_with_the_most_first() -> None:
    a, b = key("a"), key("b")
    same = failed(2)
    found = (Failures(a, failed(1, "invalid_pdf")), Failures(b, (*same, *failed(1, "invalid_pdf"))))
    every, first, second = fleet_causes(found)
    assert every.cause.every
    assert [(str(one), len(items)) for one, items in every.parts] == [("default/b", 3), ("default/a", 1)]
    assert (first.cause.name, [one.id for one, _ in first.parts]) == ("invalid_pdf", ["a", "b"])
    assert (second.cause.name, second.parts) == ("over_size", ((b, same),))
    assert fleet_causes((Failures(a),)) == ()
