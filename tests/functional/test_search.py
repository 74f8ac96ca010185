"""The search lab by its keys: results, options, errors in their place, answers that stream, two instances at once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.functional.test_writes import audit, go_to
from tests.harness import Console, console
from tui.emulator import EmulatorConfig
from tui.models import InstanceKey
from tui.ui.connection.token import TokenScreen
from tui.ui.search.tab import SearchTab


async def to_search(seen: Console, namespace: str = "default", name: str = "docs-search") -> SearchTab:
    """Select an instance and bring its search tab to the front."""
    await go_to(seen, namespace, name)
    await seen.press("2")
    tab = seen.app.screen.query_one(SearchTab)
    for _ in range(9):
        if tab.display:
            return tab
        await seen.press("right_square_bracket")
    raise AssertionError("no search tab")


async def search(seen: Console, words: str) -> None:
    """Type a query and send it."""
    await seen.press("slash", *words, "enter")
    await seen.until(lambda: not seen.app.screen.query_one(SearchTab).view.busy, "the reply")


def bodies(seen: Console, part: str = "/search") -> list[dict[str, Any]]:
    """Bodies of the queries that the server got."""
    return [one.body for one in seen.emulator.received if one.method == "POST" and one.path.endswith(part)]


def faults(tmp_path: Path, *rules: dict[str, Any]) -> EmulatorConfig:
    """A server that fails as told."""
    path = tmp_path / "faults.json"
    path.write_text(json.dumps({"faults": list(rules)}))
    return EmulatorConfig(chaos=path)


VECTOR_KEY = {"kind": "status", "status": 401, "code": 7071, "message": "vectorize_authentication_failed"}


async def test_results_are_ranked_and_moving_shows_their_text(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        tab = await to_search(seen)
        await search(seen, "label printer")
        assert bodies(seen) == [{"query": "label printer"}], "the instance's own options: none are sent"
        hits = tab.view.found.hits
        assert "20 chunks" in seen.text()
        first, second = (hits[at].item.key for at in (0, 1))
        assert first in seen.text()
        await seen.press("j")
        await seen.sees(f"2  {second}")
        await seen.press("enter")
        await seen.sees("Chunk 2 of 20")
        scoring = hits[1].scoring_details
        assert f"{scoring.reranking_score:g}" in seen.text()
        assert f"{scoring.keyword_score:g}, rank {scoring.keyword_rank:g}" in seen.text()
        await seen.press("l")
        await seen.until(lambda: "Chunk 2 of 20" not in seen.text() and len(seen.app.screen_stack) == 2, "the item")
        assert second in seen.text()


async def test_letters_in_the_query_box_are_text_and_esc_leaves_it(tmp_path: Path) -> None:
    async with console(tmp_path, (80, 24)) as seen:
        tab = await to_search(seen)
        await seen.press("slash", *"qSXoz[]", "escape")
        assert tab.box.value == "qSXoz[]"
        assert len(seen.app.screen_stack) == 1
        assert not bodies(seen)
        await seen.press("right_square_bracket")
        await seen.until(lambda: not tab.display, "the next tab: the keys are keys again")


async def test_options_are_checked_and_sent_as_chosen(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await to_search(seen)
        await search(seen, "label")
        await seen.press("o", *"99", "enter")
        await seen.sees("whole number from 1 to 50, not '99'")
        await seen.press("backspace", "backspace", "3", "tab", *"0.1", "tab", "space", "space", "enter")
        filters = seen.app.screen.query_one("#filters")
        filters.focus()
        await seen.press(*'{"folder": "guides/"', "enter")
        await seen.sees("This is not JSON")
        assert len(bodies(seen)) == 1
        await seen.press("right_curly_bracket", "enter")
        await seen.until(lambda: len(bodies(seen)) == 2, "the second query")
        assert bodies(seen)[1]["ai_search_options"]["retrieval"] == {
            "max_num_results": 3,
            "match_threshold": 0.1,
            "retrieval_type": "hybrid",
            "filters": {"folder": "guides/"},
        }
        await seen.sees("3 chunks")
        await seen.sees("hybrid, 3 results, score from 0.1")


async def test_a_refused_query_is_explained_in_the_tab_and_what_was_typed_stays(tmp_path: Path) -> None:
    config = faults(tmp_path, {"operation": "search", "times": 1, **VECTOR_KEY})
    async with console(tmp_path, config=config) as seen:
        tab = await to_search(seen)
        await search(seen, "label printer")
        await seen.sees("The instance cannot open its vector index")
        assert "token is fine." in seen.text()
        assert "code 7071" in seen.text()
        assert not isinstance(seen.app.screen, TokenScreen)
        assert tab.box.value == "label printer"
        assert not seen.app._notifications, "it stands where the result would"
        await seen.press("slash", "enter")
        await seen.sees("20 chunks")
        assert len(bodies(seen)) == 2


async def test_an_index_that_is_not_kept_and_no_hits_say_what_to_do(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await to_search(seen, "archive", "old-blog")
        await search(seen, "zzyzx")
        await seen.sees("Nothing was found.")
        await seen.press("o", "tab", "tab", "space", "space", "shift+tab", "enter")
        await seen.sees("The instance has no such index")
        assert bodies(seen)[-1]["ai_search_options"] == {"retrieval": {"retrieval_type": "keyword"}}


async def test_a_lost_reply_is_not_asked_for_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = intercept(monkeypatch, "/search", _cut)
    async with console(tmp_path) as seen:
        tab = await to_search(seen)
        await search(seen, "label")
        assert tab.view.error is not None
        assert tab.view.error.title in seen.text()
        await seen.pass_time(30, 2)
        assert len(sent) == 1
        assert tab.box.value == "label"


async def test_read_only_mode_searches_and_asks(tmp_path: Path) -> None:
    async with console(tmp_path, read_only=True) as seen:
        await to_search(seen)
        await search(seen, "label printer")
        await seen.sees("20 chunks")
        await seen.press("a", "slash", "enter")
        await seen.sees("20 sources")
        assert audit(tmp_path) == [], "nothing was written"


async def test_each_instance_keeps_its_result_and_its_mode(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        tab = await to_search(seen)
        await search(seen, "label printer")
        await go_to(seen, "default", "api-reference")
        await seen.sees("enter sends it to api-reference")
        await seen.press("2", "slash", "enter")
        await seen.until(lambda: tab.view.found, "its own result")
        await seen.press("a")
        await seen.sees("/ types a question")
        await seen.press("a")
        await go_to(seen, "default", "docs-search")
        await seen.sees("20 chunks")
        assert len(bodies(seen)) == 2


async def test_an_answer_names_its_sources(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        tab = await to_search(seen)
        await seen.press("a")
        await search(seen, "how do I reprint a label?")
        assert bodies(seen, "/chat/completions")[0]["messages"] == [
            {"role": "user", "content": "how do I reprint a label?"}
        ]
        answer = tab.view.answer
        assert answer.done
        await seen.sees(answer.text.split(".")[0][:30])
        await seen.press("enter")
        await seen.sees("how do I reprint a label?")
        await seen.press("G")
        await seen.sees(f"{len(answer.sources)}  {answer.sources[-1].item.key}")
        await seen.press("q", "j", "enter")
        await seen.sees(f"Chunk 1 of {len(answer.sources)}")


async def test_an_answer_grows_on_the_screen_and_can_be_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = asyncio.Event()
    closed = asyncio.Event()
    intercept(monkeypatch, "/chat/completions", lambda request: _stream(more, closed))
    async with console(tmp_path) as seen:
        tab = await to_search(seen)
        await seen.press("a", "slash", *"why?", "enter")
        await seen.sees("Because the")
        await seen.sees("Answering")
        more.set()
        await seen.sees("printer waits")
        await seen.press("x")
        await seen.sees("the rest was not read")
        await seen.until(closed.is_set, "the connection is closed")
        assert "Because the printer waits" in seen.text()
        assert tab.box.value == "why?"
        await seen.press("slash", "enter")
        await seen.sees("Because the")
        await go_to(seen, "default", "api-reference")
        await go_to(seen, "default", "docs-search")
        await seen.until(lambda: tab.view.stopped, "an instance that is left is not waited for")


async def test_the_two_marked_instances_side_by_side(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await mark(seen, ("default", "docs-search"), ("default", "api-reference"))
        await to_search(seen)
        await search(seen, "label")
        await seen.press("b")
        await seen.sees("only right")
        paths = [one.path for one in seen.emulator.received if one.path.endswith("/search")]
        assert len(paths) == 3
        assert {path.split("/")[-2] for path in paths[1:]} == {"docs-search", "api-reference"}
        await seen.press("slash", "end", *" printer", "enter")
        await seen.until(lambda: len(bodies(seen)) == 5, "both were asked again")
        assert bodies(seen)[-1] == {"query": "label printer"}
        await seen.press("q")
        await seen.until(lambda: len(seen.app.screen_stack) == 1, "closed")


async def test_one_side_that_fails_does_not_spoil_the_other(tmp_path: Path) -> None:
    config = faults(tmp_path, {"operation": "search", "times": 1, **VECTOR_KEY})
    async with console(tmp_path, config=config) as seen:
        await to_search(seen)
        await seen.press("b")
        await seen.sees("Beside docs-search")
        await seen.press("enter")
        await seen.sees("Search both")
        await seen.press(*"label", "enter")
        await seen.sees("cannot open its vector index")
        await seen.sees(" chunk")


async def mark(seen: Console, *keys: tuple[str, str]) -> None:
    """Mark instances with the space bar."""
    table = seen.app.screen.query_one("#instances-table")
    for key in keys:
        table.move_to(InstanceKey(*key))
        await seen.press("space")
    assert len(table.marks) == len(keys)


def intercept(
    monkeypatch: pytest.MonkeyPatch, part: str, reply: Callable[[httpx.Request], httpx.Response]
) -> list[httpx.Request]:
    """Answer the requests whose path ends in `part` here, before the emulator sees them."""
    real, sent = httpx.ASGITransport.handle_async_request, []

    async def handle(transport: Any, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith(part):
            sent.append(request)
            return reply(request)
        return await real(transport, request)

    monkeypatch.setattr(httpx.ASGITransport, "handle_async_request", handle)
    return sent


def _cut(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadError("connection lost", request=request)


class _Pieces(httpx.AsyncByteStream):
    """A stream that says a little, waits, says more, and never ends; tells when it was closed."""

    def __init__(self, more: asyncio.Event, closed: asyncio.Event) -> None:
        self._more, self._closed = more, closed

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield _event("Because the")
        await self._more.wait()
        yield _event(" printer waits")
        await asyncio.Event().wait()

    async def aclose(self) -> None:
        self._closed.set()


def _event(text: str) -> bytes:
    return b"data: " + json.dumps({"choices": [{"delta": {"content": text}}]}).encode() + b"\n\n"


def _stream(more: asyncio.Event, closed: asyncio.Event) -> httpx.Response:
    return httpx.Response(200, headers={"content-type": "text/event-stream"}, stream=_Pieces(more, closed))
