"""Finding a setting by what an operator calls it: the API's name, whole or in part, or the label. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tui.errors import UsageError
from tui.service.config.fields import Field
from tui.text import similar

SYNONYMS: Mapping[str, str] = {
    "source": "bucket r2 url host",
    "token_id": "credentials",
    "sync_interval": "schedule period how often",
    "paused": "paused resume disable",
    "source_params.include_items": "patterns globs",
    "source_params.exclude_items": "patterns globs ignore",
    "chunk_size": "tokens length",
    "indexing_options.use_ocr": "image text",
    "max_num_results": "max results top k",
    "score_threshold": "min score",
    "retrieval_options.boost_by": "boost",
    "ai_search_model": "generation llm chat model",
    "ai_gateway_id": "gateway",
    "cache_ttl": "cache duration expiry",
    "cache_threshold": "similarity",
    "public_endpoint_params.enabled": "public endpoint",
    "public_endpoint_params.rate_limit.requests": "rate limit",
}
"""Other words for a setting."""


def found(fields: Iterable[Field], text: str) -> list[Field]:
    """The fields that a text may mean, the likeliest first; words may come in any order, `_` and space are the same."""
    ranked = [(_rank(field, text), number, field) for number, field in enumerate(fields)]
    return [field for rank, _, field in sorted(ranked, key=lambda one: one[:2]) if rank < _NOT]


def one_field(fields: Iterable[Field], text: str) -> Field:
    """The one field with this name: its path, the end of its path, or its label. Raises UsageError."""
    known = tuple(fields)
    exact = [field for field in known if _rank(field, text) <= _SAME]
    path = [field for field in exact if field.path == text]
    if len(path or exact) == 1:
        return (path or exact)[0]
    if exact:
        raise UsageError("Which field?", f"{text} may be {' or '.join(field.path for field in exact)}.")
    guess = similar(_plain(text).replace(" ", "_"), [name for field in known for name in (field.path, field.short)])
    near = [field.path for field in found(known, text)][:3]
    hint = guess or (f"Did you mean {', '.join(near)}?" if near else "Type part of a name to see what there is.")
    raise UsageError("No such field", f"There is no field {text!r}.", hint)


_SAME, _NOT = 1, 9


def _rank(field: Field, text: str) -> int:
    """How well a text names a field: 0 and 1 are its names, higher is worse, _NOT is not at all."""
    wanted, label = _plain(text), _plain(field.label)
    path = _plain(field.path)
    names = (path, _plain(field.short), _plain(field.path.rpartition(".")[2]))
    if wanted == path:
        return 0
    if wanted in (*names, label):
        return _SAME
    if any(name.startswith(wanted) for name in (*names[1:], label, path)):
        return 2
    words = wanted.split()
    for rank, haystack in (
        (3, f"{names[1]} {label}"),
        (4, path),
        (5, f"{path} {label} {SYNONYMS.get(field.path, '')}"),
    ):
        if all(word in haystack for word in words):
            return rank
    return _NOT


def _plain(text: str) -> str:
    """Lower case, one space between words: `_`, `-` and `.` count as spaces."""
    return " ".join(text.casefold().translate(_SPACES).split())


_SPACES = str.maketrans("_-.", "   ")
