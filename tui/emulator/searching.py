"""Search: BM25 and trigram vectors over the chunks of an instance, fused, filtered, boosted, reranked."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from tui.emulator.filters import compile_filter
from tui.emulator.items import chunk_id, item_identity
from tui.emulator.questions import Question
from tui.emulator.ranking import Place, fused, places
from tui.emulator.records import Instance
from tui.emulator.times import parse_moment
from tui.emulator.words import phrase, words_of
from tui.emulator.world import World

CANDIDATES = 200
NEAREST = 100
COMPARED = 1000
MOST_WORDS = 64
BOOST = 0.15
COMMON = """
a an and are as at be but by can could do does for from had has have how i if in is it its me my of on or our so than
that the their them then there these they this to us was we were what when where which who why will with would you your
"""
STOP_WORDS = frozenset(COMMON.split())


@dataclass(frozen=True, slots=True)
class Hit:
    """One chunk that answers: `score` between 0 and 1, `rank` after the fusion, `timestamp` in epoch seconds."""

    n: int
    item: int
    seq: int
    key: str
    text: str
    metadata: dict[str, Any]
    timestamp: float
    rank: int
    score: float
    keyword: Place | None = None
    vector: Place | None = None
    reranking: float | None = None


def words(text: str) -> list[str]:
    """Return the words of a query in lower case, each once, at most `MOST_WORDS`, without those that say nothing."""
    found = list(dict.fromkeys(words_of(text)))
    return ([word for word in found if word not in STOP_WORDS] or found)[:MOST_WORDS]


def search(world: World, instance: Instance, question: Question) -> list[Hit]:
    """Return the best chunks of `instance`, best first."""
    hits = _found(world, instance, question)
    hits = [hit for hit in _boosted(hits, question) if hit.score >= question.threshold]
    if question.rerank:
        hits = _reranked(hits, question)
    return [_expanded(world, hit, question.expansion) for hit in hits[: question.results]]


def _found(world: World, instance: Instance, question: Question) -> list[Hit]:
    """Return what the lists that the question wants have, fused into one."""
    where, values = compile_filter(question.filters)
    expression = None if question.retrieval == "vector" else _expression(instance, question)
    matched = world.index.match(instance, expression, where, values, CANDIDATES) if expression else []
    near = []
    if question.retrieval != "keyword":
        among = _sharing_a_word(world, instance, question) if world.index.vectors.many(instance.n) else None
        near = world.index.vectors.nearest(instance.n, question.text, where, values, NEAREST, among)
    keyword, vector = places(matched, relative=True), places(near, relative=False)
    lists = {"keyword": [keyword], "vector": [vector]}.get(question.retrieval, [keyword, vector])
    ranked = fused(lists, question.fusion)
    rows = world.index.chunks([n for n, _ in ranked])
    found = [(n, score, rows[n]) for n, score in ranked]
    return [
        Hit(
            n, row["item"], row["seq"], row["key"], row["text"], json.loads(row["metadata"] or "{}"),
            row["timestamp"], rank, score, keyword.get(n), vector.get(n),
        )
        for rank, (n, score, row) in enumerate(found, 1)
    ]  # fmt: skip


def _sharing_a_word(world: World, instance: Instance, question: Question) -> list[int]:
    """Return the chunks worth comparing in an instance that is too large for all of them."""
    where, values = compile_filter(question.filters)
    expression = _expression(instance, replace(question, match_all=False))
    matched = world.index.match(instance, expression, where, values, COMPARED) if expression else []
    return [n for n, _ in matched]


def search_query(question: Question) -> str:
    """Return what was really searched for: a rewritten query is its keywords."""
    return " ".join(words(question.text)) if question.rewrite else question.text


def view(instance: Instance, hit: Hit, question: Question) -> dict[str, Any]:
    """Return the JSON of one hit."""
    details: dict[str, Any] = {}
    for name, place in (("keyword", hit.keyword), ("vector", hit.vector)):
        if place is not None:
            details |= {f"{name}_score": round(place.score, 6), f"{name}_rank": place.rank}
    if question.retrieval == "hybrid":
        details["fusion_method"] = question.fusion
    if hit.reranking is not None:
        details["reranking_score"] = round(hit.reranking, 6)
    return {
        "id": chunk_id(item_identity(instance, hit.key), hit.seq),
        "type": "text",
        "score": round(hit.score, 6),
        "text": hit.text,
        "item": {"key": hit.key, "timestamp": int(hit.timestamp * 1000), "metadata": hit.metadata},
        "scoring_details": details,
    }


def _expression(instance: Instance, question: Question) -> str | None:
    """Return the FTS5 query, None when nothing can match; every word is quoted, so none is an operator."""
    trigrams = instance.tokenizer == "trigram"
    terms = [found for word in words(question.text) if (found := phrase(word, trigrams=trigrams))]
    return (" AND " if question.match_all else " OR ").join(terms) or None


def _boosted(hits: list[Hit], question: Question) -> list[Hit]:
    """Lift hits by their metadata: each boost adds a share of at most `BOOST` to the score."""
    if not question.boosts or not hits:
        return hits
    lifts = [_lifts(hits, field, direction) for field, direction in question.boosts]
    top = 1 + BOOST * len(lifts)
    lifted = (replace(hit, score=(hit.score + BOOST * sum(share[hit.n] for share in lifts)) / top) for hit in hits)
    return sorted(lifted, key=lambda hit: (-hit.score, hit.rank))


def _lifts(hits: list[Hit], field: str, direction: str | None) -> dict[int, float]:
    """Return for each hit how far up, 0 to 1, it stands by one field."""
    direction = direction or ("desc" if field == "timestamp" else "exists")
    values = {hit.n: hit.timestamp if field == "timestamp" else hit.metadata.get(field) for hit in hits}
    if direction in {"exists", "not_exists"}:
        return {n: float((value is not None) == (direction == "exists")) for n, value in values.items()}
    moments = {n: parse_moment(value) for n, value in values.items()}
    known = [moment for moment in moments.values() if moment is not None]
    low, spread = min(known, default=0.0), max(known, default=0.0) - min(known, default=0.0)
    if not spread:
        return dict.fromkeys(values, 0.0)
    shares = {n: None if moment is None else (moment - low) / spread for n, moment in moments.items()}
    return {n: 0.0 if s is None else s if direction == "desc" else 1 - s for n, s in shares.items()}


def _reranked(hits: list[Hit], question: Question) -> list[Hit]:
    """Rank by the score and by how much of the question a chunk covers, how close together; weak ones are dropped."""
    terms = words(question.text)
    scored = (replace(hit, reranking=(hit.score + _coverage(hit.text, terms)) / 2) for hit in hits)
    kept = [hit for hit in scored if (hit.reranking or 0) >= question.rerank_threshold]
    return sorted(kept, key=lambda hit: (-(hit.reranking or 0), hit.rank))


def _coverage(text: str, terms: Iterable[str]) -> float:
    lower = text.lower()
    places = [lower.find(term) for term in terms]
    found = [place for place in places if place >= 0]
    if not found:
        return 0.0
    closeness = 1 / (1 + (max(found) - min(found)) / 400)
    return len(found) / len(places) * (0.7 + 0.3 * closeness)


def _expanded(world: World, hit: Hit, around: int) -> Hit:
    """Return the hit with the text of `around` chunks on either side, what they share only once."""
    if not around:
        return hit
    rows = world.storage.rows(
        "SELECT text, start_byte, end_byte FROM chunk WHERE item = ? AND seq BETWEEN ? AND ? ORDER BY seq",
        hit.item, hit.seq - around, hit.seq + around,
    )  # fmt: skip
    whole, end = b"", None
    for row in rows:
        piece = row["text"].encode()
        whole += piece if end is None else b"\n" * (row["start_byte"] > end) + piece[max(0, end - row["start_byte"]) :]
        end = row["end_byte"]
    return replace(hit, text=whole.decode("utf-8", "replace"))
