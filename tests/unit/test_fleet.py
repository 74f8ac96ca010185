"""Every state of an instance, and the order, filter and reuse of thousands of rows."""

from __future__ import annotations

import gc
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.unit.build import NOW, done, instance, iso, job, key, state
from tui.errors import Unreachable, UsageError
from tui.models import Job, Stats
from tui.state.instance_rows import (
    COLUMNS,
    Fleet,
    Health,
    Order,
    Row,
    RowFilter,
    filtered,
    health,
    ordered,
    row,
    until,
)
from tui.state.store import Reading, State, read_at
from tui.state.tally import summary, tally

FULL = Stats(queued=0, running=0, completed=9, error=0)
STATES: dict[Health, list[tuple[dict[str, Any], Stats | None, Job | None]]] = {
    Health.FAILED: [
        ({"status": "error"}, None, None),
        ({"status": "failed"}, FULL, done()),
        ({}, Stats(completed=3, index_source_errors={"r2_bucket_not_found": 1}), done()),
        ({}, FULL, done(reason="source_unauthorized")),
    ],
    Health.PAUSED_BY_ERROR: [
        ({"paused": True, "status": "error"}, None, None),
        ({"paused": True}, Stats(index_source_errors={"x": 1}), None),
        ({}, FULL, done(reason="paused_blocked_by_content_signal")),
        ({"status": "paused_over_quota"}, FULL, done()),
    ],
    Health.STALLED: [
        ({}, FULL, job(started=NOW - 9000)),
        ({"status": "indexing", "last_activity": iso(NOW - 9000)}, Stats(queued=4), None),
    ],
    Health.ERRORS: [({}, Stats(completed=5, error=2), done()), ({"enable": False}, Stats(error=1), None)],
    Health.MALFORMED: [({"problem": "malformed: id", "paused": True}, FULL, None)],
    Health.RUNNING: [
        ({"status": "error"}, Stats(error=5), job(started=NOW - 9)),
        ({"status": "indexing"}, None, None),
        ({"last_activity": iso(NOW - 9)}, Stats(running=1), done()),
    ],
    Health.QUEUED: [({}, FULL, job(started=None)), ({"status": "indexing"}, FULL, None)],
    Health.PAUSED: [({"paused": True}, FULL, job(started=NOW - 9)), ({"paused": True}, Stats(error=7), None)],
    Health.DISABLED: [({"enable": False}, FULL, done())],
    Health.NEVER: [({"status": "waiting"}, None, None), ({"status": "waiting"}, Stats(completed=0), None)],
    Health.EMPTY: [({}, Stats(completed=0, error=0), done()), ({"source": None}, Stats(completed=0), None)],
    Health.READY: [
        ({}, FULL, done()),
        ({"status": "active"}, FULL, None),
    ],
    Health.UNREAD: [({}, None, None), ({"status": "active"}, None, None), ({"status": None}, None, done())],
    Health.UNCOUNTED: [({}, Stats(degraded=True), done()), ({}, Stats(completed=0, error=0, degraded=True), None)],
    Health.OTHER: [({"status": "hibernating"}, None, None), ({"status": "hibernating"}, FULL, done())],
}


@pytest.mark.parametrize(("wanted", "case"), [(wanted, case) for wanted, cases in STATES.items() for case in cases])
def test_health(wanted: Health, case: tuple[dict[str, Any], Stats | None, Job | None]) -> None:
    fields, stats, newest = case
    assert health(instance(**fields), stats, newest, NOW) is wanted


@pytest.mark.parametrize("status", ["paused_blocked_by_content_signal", "Paused_of_a_new_cause"])
def test_a_status_that_names_the_cause_of_a_pause_is_trouble_and_said(status: str) -> None:
    shown = row(instance(status=status), read_at(FULL, NOW), None, NOW)
    assert shown.health is Health.PAUSED_BY_ERROR
    assert status in shown.witness(NOW)


HIDDEN = [
    (Stats(completed=174, error=0, outdated=23), done(), "23 items left outdated by the last sync"),
    (Stats(completed=9, error=0, file_embed_errors={"over_size": 2}), None, "items report over_size"),
]


