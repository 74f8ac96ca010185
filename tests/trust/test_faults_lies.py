"""Replies that lie, in every view that reads when it is asked to: shown as far as they go, no crash, gone with R."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.harness import Console, console
from tests.trust.faults import LIES, Fault, Wire, spoiled
from tests.trust.test_faults_views import DIALOGS, READ_FIRST, back
from tests.trust.views import DOCS, OTHERS, VIEWS, View, select

pytestmark = pytest.mark.exhaustive

LOOKED_AT = ("down", "enter", "escape", "right_square_bracket", "left_square_bracket", "G", "g")
"""Keys that open and scroll what a view shows; what a view does not know is said in its bottom line."""


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    return Wire(monkeypatch)


def odd_stream(change: Callable[[Any], Any]) -> Fault:
    """A streamed answer with every event changed."""

    def line(one: str) -> str:
        data = one.removeprefix("data: ")
        return f"data: {json.dumps(change(json.loads(data)))}" if data.startswith(("{", "[{")) else one

    return spoiled(lambda body: "\n".join(map(line, body.decode().split("\n"))).encode())


STREAMS: dict[str, Fault] = {
    "wrong types": odd_stream(lambda event: {"choices": 7, "chunks": {"odd": 1}, "response": [1]}),
    "nulls": odd_stream(lambda event: {"choices": [None, {"delta": None}], "chunks": [None], "response": None}),
    "missing fields": odd_stream(lambda event: {}),
    "unknown words": odd_stream(lambda event: {"zorblax": event}),
    "null": odd_stream(lambda event: None),
    "numbers": odd_stream(lambda event: {"choices": [{"delta": {"content": 1e308}}], "chunks": [{"score": 1e308}]}),
}


async def looked_at(seen: Console, view: View) -> None:
    """Read it, open what it shows, and come back."""
    await seen.press(*view.ask)
    await seen.pass_time(4, 4)
    await seen.press("down", *(["enter"] if view.leads else []))
    await seen.pass_time(1, 1)
    while len(seen.app.screen_stack) > 1 + view.window:
        await seen.press("escape")


@pytest.mark.parametrize("name", VIEWS)
async def test_replies_that_lie_crash_no_view(name: str, tmp_path: Path, wire: Wire) -> None:
    view, lies = VIEWS[name], STREAMS if name == "chat" else LIES
    async with console(tmp_path, judged=False) as seen:  # ids out of lies are no ids of the contract
        if view.inside:
            await view.inside(seen)
        await view.open(seen, DOCS)
        await seen.sees(view.shows)
        for lie, fault in lies.items():
            wire.fault, wire.only = fault, view.own
            wire.paths.clear()
            await looked_at(seen, view)
            assert wire.paths, f"{lie}: it was not read"
            assert len(wire.paths) < 20, (lie, wire.paths)
            assert len(seen.app._notifications) <= 1, f"{lie}: a storm"
            assert len(seen.app.screen_stack) == 1 + view.window, lie
            seen.app.clear_notifications()
        wire.fault = None
        await seen.press(*view.ask)
        await seen.pass_time(12, 6)
        await seen.press("home")
        await seen.until(lambda: view.shows in view.text(seen), "what it shows")


async def test_replies_that_lie_crash_no_dialog(tmp_path: Path, wire: Wire) -> None:
    async with console(tmp_path, judged=False) as seen:
        await select(seen, OTHERS[0])
        await seen.press("space")
        await select(seen, DOCS)
        for lie in ("wrong types", "nulls", "missing fields", "numbers"):
            for name in ("modify", "create", "compare", "delete"):
                wire.fault, wire.only, keys = LIES[lie], READ_FIRST, DIALOGS[name][0]
                await seen.press(*keys)
                await seen.pass_time(4, 4)
                if len(seen.app.screen_stack) > 1:
                    await seen.press("down", "enter")
                    await seen.turn()
                assert len(seen.app._notifications) <= 1, f"{lie}, {name}"
                wire.fault = None
                await back(seen)
        await select(seen, DOCS)
        await seen.press("R")
        await seen.pass_time(12, 6)
        for keys, words in DIALOGS.values():
            await seen.press(*keys)
            await seen.sees(words)
            await back(seen)
        assert not [one for one in seen.emulator.received if one.method not in ("GET", "HEAD")]
