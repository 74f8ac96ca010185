"""A query set: queries with graded items, and the arms that answer them. TOML, so that it can have comments.

instance = "default/docs-search"
k = 10

[[arm]]
name = "keyword"
retrieval = "keyword"

[[query]]
text = "print a label"
items = { "guides/label-printing.md" = 3, "guides/offline-printing.md" = 1 }

[[query]]
text = "which thermal paper"
contains = "direct thermal"
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from tui.errors import UsageError
from tui.models import InstanceKey
from tui.models.instance import DEFAULT_NAMESPACE
from tui.service.search_options import FUSION, KEYWORD_MATCH, RETRIEVAL, SearchOptions, read_options, written_boost
from tui.text import safe

DEMO_SET = Path(__file__).parents[2] / "emulator" / "demo" / "queries.toml"
"""The set over the documents of the demo."""
DEFAULT_K, MOST_K = 10, 50
HIGHEST_GRADE = 10
MOST_QUERIES = 5_000
CONTAINS = "contains:"
"""Begins the id of what a substring stands for, where other ids are item keys."""
_WORDS = {"retrieval": RETRIEVAL, "keyword_match": KEYWORD_MATCH, "fusion": FUSION}
_OPTIONS = frozenset(SearchOptions.__struct_fields__) - {"cache"}
_ARM = _OPTIONS | {"name", "instance"}
_SET = frozenset({"instance", "k", "arm", "query"})
_QUERY = frozenset({"text", "items", "contains"})


class Arm(Struct, frozen=True):
    """One way to answer: an instance (None: that of the set) and what differs from its own settings."""

    name: str
    instance: InstanceKey | None = None
    options: SearchOptions = SearchOptions()

    def body(self) -> dict[str, Any]:
        """The `ai_search_options` of its requests; the similarity cache is off, else it would answer for the index."""
        return replace(self.options, cache=False).body()


class GradedQuery(Struct, frozen=True):
    """A query and its judgements: grades of items by key, and texts of which a relevant chunk has one."""

    text: str
    items: Mapping[str, int] = {}
    contains: tuple[str, ...] = ()

    @property
    def grades(self) -> dict[str, int]:
        """Grades by document id: an item key, or what a text stands for."""
        return {**self.items, **{f"{CONTAINS}{text}": 1 for text in self.contains}}

    def document(self, item_key: str, chunk: str) -> str:
        """The id that a hit counts as: of the text that its chunk has, else the key of its item."""
        if item_key not in self.items:
            lower = chunk.casefold()
            for text in self.contains:
                if text.casefold() in lower:
                    return f"{CONTAINS}{text}"
        return item_key


class QuerySet(Struct, frozen=True):
    """A whole set; `digest` is the SHA-256 of its file."""

    queries: tuple[GradedQuery, ...]
    arms: tuple[Arm, ...] = (Arm("as it is"),)
    instance: InstanceKey | None = None
    k: int = DEFAULT_K
    name: str = ""
    digest: str = ""


def read_query_set(path: Path) -> QuerySet:
    """The set in a file. Raises UsageError for one that cannot be read or is wrong, and says where."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _wrong(f"{safe(str(path))}: {error.strerror}.") from None
    return parse_query_set(data, path.name)


def parse_query_set(data: bytes, name: str = "") -> QuerySet:
    """The set in the text of a file. Raises UsageError."""
    try:
        tree = tomllib.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise _wrong(f"{name or 'It'} is not TOML: {safe(str(error))}.") from None
    _known(tree, _SET, "the set")
    queries = _tables(tree, "query")
    if not queries:
        raise _wrong("It has no [[query]].")
    if len(queries) > MOST_QUERIES:
        raise _wrong(f"It has {len(queries):,} queries; {MOST_QUERIES:,} is the most.")
    arms = tuple(_arm(one, number) for number, one in enumerate(_tables(tree, "arm"), 1)) or (Arm("as it is"),)
    _once((arm.name for arm in arms), "arm")
    graded = tuple(_query(one, number) for number, one in enumerate(queries, 1))
    _once((query.text for query in graded), "query")
    instance = instance_key(_text(tree, "instance", "the set")) if "instance" in tree else None
    return QuerySet(graded, arms, instance, _k(tree), name, hashlib.sha256(data).hexdigest())


def instance_key(text: str) -> InstanceKey:
    """`namespace/id`, or an id of the namespace `default`. Raises UsageError."""
    namespace, _, name = text.strip().rpartition("/")
    if not name or "/" in namespace:
        raise _wrong(f"{safe(text)!r} is not an instance: write NAMESPACE/ID.")
    return InstanceKey(namespace or DEFAULT_NAMESPACE, name)