@pytest.mark.parametrize(("stats", "newest", "says"), HIDDEN)
def test_errors_that_the_counters_hide_are_trouble(stats: Stats, newest: Job | None, says: str) -> None:
    jobs = read_at((newest,), NOW) if newest else None
    shown = row(instance(), read_at(stats, NOW), jobs, NOW)
    assert shown.health is Health.ERRORS
    assert says in shown.witness(NOW)


def test_outdated_items_that_wait_for_their_turn_are_no_trouble() -> None:
    assert health(instance(), Stats(completed=9, outdated=3), None, NOW) is Health.READY


def test_every_health_has_a_case_above() -> None:
    assert set(STATES) == set(Health)


def test_a_degraded_reply_hides_counts_and_is_never_empty() -> None:
    shown = row(instance(), read_at(Stats(completed=0, error=0, degraded=True), NOW), None, NOW)
    assert (shown.error, shown.queued, shown.completed) == (None, None, None)
    assert shown.health is Health.UNCOUNTED


def test_a_row_has_counts_the_latest_activity_and_its_age() -> None:
    stats = Stats(queued=2, running=1, completed=9, error=4, last_activity=iso(NOW - 120))
    shown = row(instance(last_activity=iso(NOW - 9000)), read_at(stats, NOW), None, NOW)
    assert (shown.error, shown.queued, shown.completed) == (4, 3, 9)
    assert (shown.activity, shown.age, shown.stale) == (NOW - 120, "2m", False)


def test_a_row_without_counters_knows_nothing() -> None:
    shown = row(instance(), None, None, NOW)
    assert (shown.error, shown.queued, shown.completed, shown.age) == (None, None, None, "-")


def test_a_row_whose_counters_could_not_be_read_is_stale_and_keeps_them() -> None:
    failed = read_at(FULL, NOW).failure(Unreachable("No reply"), NOW + 5)
    shown = row(instance(), failed, None, NOW)
    assert (shown.stale, shown.completed) == (True, 9)


def test_an_unknown_status_is_shown_in_the_servers_word() -> None:
    assert row(instance(status="hibernating"), None, None, NOW).word == "hibernating"
    assert row(instance(status="error"), None, None, NOW).word == "failed"


def rows_of_all_states() -> tuple[Row, ...]:
    made = []
    for number, (state_of, cases) in enumerate(STATES.items()):
        fields, stats, newest = cases[0]
        one = instance(f"i{number:02}-{state_of.name.lower()}", **fields)
        jobs = read_at((newest,), NOW) if newest else None
        made.append(row(one, read_at(stats, NOW) if stats else None, jobs, NOW))
    return tuple(made)


def test_trouble_first() -> None:
    shuffled = sorted(rows_of_all_states(), key=lambda one: one.key.id[::-1])
    ranks = [one.health for one in ordered(shuffled, Order())]
    assert ranks[:7] == [
        Health.FAILED,
        Health.PAUSED_BY_ERROR,
        Health.STALLED,
        Health.ERRORS,
        Health.MALFORMED,
        Health.RUNNING,
        Health.QUEUED,
    ]
    assert {one.rank for one in ranks[9:]} == {8}


def test_within_one_state_most_errors_first_then_by_name() -> None:
    made = [
        row(instance(name), read_at(Stats(error=error, completed=1), NOW), None, NOW)
        for name, error in (("b", 2), ("a", 2), ("c", 40))
    ]
    assert [one.key.id for one in ordered(made, Order())] == ["c", "a", "b"]


def number_rows() -> tuple[Row, ...]:
    made = [row(instance("unknown", namespace="z", source="x"), None, None, NOW)]
    for name, n in (("few", 1), ("many", 50), ("none", 0)):
        stats = Stats(queued=n, completed=n, error=n, last_activity=iso(NOW - 100 + n))
        made.append(row(instance(name, namespace=f"ns{n}", source=f"b{n}"), read_at(stats, NOW), None, NOW))
    return tuple(made)


