"""Search and chat, over one instance and over several of a namespace."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from typing import Any

from msgspec import structs

from tui.api.base import Endpoints
from tui.api.envelope import parse, refusal
from tui.api.request import Call
from tui.api.sse import Event, EventParser
from tui.errors import AppError, BadReply
from tui.models import CUT_OFF, ChatEvent, InstanceKey, SearchHit, SearchResult, decode_list, decode_one
from tui.models.item import with_exact_keys
from tui.text import safe

DONE = "[DONE]"
STREAM = "text/event-stream"
_MAX_PLAIN = 8_000_000
_PLACES = frozenset({"choices", "response", "chunks"})
"""Where an answer or its sources stand."""


class SearchEndpoints(Endpoints):
    """POST, but nothing is written: a lost reply is a lost reply. Models are at work, so the time limits are long."""

    async def search(self, key: InstanceKey, body: Mapping[str, Any], *, repeat: bool = False) -> SearchResult:
        """Search one instance. `repeat` lets it be sent again after a fault: it reads, but counts against a quota."""
        return await self._search(self._instance(key, "search"), body, repeat=repeat)

    async def search_namespace(self, namespace: str, body: Mapping[str, Any]) -> SearchResult:
        """Search several instances of a namespace at once, at most 10."""
        return await self._search(self._path("ai-search", "namespaces", namespace, "search"), body)

    def chat(self, key: InstanceKey, body: Mapping[str, Any]) -> AsyncIterator[ChatEvent]:
        """A streamed answer over one instance."""
        return self._chat(self._instance(key, "chat", "completions"), body)

    def chat_namespace(self, namespace: str, body: Mapping[str, Any]) -> AsyncIterator[ChatEvent]:
        """A streamed answer over several instances of a namespace."""
        return self._chat(self._path("ai-search", "namespaces", namespace, "chat", "completions"), body)

    async def _search(self, path: str, body: Mapping[str, Any], *, repeat: bool = False) -> SearchResult:
        reply = await self._wire.send(Call("POST", path, body=body, slow=True, reads=repeat), self._priority)
        return _found(with_exact_keys(reply.result, reply.exact))

    async def _chat(self, path: str, body: Mapping[str, Any]) -> AsyncIterator[ChatEvent]:
        """Events as they come: no envelope (api-facts: Routes). A server that does not stream is understood as well."""
        call = Call("POST", path, body={**body, "stream": True}, slow=True, accept=STREAM)
        answer = _Answer()
        async with aclosing(self._wire.stream(call, self._priority)) as pieces:
            async for piece in pieces:
                for event in answer.feed(piece):
                    yield event
                if answer.done:
                    break
        for event in answer.finish():
            yield event
        yield ChatEvent(done=True, finish=answer.how_it_ended)


def _found(raw: Any) -> SearchResult:
    """A search result whose hits are decoded one by one: a malformed one is a marked hit, not an empty result."""
    hits = raw.get("chunks") if isinstance(raw, dict) else None
    if not isinstance(hits, list):
        return decode_one(SearchResult, {**raw, "chunks": []} if isinstance(raw, dict) and hits is None else raw)
    return structs.replace(decode_one(SearchResult, {**raw, "chunks": []}), chunks=decode_list(SearchHit, hits))


class _Answer:
    """Reads the body of a chat: server-sent events, or one plain JSON object."""

    def __init__(self) -> None:
        self.done = False
        self._finish = ""
        self._parser: EventParser | None = None
        self._plain = b""

    def feed(self, piece: bytes) -> list[ChatEvent]:
        """The steps that `piece` completes."""
        if self._parser is None:
            self._plain += piece
            start = self._plain.lstrip()
            if not start or start.startswith(b"{"):
                if len(start) > _MAX_PLAIN:
                    raise BadReply("Reply too large", "The answer does not end.", "Ask again.")
                return []
            self._parser, piece = EventParser(), self._plain
        return self._steps(self._parser.feed(piece))

    def finish(self) -> list[ChatEvent]:
        """The steps left at the end of the body."""
        if self._parser is not None:
            return [] if self.done else self._steps(self._parser.finish())
        steps = _plain_steps(self._plain) if self._plain.strip() else []
        self._finish = next((step.finish for step in steps if step.finish), "")
        return [step for step in steps if step.text or step.chunks]

    @property
    def how_it_ended(self) -> str:
        """The model's reason, or that a stream ended without its end."""
        cut = self._parser is not None and not self.done and not self._finish
        return CUT_OFF if cut else self._finish

    def _steps(self, events: list[Event]) -> list[ChatEvent]:
        steps = []
        for event in events:
            if event.data.strip() == DONE:
                self.done = True
                break
            if event.name == "error":
                raise _told_error(event.data.encode())
            if event.data.strip() and (step := _step(event.data.encode())):
                self._finish = step.finish or self._finish
                if step.text or step.chunks:
                    steps.append(step)
        return steps


