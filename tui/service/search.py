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
from tui.errors import UsageError
from tui.models import ChatEvent, InstanceKey, SearchHit, SearchResult
from tui.service.search_options import SearchOptions

MOST_INSTANCES = 10
"""Of one search or chat across a namespace (api-facts: Routes)."""


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

    def __init__(self, api: Api, clock: Callable[[], float], members: Callable[[str], tuple[str, ...]]) -> None:
        """`members` gives the ids of the instances of a namespace, as far as they are listed."""
        self._api = api
        self._clock = clock
        self._members = members

    async def search(self, key: InstanceKey, query: str, options: SearchOptions) -> Found:
        """Search one instance."""
        began = self._clock()
        api, body = self._api.using(Priority.USER), _with_options({"query": query}, options)
        if options.across:
            result = await api.search_namespace(key.namespace, self._of_all(key, body))
        else:
            result = await api.search(key, body)
        return Found(query, options, result, self._clock() - began)

    async def ask(self, key: InstanceKey, question: str, options: SearchOptions) -> AsyncIterator[Answer]:
        """The answer to a question, again and again as it grows; the last one is `done`."""
        began, answer = self._clock(), Answer(question, options)
        body = _with_options({"messages": [{"role": "user", "content": question}]}, options)
        api = self._api.using(Priority.USER)
        across = options.across
        events = api.chat_namespace(key.namespace, self._of_all(key, body)) if across else api.chat(key, body)
        async with aclosing(cast("Any", events)):  # a stopped answer closes its connection at once
            async for event in events:
                answer = replace(_grown(answer, event), seconds=self._clock() - began)
                yield answer

    def _of_all(self, key: InstanceKey, body: dict[str, Any]) -> dict[str, Any]:
        """The body for every instance of the namespace. Raises UsageError for more than the service takes at once."""
        ids = self._members(key.namespace)
        if len(ids) > MOST_INSTANCES:
            raise UsageError(
                "Too many instances",
                f"{key.namespace} has {len(ids)}; a search across a namespace takes at most {MOST_INSTANCES}.",
                "Search one instance, or two side by side.",
            )
        return {**body, "ai_search_options": {**body.get("ai_search_options", {}), "instance_ids": list(ids)}}


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
