"""The settings of an instance that an operator can change, as data: type, allowed values, default, what it costs.

Source of every row: the contract's InstanceCreate and InstanceUpdate (a test holds them together). Not here on purpose:
`hybrid_search_enabled`, deprecated for `index_method`, and `metadata`, which belongs to the dashboard's wizard. Both
can still be changed as JSON.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum, StrEnum
from typing import Any

from msgspec import Struct

from tui.models import SourceKind
from tui.service.config.labels import LABELS
from tui.service.config.models import EMBEDDING, GENERATION, RERANKING

R2, WEB = SourceKind.R2, SourceKind.WEB


class Kind(Enum):
    """What a field holds, and so how it is entered."""

    YES_NO = "yes or no"
    INTEGER = "a whole number"
    NUMBER = "a number"
    CHOICE = "one of a list"
    TEXT = "text"
    MODEL = "a model's name"
    LONG = "text of several lines"
    LIST = "a list, one entry a line"
    JSON = "JSON"
    TOKEN = "a service token"
    NAMESPACE = "a namespace"


class Group(StrEnum):
    """What a field is about, in the order of the form."""

    NEW = "Instance"
    SOURCE = "Source"
    CRAWLER = "Crawler"
    INDEXING = "Indexing"
    RETRIEVAL = "Retrieval"
    ANSWERS = "Answers"
    CACHE = "Cache"
    ENDPOINT = "Public endpoint"


PREFIXES: Mapping[Group, str] = {
    Group.SOURCE: "source_params.",
    Group.CRAWLER: "source_params.web_crawler.",
    Group.INDEXING: "indexing_options.",
    Group.RETRIEVAL: "retrieval_options.",
    Group.ENDPOINT: "public_endpoint_params.",
}
"""What the short names of a group leave out."""
_SHORT = {
    "chat_completions_endpoint.disabled": "chat_endpoint.disabled",
}
_INNER = ("parse_options.", "discover_options.")
"""Objects that an API name leaves out where there is little room; the whole path stands below the form."""


class Field(Struct, frozen=True):
    """One setting. `path` is dotted. `default` is the contract's for a new instance, None where it promises none.

    `low`, `high` bound a number, `most` the entries of a list or object. `reindexes`: a change indexes every document
    anew. `creates`: InstanceCreate has it too; InstanceUpdate has all but those of the group NEW.
    """

    path: str
    group: Group
    kind: Kind
    help: str
    default: Any = None
    choices: tuple[Any, ...] = ()
    low: float | None = None
    high: float | None = None
    most: int | None = None
    nullable: bool = False
    reindexes: bool = False
    creates: bool = True
    only: SourceKind | None = None

    @property
    def label(self) -> str:
        """The setting in plain English."""
        return LABELS[self.path]

    @property
    def short(self) -> str:
        """The API's name without the objects around it."""
        path = self.path.removeprefix(PREFIXES.get(self.group, ""))
        for inner in _INNER:
            path = path.removeprefix(inner)
        return _SHORT.get(path, path)

    @property
    def top(self) -> str:
        """The top-level field that a PUT sends it in."""
        return self.path.partition(".")[0]


CREATION = (
    Field(
        "id", Group.NEW, Kind.TEXT, "Up to 32 lower case letters, digits, _ and single - inside. It cannot be changed."
    ),
    Field("namespace", Group.NEW, Kind.NAMESPACE, "Where it lives; it can be moved later."),
    Field(
        "type",
        Group.NEW,
        Kind.CHOICE,
        "Where documents come from. It cannot be changed.",
        choices=tuple(map(str, SourceKind)),
    ),
)
"""What is chosen once, when an instance is made. A `type` of `built-in` is sent as none at all."""


def _source() -> Iterator[Field]:
    group, params = Group.SOURCE, "source_params."
    yield Field("source", group, Kind.TEXT, "The name of the R2 bucket, or the address of the website.", nullable=True)
    yield Field("token_id", group, Kind.TOKEN, "The service token that reads the source.")
    intervals = (900, 1800, 3600, 7200, 14400, 21600, 43200, 86400)
    yield Field("sync_interval", group, Kind.CHOICE, "Between two scheduled syncs.", 21_600, intervals)
    yield Field("paused", group, Kind.YES_NO, "No scheduled syncs.", creates=False)
    yield Field(params + "prefix", group, Kind.TEXT, "Only the objects below this prefix.", only=R2)
    yield Field(params + "r2_jurisdiction", group, Kind.TEXT, "Where the bucket is kept.", "default", only=R2)
    yield Field(params + "include_items", group, Kind.LIST, "Only what matches one of these patterns.")
    yield Field(params + "exclude_items", group, Kind.LIST, "Not what matches one of these patterns.")


