"""Search and chat: events in any pieces, text from any of its places, errors inside a stream."""

import json
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.api.sse import MAX_EVENT, Event, EventParser
from tui.errors import AppError, BadReply, NotFound, ServerFault
from tui.models import ChatEvent

from .kit import KEY, Net, make_client, ok, refused

STREAM = (
    b'event: chunks\ndata: [{"id":"c1","score":0.5,"text":"x","item":{"key":"a.md"}}]\n\n'
    b': a comment\n\ndata: {"choices":[{"delta":{"content":"Hel"}}]}\r\n\r\n'
    b'data: {"choices":[{"delta":{"role":"assistant"}}]}\n\n'
    b'data: {"choices":[{"delta":{"content":"l\\u001bo"}}]}\n\ndata: [DONE]\n\ndata: {"choices":[]}\n\n'
)
WIDE = 'data: {"text":"Grüße, 船 ⛵"}\r\n\r\n'.encode()


async def steps(answer: httpx.Response) -> list[ChatEvent]:
    client = make_client(Net([answer]))
    return [step async for step in client.chat(KEY, {"messages": [{"role": "user", "content": "hi"}]})]


def streamed(*data: Any) -> httpx.Response:
    body = "".join(f"data: {json.dumps(entry)}\n\n" for entry in data)
    return httpx.Response(200, content=body.encode(), headers={"content-type": "text/event-stream"})


@given(st.lists(st.integers(1, 40), min_size=1, max_size=40))
def test_events_do_not_depend_on_where_the_pieces_end(sizes: list[int]):
    """Nor on which character, or line end, or event they cut in two."""
    stream, whole, parts, start, turn = WIDE + STREAM, EventParser(), [], 0, 0
    while start < len(stream):
        parts.append(stream[start : start + sizes[turn % len(sizes)]])
        start, turn = start + sizes[turn % len(sizes)], turn + 1
    cut = EventParser()
    events = whole.feed(stream) + whole.finish()
    assert [e for part in parts for e in cut.feed(part)] + cut.finish() == events
    assert events[0].data == '{"text":"Grüße, 船 ⛵"}'


def test_the_forms_of_an_event():
    parser = EventParser()
    assert parser.feed(b"event: x\ndata: 1\ndata:2\ndata\nid: 7\n\n") == [Event("x", "1\n2\n")]
    assert parser.feed(b"data: a\r\rdata: b\r") == [Event("message", "a")]
    assert parser.feed(b"\n\r\n") == [Event("message", "b")]
    assert parser.feed(b"event: lonely\n\n") == []
    assert parser.feed(b"data: rest") == []
    assert parser.finish() == [Event("message", "rest")]


def test_an_event_without_end_is_stopped():
    parser = EventParser()
    for _ in range(MAX_EVENT // 1_000_000):
        parser.feed(b"x" * 1_000_000)
    with pytest.raises(BadReply):
        parser.feed(b"x")


async def test_a_streamed_answer_with_its_sources():
    found = await steps(httpx.Response(200, content=STREAM, headers={"content-type": "text/event-stream"}))
    assert [step.text for step in found] == ["", "Hel", "l␛o", ""]
    assert found[0].chunks[0].item.key == "a.md"
    assert [step.done for step in found] == [False, False, False, True]


async def test_a_whole_answer_is_no_cancelled_request():
    client = make_client(Net([httpx.Response(200, content=STREAM)]))
    assert [step async for step in client.chat(KEY, {"messages": []})]
    assert client.exchanges[0].failure == ""


async def test_a_plain_answer_is_one_step():
    body = {"choices": [{"message": {"content": "42", "role": "assistant"}}], "chunks": [{"id": "c", "score": 1}]}
    found = await steps(httpx.Response(200, json=body))
    assert [(step.text, len(step.chunks), step.done) for step in found] == [("42", 1, False), ("", 0, True)]


async def test_the_older_form_of_a_delta_is_understood():
    assert [step.text for step in await steps(streamed({"response": "a"}, {"response": None}))] == ["a", ""]


async def test_what_only_keeps_the_stream_alive_is_no_answer_and_no_error():
    body = b'\xef\xbb\xbfdata: {"response":"a"}\n\n: ping\n\ndata:\n\nevent: ping\ndata\n\ndata: {"response":"b"}\n\n'
    found = await steps(httpx.Response(200, content=body))
    assert [(step.text, step.done) for step in found] == [("a", False), ("b", False), ("", True)]


async def test_a_plain_answer_without_a_word_is_an_answer():
    empty = httpx.Response(200, json={"choices": [{"message": {"content": ""}}]})
    assert await steps(empty) == [ChatEvent(done=True)]


async def test_an_empty_stream_ends():
    assert await steps(httpx.Response(200)) == [ChatEvent(done=True)]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (refused(404, 7002, "ai_search_not_found"), NotFound),
        (httpx.Response(502, html="<html>"), ServerFault),
        (streamed({"choices": [{"delta": {"content": "a"}}]}, {"error": {"code": 7033, "message": "x"}}), ServerFault),
        (streamed({"success": False, "errors": [{"code": 7011, "message": "x"}]}), ServerFault),
        (streamed({"error": "model gave up"}), ServerFault),
        (httpx.Response(200, content=b"data: {broken\n\n"), BadReply),
        (httpx.Response(200, html="<!doctype html><title>Sign in</title>"), BadReply),
        (httpx.Response(200, content=b"event: error\ndata: model gave up\n\n"), ServerFault),
        (httpx.Response(200, json={"success": True, "result": 7}), BadReply),
        (httpx.Response(200, json={"success": True, "result": {}}), BadReply),
        (httpx.Response(200, content=b"event: error\ndata: [1]\n\n"), ServerFault),
    ],
)
async def test_errors_before_and_inside_the_stream(answer: httpx.Response, kind: type[AppError]):
    with pytest.raises(kind) as caught:
        await steps(answer)
    assert caught.value.title


