"""A row of the list without an id: marked, shown, and never asked for anything."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.harness import Console, console

LOST = "handbook"


@pytest.fixture(autouse=True)
def without_an_id(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list leaves out the id of one instance."""
    real = httpx.ASGITransport.handle_async_request

    async def handle(transport: Any, request: httpx.Request) -> httpx.Response:
        reply = await real(transport, request)
        if not request.url.path.endswith("/ai-search/instances"):
            return reply
        body = json.loads(await reply.aread())
        for row in body["result"]:
            if row["id"] == LOST:
                del row["id"]
        return httpx.Response(200, json=body)

    monkeypatch.setattr(httpx.ASGITransport, "handle_async_request", handle)


def asked(seen: Console) -> list[str]:
    """Requests that named the stand-in."""
    return [one.path for one in seen.emulator.received if "?" in one.path or "%3F" in one.path]


async def test_it_is_shown_marked_and_never_polled(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await seen.press("slash", "question_mark", "enter")
        await seen.sees("malformed")
        await seen.pass_time(120, 2)
        await seen.press("R")
        await seen.pass_time(10, 1)
        await seen.sees("LIVE")
        assert not asked(seen)
        assert not seen.store.state.notices
        assert not [key for key in seen.store.state.documents if key.nameless], "not even tried"


async def test_no_action_takes_it_and_each_says_why(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await seen.press("slash", "question_mark", "enter")
        await seen.sees("malformed")
        for key in "SPMCDVi":
            await seen.press(key)
            await seen.sees("came without an id")
            assert seen.app.screen is seen.app.screen_stack[0], key
        await seen.press("space", "S")
        await seen.until(lambda: seen.app.screen is not seen.app.screen_stack[0], "who is left out")
        await seen.sees("came without an id")
        assert not [one.path for one in seen.emulator.received if one.method != "GET"]


async def test_its_tabs_say_so_too(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await seen.press("slash", "question_mark", "enter")
        await seen.sees("malformed")
        for _ in range(5):
            await seen.press("right_square_bracket")
            await seen.pass_time(2)
        await seen.press("right_square_bracket")
        await seen.sees("nothing can be asked of it")
        assert not asked(seen)
