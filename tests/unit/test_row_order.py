"""The list does not move under the hand, and what did not change costs nothing."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.unit.build import NOW, instance, iso, job, key
from tui.errors import UsageError
from tui.models import Stats
from tui.state.instance_rows import COLUMNS, Fleet, Order, Row, RowFilter, filtered, ordered, row
from tui.state.row_order import ARRIVED, HELD_FOR, RowOrder
from tui.state.store import Reading, State, Store, read_at

ORDER = Order()
NAMES = [f"i{number:03}" for number in range(30)]


class Hand:
    """An order under a clock that the test moves."""

    def __init__(self) -> None:
        self.now = NOW
        self.order = RowOrder(lambda: self.now)

    def ids(self, rows: list[Row], wanted: str = "", order: Order = ORDER) -> list[str]:
        return [one.key.id for one in self.order.arrange(rows, RowFilter(wanted), order)]


def rows(**errors: int) -> list[Row]:
    return [made(name, errors.get(name, 0)) for name in NAMES]


def made(name: str, error: int) -> Row:
    return row(instance(name), read_at(Stats(completed=1, error=error), NOW), None, NOW)


def test_trouble_comes_to_the_top_when_nobody_touches_a_key() -> None:
    hand, given_rows = Hand(), rows()
    assert hand.ids(given_rows) == NAMES
    given_rows[20] = made("i020", 3)
    assert hand.ids(given_rows)[0] == "i020"


def test_after_a_key_each_row_keeps_its_place_for_three_seconds_and_then_they_are_sorted_once() -> None:
    hand, given_rows = Hand(), rows()
    hand.ids(given_rows)
    hand.order.press()
    hand.now += HELD_FOR - 0.1
    given_rows[20] = made("i020", 3)
    assert hand.ids(given_rows) == NAMES
    assert hand.order.arrange(given_rows, RowFilter(), Order())[20].error == 3
    assert hand.order.held
    hand.now += 0.2
    assert hand.order.due
    assert hand.ids(given_rows)[0] == "i020"
    assert not hand.order.held
    assert not hand.order.due


def test_while_rows_are_marked_the_order_is_held() -> None:
    hand, given_rows = Hand(), rows()
    hand.ids(given_rows)
    hand.order.mark(True)
    hand.now += 1000
    given_rows[20] = made("i020", 3)
    assert hand.ids(given_rows) == NAMES
    hand.order.mark(False)
    assert hand.ids(given_rows)[0] == "i020"


def test_while_held_new_rows_come_last_and_those_that_are_gone_go() -> None:
    hand, given_rows = Hand(), rows()
    hand.ids(given_rows)
    hand.order.press()
    assert hand.ids([made("aaa", 9), *given_rows[1:]]) == [*NAMES[1:], "aaa"]
    hand.now += HELD_FOR
    assert hand.ids([made("aaa", 9), *given_rows[1:]]) == ["aaa", *NAMES[1:]]


@pytest.mark.parametrize("column", COLUMNS)
def test_another_order_and_another_filter_are_applied_at_once(column: str) -> None:
    hand, given_rows = Hand(), rows(i020=4)
    hand.ids(given_rows)
    hand.order.press()
    wanted = [one.key.id for one in ordered(given_rows, Order(column, True))]
    assert hand.ids(given_rows, order=Order(column, True)) == wanted
    assert hand.ids(given_rows, "i02") == [f"i02{n}" for n in (0, *range(1, 10))]


def test_a_malformed_filter_changes_nothing() -> None:
    hand = Hand()
    hand.ids(rows())
    with pytest.raises(UsageError):
        hand.ids(rows(), "/(/")
    assert hand.ids(rows()) == NAMES


def test_a_row_that_jumped_under_the_cursor_cannot_be_marked_at_once() -> None:
    hand = Hand()
    hand.order.arrive(key("b"))
    hand.now += ARRIVED - 0.01
    assert not hand.order.may_mark(key("b"))
    assert hand.order.may_mark(key("a"))
    hand.now += 0.02
    assert hand.order.may_mark(key("b"))


CHANGES = st.lists(st.tuples(st.integers(0, 29), st.integers(0, 3)), max_size=12)


@given(
    st.lists(CHANGES, max_size=6), st.sampled_from(COLUMNS), st.booleans(), st.sampled_from(["", "i01", "!i01", "err"])
)
@settings(max_examples=60, deadline=None)
def test_step_by_step_it_is_as_if_all_were_sorted_anew(
    steps: list[list[tuple[int, int]]], column: str, reverse: bool, text: str
) -> None:
    hand, given_rows, order = Hand(), rows(), Order(column, reverse)
    hand.ids(given_rows, text, order)
    for step in steps:
        for place, error in step:
            given_rows[place] = made(NAMES[place], error)
        wanted = [one.key.id for one in ordered(filtered(given_rows, RowFilter(text)), order)]
        assert hand.ids(given_rows, text, order) == wanted


ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("stats"), st.integers(0, 5), st.integers(0, 3)),
        st.tuples(st.just("jobs"), st.integers(0, 5), st.integers(0, 3)),
        st.tuples(st.just("list"), st.integers(0, 5), st.integers(0, 3)),
        st.tuples(st.just("gone"), st.integers(0, 5), st.just(0)),
        st.tuples(st.just("time"), st.sampled_from([5, 10, 55, 60, 300, 3600, 90_000, -4000]), st.just(0)),
    ),
    max_size=14,
)


@given(ACTIONS)
@settings(max_examples=150, deadline=None)
def test_rows_that_are_built_where_something_changed_are_those_that_are_built_anew(actions: list[Any]) -> None:
    names, now = NAMES[:6], NOW
    store = Store(State(fleet=read_at(tuple(instance(name, sync_interval=3600) for name in names), NOW)))
    kept, slow = Fleet(), Fleet(at_once=1)
    for what, number, value in [("time", 0, 0), *actions]:
        if what == "time":
            now += number
        else:
            _do(store, what, number, value, now)
        for tick in (now, now - now % 5 + 5):  # ages are looked at when a step of five seconds begins
            found = kept.rows(store.state, tick)
            assert [describe(one) for one in found] == [describe(one) for one in Fleet().rows(store.state, tick)]
            found = slow.rows(store.state, tick)
            while slow.unfinished:
                found = slow.rows(store.state, tick)
            assert [describe(one) for one in found] == [describe(one) for one in Fleet().rows(store.state, tick)]
        now = now - now % 5 + 5


def describe(one: Row) -> tuple[object, ...]:
    return one.key, one.word, one.error, one.queued, one.age, one.old, one.next_sync, one.stale


def _do(store: Store, what: str, number: int, value: int, now: float) -> None:
    fleet = store.state.fleet.value or ()
    one = fleet[number % len(fleet)]
    if what == "stats":
        stats = Stats(completed=5, error=value, queued=value % 2, last_activity=iso(now - 70 * value))
        store.put("stats", one.key, read_at(stats, now))
        store.put("moved", one.key, now)
    elif what == "jobs":
        ended = now - 5 if value > 1 else None
        store.put(
            "jobs", one.key, read_at((job(f"j{value}", now - 100 * value, ended, "completed" if ended else ""),), now)
        )
    elif what == "list":
        changed = replace(one, status=("ready", "error", "indexing", "odd")[value])
        store.update(fleet=read_at(tuple(changed if other is one else other for other in fleet), now))
    elif len(fleet) > 1:
        store.update(fleet=read_at(tuple(other for other in fleet if other is not one), now))


def test_of_5000_rows_only_those_are_built_whose_inputs_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    from tui.state import instance_rows

    many = tuple(instance(f"i{number:04}") for number in range(5000))
    stats = MappingProxyType({one.key: Reading(Stats(completed=1), NOW) for one in many})
    store = Store(State(fleet=read_at(many, NOW), stats=stats))
    fleet = Fleet()
    fleet.rows(store.state, NOW)
    built: list[str] = []
    original = instance_rows.row

    def counted(one: Any, *rest: Any) -> Row:
        built.append(one.id)
        return original(one, *rest)

    monkeypatch.setattr(instance_rows, "row", counted)
    store.put("stats", many[7].key, read_at(Stats(completed=2), NOW + 1))
    fleet.rows(store.state, NOW + 1)
    assert built == ["i0007"]
    fleet.rows(store.state, NOW + 30)
    store.update(fleet=read_at(many, NOW + 30))
    fleet.rows(store.state, NOW + 31)
    assert built == ["i0007"]
