"""One frozen state, replaced as a whole; listeners hear of real changes only."""

from __future__ import annotations

import pytest

from tests.unit.build import NOW, done, instance, job, key, state
from tui.errors import Unreachable
from tui.models import Stats
from tui.state.store import Reading, State, Store, read_at


def heard(store: Store) -> list[tuple[State, State]]:
    changes: list[tuple[State, State]] = []
    store.subscribe(lambda old, new: changes.append((old, new)))
    return changes


def test_a_listener_gets_the_state_before_and_after() -> None:
    store = Store()
    changes = heard(store)
    before = store.state
    store.update(namespace="support")
    assert changes == [(before, store.state)]
    assert (before.namespace, store.state.namespace) == (None, "support")


def test_an_equal_value_tells_nobody_and_keeps_the_object() -> None:
    store = Store(state(instance()))
    changes, before = heard(store), store.state
    store.update(fleet=read_at((instance(),), NOW))
    store.put("stats", key("none"), None)
    assert changes == []
    assert store.state is before


def test_an_unsubscribed_listener_is_left_alone_also_from_within() -> None:
    store, calls = Store(), []

    def once(old: State, new: State) -> None:
        calls.append("once")
        stop()

    stop = store.subscribe(once)
    changes = heard(store)
    store.update(job_id="1")
    store.update(job_id="2")
    assert calls == ["once"]
    assert [new.job_id for _, new in changes] == ["1", "2"]


def test_the_state_cannot_be_changed_in_place() -> None:
    store = Store()
    store.put("stats", key("docs"), read_at(Stats(), NOW))
    with pytest.raises(AttributeError):
        store.state.namespace = "x"  # type: ignore[misc]
    with pytest.raises(TypeError):
        store.state.stats[key("docs")] = Reading()  # type: ignore[index]


def test_put_leaves_the_other_entries_and_the_old_mapping_as_they_were() -> None:
    store = Store()
    store.put("cooldowns", key("a"), 1.0)
    old = store.state.cooldowns
    store.put("cooldowns", key("b"), 2.0)
    store.put("cooldowns", key("a"), None)
    assert dict(old) == {key("a"): 1.0}
    assert dict(store.state.cooldowns) == {key("b"): 2.0}


def test_an_unknown_field_is_an_error_and_changes_nothing() -> None:
    store = Store()
    changes = heard(store)
    with pytest.raises(TypeError):
        store.update(namespce="typo")
    assert changes == []


def test_a_failed_read_keeps_the_value_and_its_age() -> None:
    error = Unreachable("No reply")
    old = read_at("value", NOW).failure(error, NOW + 9)
    assert (old.value, old.at, old.error, old.tried) == ("value", NOW, error, NOW + 9)
    fresh = read_at("new", NOW + 20)
    assert (fresh.value, fresh.at, fresh.error, fresh.tried) == ("new", NOW + 20, None, NOW + 20)


def test_what_is_selected() -> None:
    shown = state(instance("docs"), instance("kb"), jobs=(job("2"), done("1")))
    assert shown.instance == instance("docs")
    assert (shown.job, [one.id for one in shown.selected_jobs.value or ()]) == (job("2"), ["2", "1"])


def test_nothing_is_selected_when_it_is_not_there() -> None:
    empty = State()
    assert (empty.instance, empty.job, empty.selected_jobs.value) == (None, None, None)
    gone = State(selected=key("gone"), job_id="1")
    assert (gone.instance, gone.job) == (None, None)


def test_busy_while_a_write_is_in_flight() -> None:
    assert not State().busy
    assert State(writes_in_flight=1).busy
