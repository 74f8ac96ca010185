"""Search and chat, on one instance and on up to ten of a namespace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from msgspec import UnsetType

from tui.emulator import answers, searching
from tui.emulator.errors import ApiError
from tui.emulator.questions import (
    MOST_INSTANCES,
    Asked,
    ChatRequest,
    MultiChatRequest,
    MultiOptions,
    MultiSearchRequest,
    Options,
    SearchRequest,
    Turn,
    asked,
    last_user_turn,
    legacy_options,
    question,
)
from tui.emulator.records import Instance
from tui.emulator.schema import parse
from tui.emulator.web import Call, Operation, Reply, instance_operation, result


@dataclass(frozen=True, slots=True)
class Findings:
    """What a search found: the JSON of the chunks, the query really searched for, what went wrong where."""

    chunks: list[dict[str, Any]]
    searched: str
    kind: str
    errors: list[dict[str, str]]


def search(call: Call) -> Reply:
    """Search one instance."""
    request = parse(SearchRequest, {} if call.body is None else call.body)
    found = _one(call, call.instance(), asked(request.query, request.messages), legacy_options(request))
    return result({"search_query": found.searched, "query_kind": found.kind, "chunks": found.chunks})


def search_many(call: Call) -> Reply:
    """Search up to ten instances of a namespace."""
    namespace = call.namespace
    request = parse(MultiSearchRequest, call.body)
    found = _many(call, namespace, asked(request.query, request.messages), request.ai_search_options)
    return result(
        {"search_query": found.searched, "query_kind": found.kind, "chunks": found.chunks, "errors": found.errors}
    )


def chat(call: Call) -> Reply:
    """Answer from one instance."""
    request = parse(ChatRequest, call.body)
    instance, said = call.instance(), _user_turn(request.messages)
    return _answer(call, request, said, _one(call, instance, said, request.ai_search_options), many=False)


def chat_many(call: Call) -> Reply:
    """Answer from up to ten instances of a namespace."""
    namespace = call.namespace
    request = parse(MultiChatRequest, call.body)
    said = _user_turn(request.messages)
    return _answer(call, request, said, _many(call, namespace, said, request.ai_search_options), many=True)


def _user_turn(messages: list[Turn]) -> Asked:
    said = last_user_turn(messages)
    if said is None:
        raise ApiError.named("missing_user_message")
    return said


def _one(call: Call, instance: Instance, said: Asked, options: Options | UnsetType) -> Findings:
    wanted = question(instance, said, options)
    hits = searching.search(call.world, instance, wanted)
    chunks = [searching.view(instance, hit, wanted) for hit in hits]
    return Findings(chunks, searching.search_query(wanted), wanted.kind, [])


def _many(call: Call, namespace: str, said: Asked, options: MultiOptions) -> Findings:
    """Search each instance and merge by score; one that fails is reported and does not spoil the rest."""
    if len(options.instance_ids) > MOST_INSTANCES:
        raise ApiError.named("too_many_multi_search_instances")
    retrieval = options.retrieval
    chunks: list[dict[str, Any]] = []
    errors: list[dict[str, str]] = []
    most, searched = 0, said.text
    for instance_id in dict.fromkeys(options.instance_ids):
        try:
            instance = call.world.instances.get(namespace, instance_id)
            found = _one(call, instance, said, options)
        except ApiError as error:
            errors.append({"instance_id": instance_id, "message": error.message})
            continue
        most = max(most, question(instance, said, options).results)
        searched = found.searched
        chunks += [{**chunk, "instance_id": instance_id} for chunk in found.chunks]
    strict = not isinstance(retrieval, UnsetType) and not retrieval.return_on_failure
    if errors and (strict or not most):
        raise ApiError.named("one_or_more_instance_searches_failed")
    ranked = sorted(chunks, key=lambda chunk: -float(chunk["score"]))
    return Findings(ranked[:most], searched, said.kind, errors)


def _answer(call: Call, request: ChatRequest, said: Asked, found: Findings, *, many: bool) -> Reply:
    identity, created = f"id-{int(call.now * 1000)}", int(call.now)
    text = answers.compose(said.text, found.chunks)
    if request.stream:
        return Reply(events=answers.stream(identity, created, text, found.chunks))
    more = {"errors": found.errors} if many else {}
    return Reply(answers.completion(identity, created, said.text, text, found.chunks, **more))


ROUTES: list[Operation] = [
    *instance_operation("search", "POST", "/search", search),
    *instance_operation("chat", "POST", "/chat/completions", chat),
    Operation("search_namespace", "POST", "/namespaces/{name}/search", search_many),
    Operation("chat_namespace", "POST", "/namespaces/{name}/chat/completions", chat_many),
]