def with_query(data: bytes, query: GradedQuery, instance: InstanceKey | None = None) -> bytes:
    """The text of a set with one more query at its end; comments and layout stay.

    A query that is there already gets the new grades. An empty text becomes a set of `instance`. Raises UsageError.
    """
    import tomlkit

    if data.strip():
        parse_query_set(data)
    document = tomlkit.parse(data.decode("utf-8-sig"))
    if not data.strip() and instance:
        document.add("instance", tomlkit.item(str(instance)))
        document.add(tomlkit.nl())
    queries: Any = document.get("query")
    if queries is None:
        queries = tomlkit.aot()
        document.add("query", queries)
    table = next((one for one in queries if str(one["text"]).strip() == query.text), None)
    if table is None:
        table = tomlkit.table()
        table.add("text", query.text)
        queries.append(table)
    items: Any = table.get("items")
    if items is None:
        items = tomlkit.inline_table()
        table["items"] = items
        items = table["items"]
    for key, grade in query.items.items():
        items[key] = grade
    return tomlkit.dumps(document).encode()


def query_lines(query: GradedQuery) -> str:
    """One query as lines that can be put into a set, and are one by themselves. Raises UsageError."""
    try:
        text = with_query(b"", query).decode()
    except UnicodeEncodeError:
        raise _wrong("An item's key cannot be written as TOML.") from None
    parse_query_set(text.encode())
    return text.strip() + "\n"


def _k(tree: Mapping[str, Any]) -> int:
    k = tree.get("k", DEFAULT_K)
    if not isinstance(k, int) or isinstance(k, bool) or not 1 <= k <= MOST_K:
        raise _wrong(f"k is a whole number from 1 to {MOST_K}.")
    return k


def _query(tree: Mapping[str, Any], number: int) -> GradedQuery:
    where = f"query {number}"
    _known(tree, _QUERY, where)
    text = _text(tree, "text", where)
    items, contains = tree.get("items", {}), tree.get("contains", [])
    contains = [contains] if isinstance(contains, str) else contains
    if not isinstance(items, dict):
        raise _wrong(f"{where}: items is a table of item keys with their grades.")
    for key, grade in items.items():
        if not isinstance(grade, int) or isinstance(grade, bool) or not 0 <= grade <= HIGHEST_GRADE:
            raise _wrong(f"{where}: the grade of {safe(key)!r} is a whole number from 0 to {HIGHEST_GRADE}.")
    if not isinstance(contains, list) or not all(isinstance(one, str) and one.strip() for one in contains):
        raise _wrong(f"{where}: contains is a text, or a list of texts.")
    query = GradedQuery(text, items, tuple(dict.fromkeys(contains)))
    if not any(query.grades.values()):
        raise _wrong(f"{where} ({safe(text)!r}) names nothing relevant: give an item a grade of 1 or more.")
    return query


def _arm(tree: Mapping[str, Any], number: int) -> Arm:
    where = f"arm {number}"
    _known(tree, _ARM, where)
    name = _text(tree, "name", where)
    for field, words in _WORDS.items():
        if field in tree and tree[field] not in words:
            raise _wrong(f"{where}: {field} is one of {', '.join(words)}.")
    given = {field: value for field, value in tree.items() if field in _OPTIONS}
    if "boost" in given:
        given["boost"] = _boost(given["boost"], where)
    try:
        options = read_options({field: _typed(value) for field, value in given.items()})
    except UsageError as error:
        raise _wrong(f"{where}: {error.title}: {error.detail}") from None
    return Arm(name, instance_key(_text(tree, "instance", where)) if "instance" in tree else None, options)


def _typed(value: object) -> str:
    """A value of TOML as the form of the search options has it."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return json.dumps(value) if isinstance(value, dict) else str(value)


def _boost(boosts: object, where: str) -> str:
    """A list of `{field, direction}` as the form of the search options has it, or that text itself."""
    if isinstance(boosts, str):
        return boosts
    if not isinstance(boosts, list) or not all(_is_boost(one) for one in boosts):
        raise _wrong(f'{where}: boost is a list of {{ field = "timestamp", direction = "desc" }}.')
    return written_boost(tuple({name: one[name] for name in ("field", "direction") if name in one} for one in boosts))


def _is_boost(one: object) -> bool:
    return isinstance(one, dict) and "field" in one and all(isinstance(value, str) for value in one.values())


def _tables(tree: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    tables = tree.get(name, [])
    if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
        raise _wrong(f"Each {name} begins with [[{name}]].")
    return tables


def _known(tree: Mapping[str, Any], names: Iterable[str], where: str) -> None:
    if unknown := sorted(tree.keys() - set(names)):
        raise _wrong(f"{where}: {safe(unknown[0])!r} is not known here; it takes {', '.join(sorted(names))}.")


def _text(tree: Mapping[str, Any], name: str, where: str) -> str:
    value = tree.get(name)
    if not isinstance(value, str) or not value.strip():
        raise _wrong(f"{where}: {name} is a text.")
    return value.strip()


def _once(names: Iterable[str], what: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise _wrong(f"The {what} {safe(name)!r} is there twice.")
        seen.add(name)


def _wrong(detail: str) -> UsageError:
    return UsageError("The query set is wrong", detail, "See docs/retrieval-lab.md.")