@pytest.mark.parametrize("column", ["error", "queued", "done", "age"])
def test_numbers_sort_largest_first_and_unknown_last(column: str) -> None:
    assert [one.key.id for one in ordered(number_rows(), Order(column))] == ["many", "few", "none", "unknown"]
    assert ordered(number_rows(), Order(column, reverse=True))[0].key.id == "unknown"


@pytest.mark.parametrize(
    ("column", "names"),
    [
        ("name", ["few", "many", "none", "unknown"]),
        ("namespace", ["none", "few", "many", "unknown"]),
        ("source", ["none", "few", "many", "unknown"]),
    ],
)
def test_texts_sort_from_a(column: str, names: list[str]) -> None:
    assert [one.key.id for one in ordered(number_rows(), Order(column))] == names
    assert [one.key.id for one in ordered(number_rows(), Order(column, True))] == names[::-1]


def test_every_column_sorts_every_row() -> None:
    for column in COLUMNS:
        assert len(ordered(rows_of_all_states(), Order(column))) == len(Health)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", ["api-Docs", "blog", "Café"]),
        ("  ", ["api-Docs", "blog", "Café"]),
        ("DOCS", ["api-Docs"]),
        ("cafe", ["Café"]),
        ("support", ["blog"]),
        ("r2-blog", ["blog"]),
        ("failed", ["Café"]),
        ("!docs", ["blog", "Café"]),
        ("! docs", ["blog", "Café"]),
        ("/^api|^bl/", ["api-Docs", "blog"]),
        ("!/^API/", ["blog", "Café"]),
        ("/", ["api-Docs", "blog", "Café"]),  # in each namespace/id
        ("[x](", []),
        ("!", ["api-Docs", "blog", "Café"]),
    ],
)
def test_filters(text: str, names: list[str]) -> None:
    made = (
        row(instance("api-Docs"), None, None, NOW),
        row(instance("blog", namespace="support", source="r2-blog"), None, None, NOW),
        row(instance("Café", status="error"), None, None, NOW),
    )
    assert [one.key.id for one in filtered(made, RowFilter(text))] == names


@given(st.text(min_size=1).filter(lambda text: text.strip() and "/" not in text and "!" not in text), st.text())
def test_the_inverse_is_the_complement(text: str, value: str) -> None:
    assert RowFilter(f"!{text}").matcher()(value) is not RowFilter(text).matcher()(value)


@given(st.sampled_from(["a.c", "^x", "[0-9]+$", "a|b", ""]), st.text("abcx019 "))
def test_the_inverse_of_a_regex_is_its_complement(pattern: str, value: str) -> None:
    assert RowFilter(f"!/{pattern}/").matcher()(value) is not RowFilter(f"/{pattern}/").matcher()(value)


