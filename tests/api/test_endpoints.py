"""What single endpoints make of odd but real replies (the sources are named in the docstrings of the client)."""

import threading

import pytest

from tui.api import envelope
from tui.contract import Priority
from tui.errors import BadReply, NotFound
from tui.models import InstanceKey

from .kit import ACCOUNT, KEY, FakeTime, Net, make_client, ok, refused


async def test_a_job_without_lines_yet_has_an_empty_log():
    page = await make_client(Net([refused(404, 7002, "ai_search_not_found")])).job_logs(KEY, "j1", page=3, per_page=50)
    assert (page.items, page.page, page.per_page, page.total) == ((), 3, 50, None)


@pytest.mark.parametrize("code", [7021, 7063, 7003])
async def test_a_log_of_a_job_that_is_not_there_is_an_error(code: int):
    with pytest.raises(NotFound):
        await make_client(Net([refused(404, code)])).job_logs(KEY, "j1")


async def test_a_document_has_safe_text_to_show_and_exact_text_to_send():
    document = await make_client(Net([ok({"id": "docs", "source": "a\x1b[2J", "odd": ["\u202e"]})])).get_instance(KEY)
    assert document.instance.source == document.shown["source"] == "a␛[2J"
    assert document.exact == {"id": "docs", "source": "a\x1b[2J", "odd": ["\u202e"]}
    assert document.instance.key == KEY


async def test_a_namespace_that_the_reply_leaves_out_is_the_one_asked_for():
    team = InstanceKey("team-a", "docs")
    client = make_client(Net([ok([{"id": "docs"}, {"id": "x", "namespace": None}]), ok({"id": "docs"})]))
    assert [row.key.namespace for row in (await client.list_instances("team-a")).items] == ["team-a", "team-a"]
    assert (await client.get_instance(team)).instance.key == team
    assert (await client.update_instance(team, {"paused": True})).key == team
    assert (await client.create_instance("team-a", {"id": "docs"})).key == team
    flat = make_client(Net([ok([{"id": "docs"}, {"id": "x", "namespace": "b"}])]))
    assert [str(row.key) for row in (await flat.list_instances()).items] == ["default/docs", "b/x"]


async def test_a_malformed_row_does_not_empty_the_list():
    page = await make_client(Net([ok([{"id": "a"}, "junk", {"id": 7}, {"id": "d", "paused": "x"}])])).list_instances()
    assert [(row.id, bool(row.problem)) for row in page.items] == [
        ("a", False),
        ("?2", True),
        ("?3", True),
        ("d", True),
    ]


async def test_a_document_that_is_no_object_is_a_bad_reply():
    for result in ([], "x", None, 4):
        with pytest.raises(BadReply):
            await make_client(Net([ok(result)])).get_instance(KEY)


async def test_deletes_take_the_resource_or_nothing_for_an_answer():
    for answer in (ok({"id": "docs"}), ok(), ok(status=204)):
        await make_client(Net([answer])).delete_instance(KEY)
    for answer in (ok({"anything": 1}), ok([]), ok()):
        await make_client(Net([answer])).move_instance(KEY, "archive")


async def test_a_large_reply_is_decoded_off_the_event_loop(monkeypatch: pytest.MonkeyPatch):
    threads = []
    decode = envelope.decode
    monkeypatch.setattr(
        envelope, "decode", lambda *parts: (threads.append(threading.current_thread()), decode(*parts))[1]
    )
    many = [{"id": f"i-{number}", "source": "x" * 200} for number in range(5000)]
    net = Net([ok(many), ok(many[:10])])
    client = make_client(net)
    assert len((await client.list_instances()).items) == 5000
    assert len((await client.list_instances()).items) == 10
    assert [thread is threading.main_thread() for thread in threads] == [False, True]


async def test_paths_are_encoded_part_by_part():
    net = Net([ok({"id": "j"})])
    await make_client(net).get_job(InstanceKey("te am/ä", "docs"), "a/../b?c#d%2e")
    path = net.requests[0].url.raw_path.decode()
    assert path == (
        f"/client/v4/accounts/{ACCOUNT}/ai-search/namespaces/te%20am%2F%C3%A4/instances/docs/jobs/a%2F..%2Fb%3Fc%23d%252e"
    )


async def test_the_classes_of_the_budget_share_one_wire_and_one_log():
    net, fake = Net([ok({}, headers={"cf-ray": "abc-FRA"})]), FakeTime()
    client = make_client(net, fake)
    background = client.using(Priority.BACKGROUND)
    await background.stats(KEY)
    await client.stats(KEY)
    assert client.budget == background.budget
    assert client.budget.used == 2
    assert client.exchanges == background.exchanges
    first = client.exchanges[0]
    assert (first.method, first.status, first.ray, first.retries) == ("GET", 200, "abc-FRA", 0)
    assert first.started == 1_800_000_000.0
    assert type(background) is type(client)


async def test_the_request_log_is_bounded():
    client = make_client(Net([ok([])]))
    for number in range(520):
        await client.list_instances(page=number + 1, search="é&x" if number == 519 else None)
    assert len(client.exchanges) == 500
    assert client.exchanges[-1].query == "page=520&per_page=100&search=%C3%A9%26x"
    assert client.exchanges[0].query.startswith("page=21&")


async def test_a_body_in_the_request_log_is_cut():
    client = make_client(Net([ok({})]))
    await client.search(KEY, {"query": "x" * 10_000})
    assert len(client.exchanges[0].body) < 4100
    assert client.exchanges[0].body.endswith("…")