def _crawler() -> Iterator[Field]:
    def field(name: str, kind: Kind, words: str, default: Any = None, **rules: Any) -> Field:
        return Field(f"{PREFIXES[Group.CRAWLER]}{name}", Group.CRAWLER, kind, words, default, only=WEB, **rules)

    def costly(name: str, kind: Kind, words: str, default: Any = None, **rules: Any) -> Field:
        return field(name, kind, words, default, reindexes=True, **rules)

    yield costly("parse_type", Kind.CHOICE, "How pages are found.", "sitemap", choices=("sitemap", "discover"))
    yield field("parse_options.specific_sitemaps", Kind.LIST, "These sitemaps instead of the site's own.", most=5)
    yield costly("parse_options.content_selector", Kind.JSON, "Per path, the CSS selector of the content.", most=10)
    yield field("parse_options.include_headers", Kind.JSON, "Request headers to send along.", most=5)
    yield field("parse_options.include_images", Kind.YES_NO, "Index images too.")
    yield field("parse_options.use_browser_rendering", Kind.YES_NO, "Run the scripts of a page before reading it.")
    sources = ("all", "sitemaps", "links")
    yield costly("discover_options.source", Kind.CHOICE, "Where addresses of pages are taken from.", choices=sources)
    yield costly("discover_options.depth", Kind.NUMBER, "How many links away from the start.", 5, low=1, high=100_000)
    yield costly("discover_options.limit", Kind.NUMBER, "How many pages at most.", low=1, high=100_000)
    yield costly("discover_options.max_age", Kind.NUMBER, "Seconds that a page is taken as fresh.", low=0, high=604_800)
    yield costly("discover_options.include_subdomains", Kind.YES_NO, "Follow links to subdomains.")
    yield costly("discover_options.include_external_links", Kind.YES_NO, "Follow links to other sites.")


def _indexing() -> Iterator[Field]:
    def field(name: str, kind: Kind, words: str, default: Any = None, **rules: Any) -> Field:
        return Field(name, Group.INDEXING, kind, words, default, **rules)

    def costly(name: str, kind: Kind, words: str, default: Any = None, **rules: Any) -> Field:
        return field(name, kind, words, default, reindexes=True, **rules)

    yield costly("embedding_model", Kind.MODEL, "Turns chunks into vectors.", choices=EMBEDDING, nullable=True)
    yield costly("chunk", Kind.YES_NO, "Split documents into chunks.", True)
    yield costly("chunk_size", Kind.INTEGER, "Tokens of a chunk.", low=64)
    yield costly("chunk_overlap", Kind.INTEGER, "Percent that two chunks share.", 10, low=0, high=30)
    tokenizers = ("porter", "trigram")
    words = "How the keyword index splits words."
    yield costly("indexing_options.keyword_tokenizer", Kind.CHOICE, words, "porter", choices=tokenizers)
    yield costly("indexing_options.use_ocr", Kind.YES_NO, "Read the text in images.", False)
    yield costly("index_method.vector", Kind.YES_NO, "Keep a vector index.", True)
    yield costly("index_method.keyword", Kind.YES_NO, "Keep a keyword index.", True)
    words = 'Fields of the documents to filter by: [{"field_name": "audience", "data_type": "text"}].'
    yield field("custom_metadata", Kind.JSON, words, most=20)
    yield field("summarization", Kind.YES_NO, "Summarise documents.", creates=False)
    yield field(
        "summarization_model", Kind.MODEL, "Summarises.", choices=GENERATION, nullable=True, creates=False
    )  # fmt: skip
    prompt = "system_prompt_index_summarization"
    yield field(prompt, Kind.LONG, "How to summarise.", nullable=True, creates=False)