@pytest.mark.parametrize("text", ["/(/", "!/[a/", "/*/"])
def test_a_malformed_expression_says_what_is_wrong_with_it(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        filtered(rows_of_all_states(), RowFilter(text))
    assert text.strip("!/") in caught.value.detail
    assert caught.value.hint


def many(count: int = 5000) -> State:
    fleet = tuple(instance(f"i{number}", namespace=f"ns{number % 3}") for number in range(count))
    stats = {one.key: read_at(FULL, NOW) for one in fleet}
    return State(fleet=read_at(fleet, NOW), stats=MappingProxyType(stats))


def test_of_5000_rows_only_the_changed_one_is_made_anew() -> None:
    builder, before = Fleet(), many()
    old = builder.rows(before, NOW)
    changed = {**before.stats, key("i7", "ns1"): read_at(Stats(error=1), NOW + 1)}
    new = builder.rows(replace(before, stats=MappingProxyType(changed)), NOW + 1)
    assert [index for index in range(5000) if new[index] is not old[index]] == [7]
    assert new[7].health is Health.ERRORS


def test_many_rows_are_built_some_at_a_time_those_in_trouble_first() -> None:
    builder, shown = Fleet(at_once=200), many()
    failing = key("i4999", "ns1")
    stats = {**shown.stats, failing: read_at(Stats(error=3), NOW)}
    shown = replace(shown, stats=MappingProxyType(stats))
    first = builder.rows(shown, NOW)
    assert len(first) == 200
    assert failing in [one.key for one in first]
    calls = 1
    while builder.unfinished:
        assert builder.rows(shown, NOW) is first or not builder.unfinished
        calls += 1
    assert calls == 25
    assert [one.key for one in builder.rows(shown, NOW)] == [one.key for one in shown.fleet.value or ()]
    assert builder.rows(replace(shown, fleet=Reading(())), NOW) == ()
    assert len(builder.rows(shown, NOW)) == 200


def test_the_first_rows_that_are_built_are_those_at_the_top_of_the_list() -> None:
    builder, shown = Fleet(at_once=200), many()
    first = [one.key for one in ordered(builder.rows(shown, NOW), Order())]
    everything = [one.key for one in ordered(Fleet().rows(shown, NOW), Order())]
    assert first == everything[:200]


def test_the_garbage_collector_does_not_look_through_what_leads_to_nothing_else() -> None:
    """Thousands of them live as long as the console: to look through them keeps keys waiting."""
    assert not any(map(gc.is_tracked, Fleet().rows(many(9), NOW)))


def test_rows_age_after_five_seconds() -> None:
    builder, shown = Fleet(), state(instance(last_activity=iso(NOW - 58)))
    assert builder.rows(shown, NOW)[0].age == "55s"
    assert builder.rows(shown, NOW + 5)[0].age == "1m"


def test_time_alone_makes_no_calm_row_anew_but_stalls_one_that_works() -> None:
    working, calm = instance("works", last_activity=iso(NOW - 9000)), instance("calm", last_activity=iso(NOW - 9000))
    jobs = MappingProxyType({working.key: read_at((job(started=NOW - 238),), NOW)})
    builder, shown = Fleet(), State(fleet=read_at((working, calm), NOW), jobs=jobs)
    before, after = builder.rows(shown, NOW), builder.rows(shown, NOW + 5)
    assert after[1] is before[1]
    assert [rows[0].health for rows in (before, after)] == [Health.RUNNING, Health.STALLED]


def test_rows_that_are_gone_are_forgotten_and_a_namespace_narrows() -> None:
    builder, shown = Fleet(), many(9)
    assert [one.key.id for one in builder.rows(replace(shown, namespace="ns1"), NOW)] == ["i1", "i4", "i7"]
    assert builder.rows(replace(shown, fleet=Reading(())), NOW) == ()
    assert len(builder.rows(shown, NOW)) == 9


def test_the_summary_counts_what_matters() -> None:
    assert summary(tally(rows_of_all_states())) == "1 running, 1 failed, 1 paused by error, 1 stalled, 1 errors"
    assert summary(tally(number_rows()[:1])) == ""


@pytest.mark.parametrize(
    ("due", "words"),
    [(None, "-"), (NOW + 6, "1m"), (NOW + 3599, "59m"), (NOW + 5 * 3600, "5h"), (NOW, "late"), (NOW - 9, "late")],
)
def test_the_next_sync_in_four_cells(due: float | None, words: str) -> None:
    assert until(due, NOW) == words


def test_the_next_sync_of_a_row_comes_from_its_newest_job_and_goes_on_with_the_clock() -> None:
    fleet, shown = Fleet(), state(instance(sync_interval=3600), stats=FULL, jobs=(done(),))
    (first,) = fleet.rows(shown, NOW)
    assert (first.due, first.next_sync) == (NOW - 120 + 3600, "58m")
    assert fleet.rows(shown, NOW + 600)[0].next_sync == "48m"
    assert fleet.rows(shown, NOW + 3600)[0].next_sync == "late"
    assert row(instance(sync_interval=3600), None, None, NOW).next_sync == "-"
    assert row(instance(sync_interval=3600, paused=True), None, read_at((done(),), NOW), NOW).next_sync == "-"
