"""Reading the account: every page once, old values kept when a read fails, jobs newest first and followed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from msgspec import structs

from tests.unit.build import NOW, done, instance, job, key
from tests.unit.fake_api import FakeApi, Server
from tests.unit.virtual_time import clock, simulated
from tui.contract import Priority
from tui.errors import NotFound, ServerFault, Unreachable
from tui.models import Instance, Job, Namespace, Stats
from tui.service.refresher import ECHO, FEW_PAGES, KEPT_SAMPLES, MAX_PAGES, PAGE, ROUNDS, Refresher
from tui.state.store import Store

DOCS = key("docs")


def reader(**fields: Any) -> tuple[Refresher, Server, Store]:
    server, store = Server(**fields), Store()
    return Refresher(FakeApi(server), store, clock), server, store


def fleet(count: int) -> list[Instance]:
    return [instance(f"i{number}") for number in range(count)]


@pytest.mark.parametrize("totals", [True, False])
@pytest.mark.parametrize(("count", "max_per_page"), [(0, 100), (1, 100), (100, 100), (101, 100), (250, 100), (95, 20)])
@simulated
async def test_the_fleet_is_every_page_once(count: int, max_per_page: int, totals: bool) -> None:
    read, server, store = reader(instances=fleet(count), totals=totals, max_per_page=max_per_page)
    await read.fleet()
    assert store.state.fleet.value == tuple(server.instances)
    pages = -(-count // max_per_page)
    enough = max(1, pages) if totals else pages + 1
    assert len(server.calls) == enough


@simulated
async def test_with_totals_the_other_pages_are_read_at_once() -> None:
    read, server, _ = reader(instances=fleet(450))
    await read.fleet()
    assert server.most_in_flight["list_instances"] == 4
    assert clock() - NOW == pytest.approx(2 * server.latency)


@pytest.mark.parametrize("totals", [True, False])
@simulated
async def test_a_server_that_ignores_the_page_is_not_asked_for_ever(totals: bool) -> None:
    read, server, store = reader(instances=fleet(150), totals=totals, ignores_page=True)
    await read.fleet()
    assert len(store.state.fleet.value or ()) == PAGE
    assert len(server.calls) == 2


def changing_after(server: Server, calls: int, change: Callable[[list[Instance]], list[Instance]]) -> None:
    """Have somebody else change the account once so many requests have been answered."""
    real = server.page

    def page(entries: Any, number: int, per_page: int) -> Any:
        found = real(server.instances, number, per_page)
        if len(server.calls) == calls:
            server.instances = change(server.instances)
        return found

    server.page = page  # type: ignore[method-assign]


@pytest.mark.parametrize("totals", [True, False])
@pytest.mark.parametrize("made", [1, 150])
@simulated
async def test_instances_made_while_the_list_is_read_push_nobody_out(made: int, totals: bool) -> None:
    read, server, store = reader(instances=fleet(200), totals=totals)
    changing_after(server, 1, lambda known: [*(instance(f"new{number}") for number in range(made)), *known])
    await read.fleet()
    listed = {one.id for one in store.state.fleet.value or ()}
    assert {one.id for one in fleet(200)} <= listed


@simulated
async def test_an_instance_deleted_while_the_list_is_read_takes_no_other_with_it() -> None:
    read, server, store = reader(instances=fleet(350))
    changing_after(server, 1, lambda known: known[1:])
    await read.fleet()
    assert store.state.fleet.value == tuple(server.instances)
    assert len(server.calls) == 8


@simulated
async def test_a_list_that_never_stands_still_is_read_a_few_times_at_most() -> None:
    read, server, store = reader(instances=fleet(350))
    real = server.page

    def page(entries: Any, number: int, per_page: int) -> Any:
        server.instances = server.instances[1:]
        return real(server.instances, number, per_page)

    server.page = page  # type: ignore[method-assign]
    await read.fleet()
    assert len(server.calls) <= 4 * ROUNDS
    assert store.state.fleet.value


@simulated
async def test_without_totals_a_row_that_moved_up_while_the_list_was_read_is_missed_and_found() -> None:
    read, server, store = reader(instances=fleet(250), totals=False)
    await read.fleet()
    changing_after(server, len(server.calls) + 1, lambda known: known[1:])  # i100 is on the first page from now on
    await read.fleet()
    assert store.state.fleet.value == tuple(server.instances)
    before = len(server.calls)
    await read.fleet()
    assert len(server.calls) - before == 4, "nothing is missing: read once"


@simulated
async def test_without_totals_a_row_that_is_gone_is_looked_for_once_more() -> None:
    read, server, store = reader(instances=fleet(250), totals=False)
    await read.fleet()
    server.instances = server.instances[:-1]
    before = len(server.calls)
    await read.fleet()
    assert store.state.fleet.value == tuple(server.instances)
    assert len(server.calls) - before == 2 * 4


@simulated
async def test_an_absurd_total_is_bounded() -> None:
    read, server, _ = reader(instances=fleet(MAX_PAGES + 50), max_per_page=1, latency=0.001)
    await read.fleet()
    assert len(server.calls) == MAX_PAGES


@simulated
async def test_the_first_page_shows_while_the_rest_is_read_but_a_refresh_hides_nothing() -> None:
    read, _, store = reader(instances=fleet(450))
    task = asyncio.create_task(read.fleet())
    await asyncio.sleep(0.07)
    assert len(store.state.fleet.value or ()) == PAGE
    await task
    assert len(store.state.fleet.value or ()) == 450
    task = asyncio.create_task(read.fleet())
    await asyncio.sleep(0.07)
    assert len(store.state.fleet.value or ()) == 450
    await task


@simulated
async def test_a_short_list_shows_whole() -> None:
    """Its other pages come with the next breath: its first one alone would be drawn for nothing."""
    read, _, store = reader(instances=fleet(FEW_PAGES * PAGE))
    task = asyncio.create_task(read.fleet())
    await asyncio.sleep(0.07)
    assert store.state.fleet.value is None
    await task
    assert len(store.state.fleet.value or ()) == FEW_PAGES * PAGE


@simulated
async def test_an_unchanged_instance_stays_the_same_object() -> None:
    read, server, store = reader(instances=fleet(3))
    await read.fleet()
    before = store.state.fleet.value or ()
    server.instances = [structs.replace(one) for one in server.instances]
    server.instances[1] = structs.replace(server.instances[1], paused=True)
    await read.fleet()
    after = store.state.fleet.value or ()
    assert [new is old for new, old in zip(after, before, strict=True)] == [True, False, True]


@simulated
async def test_a_failed_read_keeps_the_list_and_says_why() -> None:
    read, server, store = reader(instances=fleet(3))
    await read.fleet()
    server.down = Unreachable("No reply")
    await asyncio.sleep(60)
    with pytest.raises(Unreachable):
        await read.fleet()
    kept = store.state.fleet
    assert (len(kept.value or ()), kept.error) == (3, server.down)
    assert kept.at == pytest.approx(NOW, abs=1)
    assert kept.tried == pytest.approx(NOW + 60, abs=1)


@simulated
async def test_an_instance_that_vanished_is_forgotten_with_all_that_was_known() -> None:
    read, server, store = reader(instances=[instance("docs"), instance("kb")], jobs={DOCS: [done()]})
    store.update(selected=DOCS)
    await read.fleet()
    for one in (DOCS, key("kb")):
        await read.stats(one)
        await read.document(one)
    await read.jobs(DOCS)
    store.put("cooldowns", DOCS, NOW + 30)
    server.instances.pop(0)
    await read.fleet()
    state = store.state
    assert state.instance is None
    for table in (state.stats, state.documents, state.samples):
        assert list(table) == [key("kb")]
    assert (dict(state.jobs), dict(state.cooldowns)) == ({}, {})


@simulated
async def test_an_old_list_does_not_bring_back_what_we_deleted_but_a_list_a_minute_later_is_believed() -> None:
    read, _, store = reader(instances=[instance("docs"), instance("kb")])

    def ids() -> list[str]:
        return [one.id for one in store.state.fleet.value or ()]

    await read.fleet()
    read.gone(DOCS)
    assert ids() == ["kb"]
    await read.fleet()
    assert ids() == ["kb"]
    await asyncio.sleep(ECHO - 5)
    await read.fleet()
    assert ids() == ["kb"]
    await asyncio.sleep(5)
    await read.fleet()
    assert ids() == ["docs", "kb"]


@simulated
async def test_a_list_that_was_on_its_way_when_we_deleted_does_not_bring_it_back() -> None:
    read, _, store = reader(instances=[instance("docs"), instance("kb")])
    reading = asyncio.create_task(read.fleet())
    await asyncio.sleep(0)
    read.gone(DOCS)
    await reading
    assert [one.id for one in store.state.fleet.value or ()] == ["kb"]


@simulated
async def test_an_instance_made_anew_under_the_same_id_is_listed_at_once() -> None:
    read, _, store = reader(instances=[instance("docs")])
    read.gone(DOCS)
    read.made(DOCS)
    await read.fleet()
    assert [one.id for one in store.state.fleet.value or ()] == ["docs"]


@simulated
async def test_counters_of_a_vanished_instance_say_so_and_it_does_not_exist() -> None:
    read, _, store = reader(instances=[])
    with pytest.raises(NotFound):
        await read.stats(DOCS)
    assert isinstance(store.state.stats[DOCS].error, NotFound)
    assert await read.exists(DOCS) is False


@simulated
async def test_it_exists_but_an_outage_is_no_answer() -> None:
    read, server, _ = reader(instances=[instance("docs")])
    assert await read.exists(DOCS) is True
    server.down = ServerFault("Out of order")
    with pytest.raises(ServerFault):
        await read.exists(DOCS)


@simulated
async def test_default_is_added_to_the_namespaces_once() -> None:
    read, server, store = reader(namespaces=[Namespace(name="support")])
    await read.namespaces()
    assert [one.name for one in store.state.namespaces.value or ()] == ["default", "support"]
    server.namespaces.append(Namespace(name="default", description="the one"))
    await read.namespaces()
    assert [one.name for one in store.state.namespaces.value or ()] == ["support", "default"]


@simulated
async def test_counters_become_samples_unless_degraded_and_are_bounded() -> None:
    read, server, store = reader(instances=[instance("docs")], latency=0.0)
    server.stats[DOCS] = Stats(degraded=True)
    await read.stats(DOCS)
    assert DOCS not in store.state.samples
    for number in range(KEPT_SAMPLES + 5):
        server.stats[DOCS] = Stats(completed=number, error=1, queued=2, running=3)
        await read.stats(DOCS)
    kept = store.state.samples[DOCS]
    assert (len(kept), kept[0].completed, kept[-1].completed) == (KEPT_SAMPLES, 5, KEPT_SAMPLES + 4)
    assert (kept[-1].error, kept[-1].pending) == (1, 5)


@simulated
async def test_a_read_is_of_the_class_it_was_asked_in() -> None:
    read, server, _ = reader(instances=[instance("docs")])
    await read.stats(DOCS, Priority.BACKGROUND)
    await read.stats(DOCS)
    assert [call.priority for call in server.calls] == [Priority.BACKGROUND, Priority.VISIBLE]


# jobs


def history(count: int) -> list[Job]:
    """Jobs 0 to count - 1, oldest first, an hour apart."""
    return [job(str(n), NOW - 3600 * (count - n), NOW - 3600 * (count - n) + 60, "completed") for n in range(count)]


async def newest(jobs: list[Job], **fields: Any) -> tuple[list[str], Server]:
    read, server, store = reader(instances=[instance("docs")], jobs={DOCS: jobs}, **fields)
    await read.jobs(DOCS)
    return [one.id for one in store.state.jobs[DOCS].value or ()], server


@pytest.mark.parametrize("count", [0, 1, 3, 50, 51, 99, 100, 101, 140])
@simulated
async def test_the_newest_jobs_are_on_top_in_either_order(count: int) -> None:
    wanted = [str(n) for n in range(count)][::-1]
    for jobs in (history(count), history(count)[::-1]):
        shown, _ = await newest(jobs)
        assert shown[:20] == wanted[:20]
        assert len(shown) == len(set(shown))


@simulated
async def test_a_queued_job_on_top_of_a_long_history_is_on_top() -> None:
    shown, server = await newest([job("queued", started=None), *history(120)[::-1]])
    assert shown[:2] == ["queued", "119"]
    assert len(server.calls) == 1


@simulated
async def test_a_job_that_waits_behind_a_running_one_does_not_turn_the_list_round() -> None:
    shown, server = await newest([job("runs", NOW), job("waits", started=None), *history(120)[::-1]])
    assert shown[:3] == ["waits", "runs", "119"]
    assert len(server.calls) == 1


@simulated
async def test_a_queued_job_at_the_end_of_a_long_history_is_on_top() -> None:
    shown, _ = await newest([*history(120), job("queued", started=None)])
    assert shown[:2] == ["queued", "119"]


@simulated
async def test_oldest_first_without_totals_still_ends_with_the_newest() -> None:
    read, server, store = reader(instances=[instance("docs")], jobs={DOCS: history(230)}, totals=False)
    for calls in (5, 5 + 2):  # the second time it goes straight to the last page
        await read.jobs(DOCS)
        assert [one.id for one in (store.state.jobs[DOCS].value or ())[:2]] == ["229", "228"]
        assert len(server.calls) == calls
    server.jobs[DOCS] = history(60)
    await read.jobs(DOCS)  # many were removed: the walk begins anew
    await read.jobs(DOCS)
    assert (store.state.jobs[DOCS].value or ())[0].id == "59"


@simulated
async def test_oldest_first_without_totals_and_pages_that_never_change_come_to_an_end() -> None:
    shown, server = await newest(history(80), totals=False, ignores_page=True)
    assert shown[0] == "49"
    assert len(server.calls) <= 2


@simulated
async def test_a_new_job_is_followed_when_the_newest_was_selected() -> None:
    read, server, store = reader(instances=[instance("docs")], jobs={DOCS: [done("2"), done("1")]})
    store.update(selected=DOCS)
    await read.jobs(DOCS)
    assert store.state.job_id == "2"
    server.jobs[DOCS].insert(0, job("3"))
    await read.jobs(DOCS)
    assert store.state.job_id == "3"


@simulated
async def test_an_older_job_that_was_chosen_stays_chosen_until_it_is_gone() -> None:
    read, server, store = reader(instances=[instance("docs")], jobs={DOCS: [job("2", NOW - 60), job("1", NOW - 90)]})
    store.update(selected=DOCS)
    await read.jobs(DOCS)
    store.update(job_id="1")
    server.jobs[DOCS].insert(0, job("3", NOW - 5))
    await read.jobs(DOCS)
    assert store.state.job_id == "1"
    server.jobs[DOCS].pop()
    await read.jobs(DOCS)
    assert store.state.job_id == "3"


@simulated
async def test_jobs_of_another_instance_select_nothing() -> None:
    read, _, store = reader(instances=[instance("docs")], jobs={DOCS: [job("1")]})
    store.update(selected=key("kb"))
    await read.jobs(DOCS)
    assert store.state.job_id is None


@simulated
async def test_a_long_list_shows_its_pages_as_they_come_six_at_a_time() -> None:
    read, server, store = reader(instances=fleet(5002), latency=0.25)
    seen: list[tuple[int, int] | None] = []
    store.subscribe(lambda old, new: seen.append(new.listing))
    await read.fleet()
    assert server.most_in_flight["list_instances"] == 6
    assert clock() - NOW < 4
    told = [one for one in seen if one]
    assert told[0] == (100, 5002)
    assert len(told) > 6
    assert [loaded for loaded, _ in told] == sorted(loaded for loaded, _ in told)
    assert store.state.listing is None
    assert store.state.fleet.value == tuple(server.instances)


@simulated
async def test_a_page_that_fails_ends_the_reading_of_the_others() -> None:
    read, server, store = reader(instances=fleet(5000))

    def fail_later(old: object, new: object) -> None:
        server.down = Unreachable("No reply")

    store.subscribe(fail_later)
    with pytest.raises(Unreachable):
        await read.fleet()
    asked = len(server.calls)
    await asyncio.sleep(60)
    assert len(server.calls) == asked < 20
    assert (store.state.listing, len(store.state.fleet.value or ())) == (None, 100)


# a namespace in view, and a flat list that has gone


def spread() -> list[Instance]:
    return [Instance(id=f"i{n}", namespace=("default", "support", "archive")[n % 3]) for n in range(9)]


async def test_a_namespace_in_view_is_listed_by_itself_and_the_others_stay() -> None:
    read, server, store = reader(instances=spread(), namespaces=[Namespace(name="support"), Namespace(name="archive")])
    await read.fleet()
    assert server.listed == [None]
    store.update(namespace="support")
    server.instances = [one for one in server.instances if one.id != "i1"]
    await read.fleet()
    assert server.listed == [None, "support"]
    assert {one.id for one in store.state.fleet.value or ()} == {f"i{n}" for n in range(9)} - {"i1"}


@pytest.mark.parametrize("totals", [True, False])
async def test_where_the_flat_list_has_gone_the_namespaces_are_listed_one_by_one(totals: bool) -> None:
    spaces = [Namespace(name="support"), Namespace(name="archive")]
    read, server, store = reader(instances=spread(), namespaces=spaces, totals=totals, flat_is_gone=True)
    for _ in range(2):
        await read.fleet()
    assert {one.id for one in store.state.fleet.value or ()} == {f"i{n}" for n in range(9)}
    assert server.listed.count(None) == 1, "it is remembered"


async def test_an_account_that_is_not_there_is_not_taken_for_a_flat_list_that_has_gone() -> None:
    read, server, store = reader(instances=spread(), flat_is_gone=True)
    server.failures["list_namespaces"] = [NotFound("No such account", http=404)]
    with pytest.raises(NotFound):
        await read.fleet()
    assert store.state.fleet.error


# older jobs


@pytest.mark.parametrize("oldest_first", [False, True])
@pytest.mark.parametrize("count", [1, 50, 51, 120, 230])
async def test_jobs_beyond_the_newest_page_can_be_reached(oldest_first: bool, count: int) -> None:
    at = key("i0")
    jobs = [job(f"j{n}", started=NOW - n * 60.0, ended=NOW - n * 60.0 + 9) for n in range(count)]
    read, server, store = reader(instances=fleet(1), jobs={at: jobs[::-1] if oldest_first else jobs}, max_per_page=50)
    await read.jobs(at)
    for _ in range(8):
        await read.older_jobs(at)
    assert [one.id for one in store.state.jobs[at].value or ()] == [f"j{n}" for n in range(count)]
    asked = len(server.asked("list_jobs"))
    await read.older_jobs(at)
    assert len(server.asked("list_jobs")) == asked, "all are known"
    await read.jobs(at)
    assert len(store.state.jobs[at].value or ()) == count, "the next look at the newest keeps the older ones"
