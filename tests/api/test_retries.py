"""What is sent again and what is not; what a write without an answer becomes; how the budget holds calls back."""

import asyncio

import httpx
import pytest

from tui.contract import Priority
from tui.errors import (
    AppError,
    BadReply,
    CoolingDown,
    Forbidden,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    Refused,
    ServerFault,
    Unreachable,
    UsageError,
)

from .kit import KEY, FakeTime, Net, make_client, ok, refused

REQUEST = httpx.Request("GET", "https://api.cloudflare.com/")
HTML_502 = httpx.Response(502, html="<html>bad gateway")
TRANSIENT = [
    pytest.param(refused(500, 7001, "Internal Error"), ServerFault, id="500"),
    pytest.param(HTML_502, ServerFault, id="502 html"),
    pytest.param(refused(503, 7017), ServerFault, id="503"),
    pytest.param(refused(408, 0), ServerFault, id="408"),
    pytest.param(httpx.ConnectError("refused", request=REQUEST), Unreachable, id="connect"),
    pytest.param(httpx.ConnectTimeout("slow", request=REQUEST), Unreachable, id="connect time-out"),
    pytest.param(httpx.PoolTimeout("busy", request=REQUEST), Unreachable, id="pool"),
    pytest.param(httpx.ReadTimeout("slow", request=REQUEST), Unreachable, id="read time-out"),
    pytest.param(httpx.WriteError("cut", request=REQUEST), Unreachable, id="write"),
    pytest.param(httpx.RemoteProtocolError("cut", request=REQUEST), Unreachable, id="cut"),
]
FINAL = [
    pytest.param(refused(400, 7001, "bad id"), Refused, id="400"),
    pytest.param(refused(401, 7071), Refused, id="401"),
    pytest.param(refused(403, 10000), Forbidden, id="403"),
    pytest.param(refused(404, 7021), NotFound, id="404"),
    pytest.param(refused(429, 7069), Forbidden, id="quota"),
    pytest.param(refused(429, 7020), CoolingDown, id="cool-down"),
    pytest.param(httpx.Response(200, html="<html>sign in"), BadReply, id="200 html"),
    pytest.param(httpx.Response(302, headers={"location": "https://evil.example/"}), BadReply, id="redirect"),
    pytest.param(httpx.DecodingError("gzip", request=REQUEST), BadReply, id="damaged"),
    pytest.param(httpx.LocalProtocolError("Illegal header", request=REQUEST), UsageError, id="unsendable"),
    pytest.param(RuntimeError("a bug"), BadReply, id="bug"),
]


@pytest.mark.parametrize(("answer", "kind"), TRANSIENT)
async def test_a_read_is_tried_four_times_with_growing_jittered_waits(answer, kind: type[AppError]):
    net, fake = Net([answer]), FakeTime()
    with pytest.raises(kind):
        await make_client(net, fake).stats(KEY)
    assert len(net.requests) == 4
    assert {wait / 0.5 for wait in fake.slept}.isdisjoint({1, 2, 4}), "consoles would return in step"
    assert [low <= wait <= 2 * low for low, wait in zip((0.25, 0.5, 1.0), fake.slept, strict=True)] == [True] * 3


@pytest.mark.parametrize(("answer", "kind"), TRANSIENT)
async def test_a_read_that_recovers_is_a_success(answer, kind: type[AppError]):
    net = Net([answer, answer, ok({"completed": 5})])
    client = make_client(net)
    assert (await client.stats(KEY)).completed == 5
    (exchange,) = client.exchanges
    assert (exchange.retries, exchange.status, exchange.failure) == (2, 200, "")


@pytest.mark.parametrize(("answer", "kind"), FINAL)
async def test_a_refusal_is_final(answer, kind: type[AppError]):
    net, fake = Net([answer]), FakeTime()
    client = make_client(net, fake)
    with pytest.raises(kind) as caught:
        await client.stats(KEY)
    assert type(caught.value) is kind
    assert len(net.requests) == 1
    assert fake.slept == []
    assert client.exchanges[0].failure == str(caught.value)


