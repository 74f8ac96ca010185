"""Questions to an instance: searches, and answers that grow while they are streamed.

Both are POSTs that only read: they are allowed in read-only mode, are not audited, and are never repeated by
themselves, since each counts against the monthly quota of queries (api-errors: 7069).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from typing import Any, cast

from msgspec import Struct
from msgspec.structs import replace

from tui.contract import Api, Priority
from tui.models import ChatEvent, InstanceKey, SearchHit, SearchResult
from tui.service.search_options import SearchOptions


class Found(Struct, frozen=True):
    """The reply to a search of `query`, and how long it took in seconds."""

    query: str
    options: SearchOptions
    result: SearchResult
    seconds: float

    @property
    def hits(self) -> tuple[SearchHit, ...]:
        """The chunks, best first."""
        return self.result.chunks


class Answer(Struct, frozen=True):
    """An answer as far as it has come; `sources` are the chunks it rests on, in the server's order."""

    question: str
    options: SearchOptions
    text: str = ""
    sources: tuple[SearchHit, ...] = ()
    seconds: float = 0.0
    done: bool = False
    finish: str = ""
    """Why the model stopped, in its own word, or CUT_OFF."""


class Searching:
    """Asks. Raises AppError; nothing is kept here, since a result matters only to the view that asked."""

    def __init__(self, api: Api, clock: Callable[[], float]) -> None:
        self._api = api
        self._clock = clock

    async def search(self, key: InstanceKey, query: str, options: SearchOptions) -> Found:
        """Search one instance."""
        began = self._clock()
        body = _with_options({"query": query}, options)
        result = await self._api.using(Priority.USER).search(key, body)
        return Found(query, options, result, self._clock() - began)

    async def ask(self, key: InstanceKey, question: str, options: SearchOptions) -> AsyncIterator[Answer]:
        """The answer to a question, again and again as it grows; the last one is `done`."""
        began, answer = self._clock(), Answer(question, options)
        body = _with_options({"messages": [{"role": "user", "content": question}]}, options)
        events = self._api.using(Priority.USER).chat(key, body)
        async with aclosing(cast("Any", events)):  # a stopped answer closes its connection at once
            async for event in events:
                answer = replace(_grown(answer, event), seconds=self._clock() - began)
                yield answer


def _grown(answer: Answer, event: ChatEvent) -> Answer:
    return replace(
        answer,
        text=answer.text + event.text,
        sources=event.chunks or answer.sources,
        done=answer.done or event.done,
        finish=event.finish or answer.finish,
    )


def _with_options(body: dict[str, Any], options: SearchOptions) -> dict[str, Any]:
    chosen = options.body()
    return {**body, "ai_search_options": chosen} if chosen else body
