"""Places on the connections: the most urgent goes first, nobody holds a place while it waits for the budget."""

import asyncio

import httpx
import pytest

from tui.api.slots import CONNECTIONS, Lanes
from tui.contract import Priority
from tui.errors import RateLimited

from .kit import KEY, FakeTime, Net, make_client, ok

USER, VISIBLE, BACKGROUND = Priority.USER, Priority.VISIBLE, Priority.BACKGROUND

PLACES = 6


class Crowd:
    """Tasks that each hold a place until they are told to leave."""

    def __init__(self) -> None:
        self.lanes, self.inside = Lanes(PLACES, {USER: PLACES, VISIBLE: 3, BACKGROUND: 2}), []
        self.leave: dict[str, asyncio.Event] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}

    async def arrive(self, *names: str) -> None:
        """`u1` is a user's, `v1` a visible one's, `b1` a background task."""
        for name in names:
            self.leave[name] = asyncio.Event()
            self.tasks[name] = asyncio.create_task(self._stay(name))
        await asyncio.sleep(0)

    async def _stay(self, name: str) -> None:
        async with self.lanes.place({"u": USER, "v": VISIBLE, "b": BACKGROUND}[name[0]]):
            self.inside.append(name)
            try:
                await self.leave[name].wait()
            finally:
                self.inside.remove(name)

    async def go(self, name: str) -> None:
        self.leave[name].set()
        await self.tasks[name]
        await asyncio.sleep(0)

    async def cancel(self, name: str) -> None:
        self.tasks[name].cancel()
        await asyncio.wait([self.tasks[name]])
        await asyncio.sleep(0)


async def test_a_user_is_never_behind_those_who_came_before_it_and_are_less_urgent():
    crowd = Crowd()
    await crowd.arrive("b1", "b2", "b3", "v1", "v2", "v3", "v4", "u1", "b4", "u2", "u3")
    assert crowd.inside == ["b1", "b2", "v1", "v2", "v3", "u1"]
    for gone, come in (("b1", "u2"), ("v1", "u3"), ("u1", "v4"), ("u2", "b3")):
        await crowd.go(gone)
        assert crowd.inside[-1] == come
        assert len(crowd.inside) == PLACES


async def test_the_others_leave_a_place_however_many_they_are():
    crowd = Crowd()
    await crowd.arrive(*(f"{kind}{number}" for number in range(20) for kind in "vb"))
    assert len(crowd.inside) == PLACES - 1
    await crowd.arrive("u1")
    assert crowd.inside[-1] == "u1"


@pytest.mark.parametrize("moment", ["before", "just as"])
async def test_who_gives_up_waiting_leaves_no_trace(moment: str):
    crowd = Crowd()
    await crowd.arrive(*(f"u{number}" for number in range(PLACES)), "u9", "v9")
    if moment == "just as":
        crowd.leave["u0"].set()
        await asyncio.sleep(0)  # the place is given to u9, which has not run since
    await crowd.cancel("u9")
    if moment == "before":
        await crowd.go("u0")
    assert crowd.inside[-1] == "v9"
    for name in list(crowd.inside):
        await crowd.go(name)
    await crowd.arrive(*(f"u{number}" for number in range(10, 20)))
    assert len(crowd.inside) == PLACES


async def test_calls_that_wait_for_the_budget_or_for_another_try_hold_no_place():
    fake, waiting = FakeTime(), asyncio.Event()
    busy = httpx.Response(503, headers={"retry-after": "2"}, json={"success": False, "errors": [{"code": 7017}]})
    net = Net([lambda request: ok({}) if "docs" in request.url.path else busy])
    slept = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == CONNECTIONS:
            waiting.set()
        await asyncio.Event().wait()

    fake.sleep = sleep  # type: ignore[method-assign]
    client = make_client(net, fake)
    tasks = [asyncio.create_task(client.stats(KEY._replace(id=f"i{number}"))) for number in range(CONNECTIONS)]
    await waiting.wait()
    await asyncio.wait_for(client.stats(KEY), 1)
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    assert client._wire.governor.in_flight == 0


async def test_the_budget_is_looked_at_again_by_who_waited_for_a_place():
    gate, both, arrived = asyncio.Event(), asyncio.Event(), []

    async def answer(request: httpx.Request) -> httpx.Response:
        arrived.append(request)
        if len(arrived) == 2:
            both.set()
            await gate.wait()
            return httpx.Response(429, headers={"retry-after": "200"}, json={"success": False, "errors": []})
        await gate.wait()
        return ok({})

    client = make_client(Net([])).using(BACKGROUND)
    client._wire._custom = httpx.MockTransport(answer)
    calls = [client.stats(KEY._replace(id=f"i{number}")) for number in range(5)]
    tasks = [asyncio.create_task(call) for call in calls]
    await both.wait()
    gate.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert len(arrived) <= 3, "a 429 stops the background at once, those who stand in line too"
    assert sum(isinstance(result, RateLimited) for result in results) >= 3


async def test_all_who_are_inside_and_wait_can_be_cancelled_in_one_turn():
    """As when the console is left: a place given to one who is cancelled already would keep the others for ever."""
    crowd = Crowd()
    await crowd.arrive(*(f"{kind}{number}" for number in range(8) for kind in "uvb"))
    for task in crowd.tasks.values():
        task.cancel()
    ended = await asyncio.gather(*crowd.tasks.values(), return_exceptions=True)
    assert {type(one) for one in ended} == {asyncio.CancelledError}
    await crowd.arrive(*(f"u{number}" for number in range(PLACES)))
    assert len(crowd.inside) == PLACES