WRITES = {
    "create job": lambda client: client.create_job(KEY, "nightly"),
    "cancel job": lambda client: client.cancel_job(KEY, "j1"),
    "update": lambda client: client.update_instance(KEY, {"paused": True}),
    "delete": lambda client: client.delete_instance(KEY),
    "move": lambda client: client.move_instance(KEY, "archive"),
    "namespace": lambda client: client.create_namespace("new"),
    "item": lambda client: client.sync_item(KEY, "i1"),
    "token": lambda client: client.delete_token("t1"),
}
UNANSWERED = [
    pytest.param(httpx.ReadTimeout("slow", request=REQUEST), id="read time-out"),
    pytest.param(httpx.WriteTimeout("slow", request=REQUEST), id="write time-out"),
    pytest.param(httpx.ReadError("reset", request=REQUEST), id="reset"),
    pytest.param(httpx.RemoteProtocolError("cut", request=REQUEST), id="cut"),
    pytest.param(httpx.DecodingError("gzip", request=REQUEST), id="damaged"),
    pytest.param(HTML_502, id="502 of the edge"),
    pytest.param(httpx.Response(524, html="<html>"), id="524 of the edge"),
    pytest.param(httpx.Response(200, html="<html>"), id="unreadable success"),
    pytest.param(httpx.Response(200, content=b'{"success":tr'), id="half a success"),
]


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
@pytest.mark.parametrize("answer", UNANSWERED)
async def test_a_write_without_an_answer_is_unknown_and_sent_once(write, answer):
    net, fake = Net([answer]), FakeTime()
    with pytest.raises(OutcomeUnknown) as caught:
        await write(make_client(net, fake))
    assert len(net.requests) == 1
    assert fake.slept == []
    assert caught.value.read_back
    assert caught.value.read_back in caught.value.hint


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (httpx.ConnectError("refused", request=REQUEST), Unreachable),
        (httpx.PoolTimeout("busy", request=REQUEST), Unreachable),
        (refused(503, 7017), ServerFault),
        (refused(500, 7001, "Internal Error"), ServerFault),
        (refused(429, 7020), CoolingDown),
        (refused(429, 0), RateLimited),
        (httpx.Response(403, html="<html>"), Forbidden),
        (httpx.Response(307, headers={"location": "/elsewhere"}), BadReply),
    ],
)
async def test_a_write_that_certainly_did_not_happen_says_so_and_is_sent_once(answer, kind: type[AppError]):
    net, fake = Net([answer]), FakeTime()
    with pytest.raises(kind) as caught:
        await make_client(net, fake).create_job(KEY)
    assert type(caught.value) is kind
    assert len(net.requests) == 1
    assert fake.slept == []


async def test_a_search_without_an_answer_is_no_unknown_outcome():
    net = Net([httpx.ReadTimeout("slow", request=REQUEST)])
    with pytest.raises(Unreachable):
        await make_client(net).search(KEY, {"query": "x"})
    assert len(net.requests) == 1


async def test_a_short_retry_after_is_waited_for():
    net, fake = Net([refused(503, 7017, headers={"retry-after": "4"}), ok({})]), FakeTime()
    await make_client(net, fake).stats(KEY)
    assert fake.slept == [4]


async def test_a_long_retry_after_is_told_instead_of_waited_for():
    net, fake = Net([refused(503, 7017, headers={"retry-after": "90"})]), FakeTime()
    with pytest.raises(ServerFault) as caught:
        await make_client(net, fake).stats(KEY)
    assert (caught.value.retry_after, fake.slept, len(net.requests)) == (90, [], 1)


