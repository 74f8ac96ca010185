"""Chat answers without a model: the sentences of the found chunks that say most about the question."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from tui.emulator.searching import words

MODEL = "emulator/extractive"
SENTENCES = 4
NOTHING = "I found nothing about that in the documents."
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")


def compose(question: str, chunks: list[dict[str, Any]]) -> str:
    """Return an answer made of sentences of `chunks` (JSON of hits), with the keys they come from."""
    terms = words(question)
    scored: list[tuple[float, int, str, str]] = []
    for order, chunk in enumerate(chunks):
        for sentence in _SENTENCE.split(chunk["text"]):
            plain = sentence.strip().lstrip("#>*- ").strip()
            hits = sum(term in plain.lower() for term in terms)
            if hits and len(plain) > 12:
                scored.append((hits + chunk["score"] / 2, -order, plain, chunk["item"]["key"]))
    best = sorted(scored, key=lambda one: one[:2], reverse=True)
    chosen = list({plain: key for _, _, plain, key in best}.items())[:SENTENCES]
    if not chosen:
        return NOTHING
    sources = ", ".join(dict.fromkeys(key for _, key in chosen))
    text = " ".join(plain if plain.endswith((".", "!", "?")) else plain + "." for plain, _ in chosen)
    return f"{text}\n\nSources: {sources}"


def completion(
    identity: str, created: int, question: str, answer: str, chunks: list[dict[str, Any]], **more: Any
) -> dict[str, Any]:
    """Return a whole chat completion: no v4 envelope (api-facts: Routes)."""
    message = {"role": "assistant", "content": answer}
    spent, made = len(question) // 4 + 1, len(answer) // 4 + 1
    return {
        "id": identity,
        "object": "chat.completion",
        "created": created,
        "model": MODEL,
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": spent, "completion_tokens": made, "total_tokens": spent + made},
        "chunks": chunks,
        **more,
    }


def stream(identity: str, created: int, answer: str, chunks: list[dict[str, Any]]) -> Iterator[bytes]:
    """Yield server-sent events: the chunks first, then the answer in pieces, then `[DONE]`."""
    yield b"event: chunks\ndata: " + msgspec.json.encode(chunks) + b"\n\n"
    head = {"id": identity, "created": created, "model": MODEL, "object": "chat.completion.chunk"}
    for piece in re.findall(r"\s*\S+|\s+", answer):
        yield _data({**head, "choices": [{"index": 0, "delta": {"content": piece}}]})
    yield _data({**head, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    yield b"data: [DONE]\n\n"


def _data(value: dict[str, Any]) -> bytes:
    return b"data: " + msgspec.json.encode(value) + b"\n\n"