def _retrieval() -> Iterator[Field]:
    def field(name: str, kind: Kind, words: str, default: Any = None, **rules: Any) -> Field:
        return Field(name, Group.RETRIEVAL, kind, words, default, **rules)

    yield field("max_num_results", Kind.INTEGER, "Chunks that a search answers with.", 10, low=1, high=50)
    yield field("score_threshold", Kind.NUMBER, "Chunks below this score are left out.", 0.4, low=0, high=1)
    yield field("fusion_method", Kind.CHOICE, "How vector and keyword ranks are joined.", "rrf", choices=("max", "rrf"))
    words = "Whether all words of a query must be found, or any."
    yield field("retrieval_options.keyword_match_mode", Kind.CHOICE, words, choices=("and", "or"))
    words = 'What lifts a result: [{"field": "timestamp", "direction": "desc"}].'
    yield field("retrieval_options.boost_by", Kind.JSON, words, most=3)
    yield field("reranking", Kind.YES_NO, "Reorder the results by a model.", False)
    yield field("reranking_model", Kind.MODEL, "The model that does it.", choices=RERANKING, nullable=True)
    yield field("rewrite_query", Kind.YES_NO, "Rewrite queries by a model first.", False)
    yield field("rewrite_model", Kind.MODEL, "The model that does it.", choices=GENERATION, nullable=True)
    prompt = "system_prompt_rewrite_query"
    yield field(prompt, Kind.LONG, "How to rewrite a query.", nullable=True, creates=False)


def _answers() -> Iterator[Field]:
    group = Group.ANSWERS
    yield Field("ai_search_model", group, Kind.MODEL, "Writes the answers.", choices=GENERATION, nullable=True)
    yield Field("ai_gateway_id", group, Kind.TEXT, "The AI Gateway that calls to models go through.", nullable=True)
    yield Field("system_prompt_ai_search", group, Kind.LONG, "How to answer.", nullable=True, creates=False)
    group = Group.CACHE
    yield Field("cache", group, Kind.YES_NO, "Answer similar questions from earlier answers.", True)
    strictness = ("super_strict_match", "close_enough", "flexible_friend", "anything_goes")
    yield Field("cache_threshold", group, Kind.CHOICE, "How similar two questions must be.", "close_enough", strictness)
    times = (600, 1800, 3600, 7200, 21600, 43200, 86400, 172_800, 259_200, 518_400)
    yield Field("cache_ttl", group, Kind.CHOICE, "How long an answer is kept.", 172_800, times)


def _endpoint() -> Iterator[Field]:
    def field(name: str, kind: Kind, words: str, default: Any = None, **rules: Any) -> Field:
        return Field(f"{PREFIXES[Group.ENDPOINT]}{name}", Group.ENDPOINT, kind, words, default, **rules)

    yield field("enabled", Kind.YES_NO, "Anybody can search, without a token.", False)
    yield field("default_domain_enabled", Kind.YES_NO, "Answer on the domain that comes with it.", True)
    yield field("custom_domains", Kind.LIST, "Domains of this account to answer on.", nullable=True)
    yield field("authorized_hosts", Kind.LIST, "Sites that may call it from a browser.")
    yield field("search_endpoint.disabled", Kind.YES_NO, "No searches.", False)
    yield field("chat_completions_endpoint.disabled", Kind.YES_NO, "No chat.", False)
    yield field("mcp.disabled", Kind.YES_NO, "No MCP.", False)
    yield field("mcp.description", Kind.TEXT, "What MCP clients are told.")
    yield field("rate_limit.requests", Kind.INTEGER, "Requests that a period allows.", low=1)
    period = {"low": 60_000, "high": 3_600_000}
    yield field("rate_limit.period_ms", Kind.INTEGER, "The period, in milliseconds.", **period)
    yield field("rate_limit.technique", Kind.CHOICE, "How the period moves.", choices=("fixed", "sliding"))


FIELDS = (*_source(), *_crawler(), *_indexing(), *_retrieval(), *_answers(), *_endpoint())
"""What can be changed at any time, in the order of the form."""
GROUP_OF: Mapping[str, Group] = {
    top: next(field.group for field in FIELDS if field.top == top) for top in dict.fromkeys(one.top for one in FIELDS)
}
"""Top-level field -> what it is about, in the order of the form."""
BY_PATH: Mapping[str, Field] = {field.path: field for field in (*CREATION, *FIELDS)}


def fitting(fields: Iterable[Field], kind: SourceKind) -> tuple[Field, ...]:
    """The fields that mean something for this kind of source: built-in storage reads none."""
    sourceless = kind is SourceKind.BUILTIN
    return tuple(
        field
        for field in fields
        if field.only in (None, kind) and not (sourceless and field.group is Group.SOURCE and field.path != "paused")
    )