async def test_a_429_silences_every_class_until_the_server_said_and_then_recovers():
    net, fake = Net([refused(429, 0, headers={"retry-after": "240"}), ok({"completed": 1})]), FakeTime()
    client = make_client(net, fake)
    with pytest.raises(RateLimited):
        await client.using(Priority.BACKGROUND).stats(KEY)
    assert client.budget.blocked_s == 240
    for priority in Priority:
        with pytest.raises(RateLimited) as caught:
            await client.using(priority).stats(KEY)
        assert caught.value.retry_after == 240
    assert len(net.requests) == 1
    fake.now += 240
    assert (await client.stats(KEY)).completed == 1
    assert client.budget.blocked_s == 0


@pytest.mark.parametrize("answer", [refused(429, 7020), refused(429, 7069), refused(429, 2003)])
async def test_a_429_about_something_else_does_not_block_the_budget(answer):
    client = make_client(Net([answer]))
    with pytest.raises(AppError):
        await client.create_job(KEY)
    assert client.budget.blocked_s == 0


async def test_the_budget_is_kept_before_anything_is_sent():
    net, fake = Net([ok({})]), FakeTime()
    client = make_client(net, fake).using(Priority.BACKGROUND)
    for _ in range(300):
        await client.stats(KEY)
    with pytest.raises(RateLimited) as caught:
        await client.stats(KEY)
    assert len(net.requests) == 300
    assert 0 < caught.value.retry_after <= 300
    await client.using(Priority.USER).stats(KEY)


async def test_a_call_waits_when_the_budget_frees_up_in_a_moment():
    net, fake = Net([ok({}, headers={"ratelimit": '"default";r=0;t=3'}), ok({"completed": 1})]), FakeTime()
    client = make_client(net, fake)
    await client.stats(KEY)
    assert (await client.stats(KEY)).completed == 1
    assert fake.slept == [3]


async def test_an_account_id_that_is_none_is_refused_before_sending():
    net = Net([ok([])])
    for account in ("", "abc", "g" * 32, "0" * 33, "../" * 10):
        with pytest.raises(UsageError):
            await make_client(net, account=account).list_instances()
    assert net.requests == []


async def test_accounts_can_be_listed_before_one_is_chosen():
    net = Net([ok([{"id": "0" * 32, "name": "Acme"}])])
    page = await make_client(net, account="").list_accounts()
    assert page.items[0].name == "Acme"


async def test_background_calls_leave_connections_to_the_user():
    gate, full, running = asyncio.Event(), asyncio.Event(), []

    async def answer(request: httpx.Request) -> httpx.Response:
        running.append(request.url.path.split("/")[-2])
        if len(running) == 5:
            full.set()
        await gate.wait()
        return ok({})

    client = make_client(Net([]))
    client._wire._custom = httpx.MockTransport(answer)
    behind = client.using(Priority.BACKGROUND)
    sweep = [asyncio.create_task(behind.stats(KEY._replace(id=f"b{n}"))) for n in range(5)]
    user = [asyncio.create_task(client.stats(KEY._replace(id=f"u{n}"))) for n in range(3)]
    await full.wait()
    assert sorted(running) == ["b0", "b1", "u0", "u1", "u2"]
    gate.set()
    await asyncio.gather(*sweep, *user)
    assert len(running) == 8


async def test_cancelling_a_call_leaves_no_trace_but_its_line_in_the_log():
    started = asyncio.Event()

    async def answer(request: httpx.Request) -> httpx.Response:
        started.set()
        await asyncio.Event().wait()
        raise AssertionError

    client = make_client(Net([]))
    client._wire._custom = httpx.MockTransport(answer)
    task = asyncio.create_task(client.stats(KEY))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert client.exchanges[0].failure == "cancelled"
    assert client._wire.governor.in_flight == 0
    assert not client._wire._tasks


async def test_closing_cancels_what_is_in_flight_and_refuses_what_comes_later():
    started = asyncio.Event()

    async def answer(request: httpx.Request) -> httpx.Response:
        started.set()
        await asyncio.Event().wait()
        raise AssertionError

    client = make_client(Net([]))
    client._wire._custom = httpx.MockTransport(answer)
    task = asyncio.create_task(client.stats(KEY))
    await started.wait()
    await client.aclose()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(Unreachable):
        await client.stats(KEY)