def _plain_steps(body: bytes) -> list[ChatEvent]:
    """The steps of a reply that is one JSON value. Raises BadReply for one that has no place for an answer at all."""
    if step := _step(body):
        return [step]
    _, tree = parse(body, 200, {})
    nested = tree.get("result", tree) if isinstance(tree, dict) else tree
    if isinstance(nested, dict) and _PLACES & nested.keys():
        return []
    raise BadReply("The API sent something else", "Expected an answer, as a stream or whole.", "Ask again.")


def _step(body: bytes) -> ChatEvent | None:
    """One JSON value of a chat as a step; None for one without text and sources. Raises AppError for an error in it.

    Text comes as OpenAI's deltas, as a whole message, or as `response`; sources as `chunks` or as a bare list.
    """
    exact, tree = parse(body, 200, {})
    tree = with_exact_keys(tree, exact)
    if isinstance(tree, list):
        return ChatEvent(chunks=decode_list(SearchHit, tree))
    if not isinstance(tree, dict):
        return None
    if tree.get("success") is False or "error" in tree:
        raise _stream_error(tree)
    nested = tree.get("result")
    if isinstance(nested, dict):
        tree = nested
    chunks = tree.get("chunks")
    hits = decode_list(SearchHit, chunks) if isinstance(chunks, list) else ()
    text, finish = _text(tree), _finish(tree)
    return ChatEvent(text, hits, finish=finish) if text or hits or finish else None


def _text(tree: Mapping[str, Any]) -> str:
    choices = tree.get("choices")
    if not isinstance(choices, list):
        response = tree.get("response")
        return response if isinstance(response, str) else ""
    bodies = [choice.get("delta", choice.get("message")) for choice in choices if isinstance(choice, dict)]
    texts = [body.get("content") for body in bodies if isinstance(body, dict)]
    return "".join(text for text in texts if isinstance(text, str))


def _finish(tree: Mapping[str, Any]) -> str:
    """Why the model stopped, in its own word; empty while it goes on."""
    choices = tree.get("choices")
    reasons = (
        [one.get("finish_reason") for one in choices if isinstance(one, dict)] if isinstance(choices, list) else []
    )
    return next((reason for reason in reasons if isinstance(reason, str)), "")


def _told_error(body: bytes) -> AppError:
    """The error in an event of that name: an object like any other, or just words."""
    try:
        _, tree = parse(body, 200, {})
    except BadReply:
        tree = safe(body.decode())
    return _stream_error(tree if isinstance(tree, dict) else {"error": str(tree)})


def _stream_error(tree: Mapping[str, Any]) -> AppError:
    """The error inside a stream whose status was already 200; it counts as a fault of the server."""
    error = tree.get("error")
    inner = error if isinstance(error, dict) else {"message": error} if isinstance(error, str) else tree
    errors = tree.get("errors") if isinstance(tree.get("errors"), list) else [inner]
    return refusal(500, {}, {"success": False, "errors": errors})