async def test_a_chat_is_sent_as_a_stream_and_logged():
    net = Net([httpx.Response(200, content=STREAM)])
    client = make_client(net)
    async for _ in client.chat_namespace("default", {"messages": [], "stream": False}):
        break
    sent = json.loads(net.requests[0].content)
    assert sent == {"messages": [], "stream": True}
    assert net.requests[0].headers["accept"] == "text/event-stream"


async def test_a_search_result():
    hit = {"id": "c", "score": 0.9, "text": "x", "scoring_details": {"vector_score": 0.8}, "instance_id": "docs"}
    result = {"chunks": [hit], "search_query": "q", "errors": [{"instance_id": "b", "message": "down"}]}
    net = Net([ok(result)])
    found = await make_client(net).search_namespace("default", {"query": "q", "ai_search_options": {}})
    assert found.chunks[0].scoring_details.vector_score == 0.8
    assert found.errors[0]["instance_id"] == "b"


async def test_one_malformed_hit_does_not_empty_the_result():
    good = {"id": "c", "score": 0.9, "text": "x", "type": "text"}
    net = Net([ok({"chunks": [good, "junk", {**good, "score": "high"}], "query_kind": "text"})])
    found = await make_client(net).search(KEY, {"query": "q"})
    assert [(hit.id, bool(hit.problem)) for hit in found.chunks] == [("c", False), ("?2", True), ("c", True)]
    assert found.query_kind == "text"
    assert not found.problem


@pytest.mark.parametrize("chunks", [None, {}, 7])
async def test_a_result_whose_hits_are_no_list_says_so(chunks: Any):
    found = await make_client(Net([ok({"chunks": chunks, "search_query": "q"})])).search(KEY, {"query": "q"})
    assert (found.chunks, found.search_query) == ((), "q")
    assert bool(found.problem) == (chunks is not None)


@pytest.mark.parametrize(
    ("events", "end", "finish"),
    [
        ([{"choices": [{"delta": {"content": "a"}}]}], b"", "cut off"),
        ([{"choices": [{"delta": {"content": "a"}}]}], b"data: [DONE]\n\n", ""),
        ([{"choices": [{"delta": {"content": "a"}, "finish_reason": "stop"}]}], b"", "stop"),
        ([{"choices": [{"delta": {"content": "a"}}]}, {"choices": [{"finish_reason": "length"}]}], b"", "length"),
        ([{"choices": [{"finish_reason": "content_filter"}]}], b"data: [DONE]\n\n", "content_filter"),
        ([{"choices": [{"delta": {"content": "a"}, "finish_reason": None}]}], b"", "cut off"),
    ],
)
async def test_the_end_of_a_stream_is_told(events: list[dict[str, Any]], end: bytes, finish: str) -> None:
    body = b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events) + end
    found = await steps(httpx.Response(200, content=body))
    assert found[-1] == ChatEvent(done=True, finish=finish)
    assert all(not step.finish or step.text for step in found[:-1])


@pytest.mark.parametrize(("reason", "finish"), [("length", "length"), (None, "")])
async def test_the_end_of_a_plain_answer_is_told(reason: str | None, finish: str) -> None:
    choice = {"message": {"content": "a"}, "finish_reason": reason}
    assert (await steps(httpx.Response(200, json={"choices": [choice]})))[-1].finish == finish
