"""What a request body may contain: types, enums and ranges of the contract, checked by msgspec.

Unknown fields are dropped, as the real server seems to do; a wrong value is 400/7001 with msgspec's own
words, which name the place (`$.chunk_size`).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

from msgspec import UNSET, Meta, Struct, UnsetType, ValidationError, convert, to_builtins

from tui.emulator.errors import ApiError

InstanceId = Annotated[str, Meta(min_length=1, max_length=32, pattern=r"^[a-z0-9_]+(?:-[a-z0-9_]+)*$")]
NamespaceName = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[a-z0-9_]+(?:-[a-z0-9_]+)*$")]
Patterns = Annotated[list[Annotated[str, Meta(max_length=1024)]], Meta(max_length=100)]
"""More than any account may have, and few enough to be tried on every key."""
Share = Annotated[float, Meta(ge=0, le=1)]
Results = Annotated[int, Meta(ge=1, le=50)]
CacheTtl = Literal[600, 1800, 3600, 7200, 21600, 43200, 86400, 172800, 259200, 518400]
SyncInterval = Literal[900, 1800, 3600, 7200, 14400, 21600, 43200, 86400]
Threshold = Literal["super_strict_match", "close_enough", "flexible_friend", "anything_goes"]
Fusion = Literal["max", "rrf"]
MatchMode = Literal["and", "or"]


class Part(Struct, omit_defaults=True):
    """The base of every body: an absent field stays absent."""


class MetadataField(Part):
    """One declared custom metadata field."""

    data_type: Literal["text", "number", "boolean", "datetime"]
    field_name: Annotated[str, Meta(min_length=1, max_length=64)]


class IndexMethod(Part):
    """Which indexes an instance keeps."""

    keyword: bool
    vector: bool


class IndexingOptions(Part):
    """How documents are indexed; a change re-indexes everything (api-facts: Instances)."""

    keyword_tokenizer: Literal["porter", "trigram"] | UnsetType = UNSET
    use_ocr: bool | UnsetType = UNSET


class Boost(Part):
    """One field that lifts a chunk in the ranking."""

    field: str
    direction: Literal["asc", "desc", "exists", "not_exists"] | UnsetType = UNSET


class RetrievalOptions(Part):
    """How an instance ranks unless a request says otherwise."""

    boost_by: Annotated[list[Boost], Meta(max_length=3)] | UnsetType = UNSET
    keyword_match_mode: MatchMode | UnsetType = UNSET


class DiscoverOptions(Part):
    """How far a crawl goes."""

    depth: float | UnsetType = UNSET
    include_external_links: bool | UnsetType = UNSET
    include_subdomains: bool | UnsetType = UNSET
    limit: Annotated[float, Meta(ge=1, le=100_000)] | UnsetType = UNSET
    max_age: Annotated[float, Meta(ge=0, le=604_800)] | UnsetType = UNSET
    source: Literal["all", "sitemaps", "links"] | UnsetType = UNSET


class ContentSelector(Part):
    """Which element of which pages is the content."""

    path: str
    selector: str


class ParseOptions(Part):
    """How pages are fetched and read."""

    content_selector: Annotated[list[ContentSelector], Meta(min_length=1)] | UnsetType = UNSET
    include_headers: Annotated[dict[str, str], Meta(max_length=5)] | UnsetType = UNSET
    include_images: bool | UnsetType = UNSET
    specific_sitemaps: list[str] | UnsetType = UNSET
    use_browser_rendering: bool | UnsetType = UNSET


class WebCrawler(Part):
    """The website half of source_params."""

    discover_options: DiscoverOptions | UnsetType = UNSET
    parse_options: ParseOptions | UnsetType = UNSET
    parse_type: Literal["sitemap", "discover"] | UnsetType = UNSET


class SourceParams(Part):
    """What of a source is indexed: path patterns, prefix, crawl options."""

    exclude_items: Patterns | UnsetType = UNSET
    include_items: Patterns | UnsetType = UNSET
    prefix: str | UnsetType = UNSET
    r2_jurisdiction: str | UnsetType = UNSET
    web_crawler: WebCrawler | UnsetType = UNSET


class Switch(Part):
    """An endpoint that can be turned off."""

    disabled: bool | UnsetType = UNSET


class Mcp(Switch):
    """The MCP endpoint."""

    description: str | UnsetType = UNSET


class RateLimit(Part):
    """The limit of a public endpoint."""

    period_ms: Annotated[int, Meta(ge=60_000, le=3_600_000)] | UnsetType = UNSET
    requests: Annotated[int, Meta(ge=1)] | UnsetType = UNSET
    technique: Literal["fixed", "sliding"] | UnsetType = UNSET


class PublicEndpoint(Part):
    """The public endpoint of an instance; in a PUT replaced wholesale (api-facts: Instances)."""

    authorized_hosts: list[str] | UnsetType = UNSET
    chat_completions_endpoint: Switch | UnsetType = UNSET
    custom_domains: list[str] | UnsetType | None = UNSET
    default_domain_enabled: bool | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET
    mcp: Mcp | UnsetType = UNSET
    rate_limit: RateLimit | UnsetType = UNSET
    search_endpoint: Switch | UnsetType = UNSET


class NamespaceEndpoint(PublicEndpoint):
    """The public endpoint of a namespace."""

    instances_allowed: list[str] | UnsetType = UNSET


class InstanceMetadata(Part):
    """Marks of the dashboard."""

    created_from_aisearch_wizard: bool | UnsetType = UNSET
    worker_domain: str | UnsetType = UNSET


class InstanceFields(Part):
    """What both create and update accept."""

    ai_gateway_id: str | UnsetType | None = UNSET
    ai_search_model: str | UnsetType | None = UNSET
    cache: bool | UnsetType = UNSET
    cache_threshold: Threshold | UnsetType = UNSET
    cache_ttl: CacheTtl | UnsetType = UNSET
    chunk: bool | UnsetType = UNSET
    chunk_overlap: Annotated[int, Meta(ge=0, le=30)] | UnsetType = UNSET
    chunk_size: Annotated[int, Meta(ge=64)] | UnsetType = UNSET
    custom_metadata: Annotated[list[MetadataField], Meta(max_length=20)] | UnsetType = UNSET
    embedding_model: str | UnsetType | None = UNSET
    fusion_method: Fusion | UnsetType = UNSET
    hybrid_search_enabled: bool | UnsetType = UNSET
    index_method: IndexMethod | UnsetType = UNSET
    indexing_options: IndexingOptions | UnsetType | None = UNSET
    max_num_results: Results | UnsetType = UNSET
    metadata: InstanceMetadata | UnsetType = UNSET
    public_endpoint_params: PublicEndpoint | UnsetType = UNSET
    reranking: bool | UnsetType = UNSET
    reranking_model: str | UnsetType | None = UNSET
    retrieval_options: RetrievalOptions | UnsetType | None = UNSET
    rewrite_model: str | UnsetType | None = UNSET
    rewrite_query: bool | UnsetType = UNSET
    score_threshold: Share | UnsetType = UNSET
    source: str | UnsetType | None = UNSET
    source_params: SourceParams | UnsetType | None = UNSET
    sync_interval: SyncInterval | UnsetType = UNSET
    token_id: str | UnsetType = UNSET


class InstanceCreate(InstanceFields, kw_only=True):
    """POST of an instance."""

    id: InstanceId
    type: Literal["r2", "web-crawler"] | UnsetType | None = UNSET


class InstanceUpdate(InstanceFields):
    """PUT of an instance."""

    paused: bool | UnsetType = UNSET
    summarization: bool | UnsetType = UNSET
    summarization_model: str | UnsetType | None = UNSET
    system_prompt_ai_search: str | UnsetType | None = UNSET
    system_prompt_index_summarization: str | UnsetType | None = UNSET
    system_prompt_rewrite_query: str | UnsetType | None = UNSET


class InstanceMove(Part):
    """PATCH of an instance."""

    new_namespace: Annotated[str, Meta(min_length=1)]


class NamespaceUpdate(Part):
    """PUT of a namespace."""

    description: Annotated[str, Meta(max_length=256)] | UnsetType | None = UNSET
    public_endpoint_params: NamespaceEndpoint | UnsetType | None = UNSET


class NamespaceCreate(NamespaceUpdate, kw_only=True):
    """POST of a namespace."""

    name: NamespaceName


class JobCreate(Part):
    """POST of a job; the body is optional."""

    description: str | UnsetType | None = UNSET


class JobChange(Part):
    """PATCH of a job."""

    action: Literal["cancel"]


class ServiceToken(Part):
    """POST and PUT of a service token. The key is accepted and never kept."""

    cf_api_id: Annotated[str, Meta(min_length=1)]
    cf_api_key: Annotated[str, Meta(min_length=1)]
    name: Annotated[str, Meta(min_length=1)]
    legacy: bool | UnsetType = UNSET


class ItemPut(Part):
    """PUT on the items of an instance: index this key now."""

    key: Annotated[str, Meta(min_length=1)]
    next_action: Literal["INDEX"]
    wait_for_completion: bool = False


class ItemSync(Part):
    """PATCH of an item."""

    next_action: Literal["INDEX"]
    wait_for_completion: bool = False


Body = TypeVar("Body", bound=Part)


def parse(kind: type[Body], body: object) -> Body:
    """Check `body` (parsed JSON) against `kind`; raises ApiError 7001 that names the wrong place."""
    try:
        return convert(body, kind)
    except ValidationError as error:
        raise ApiError.invalid(str(error)) from None


def given(part: Part) -> dict[str, Any]:
    """Return only the fields that the request carried, as plain JSON values."""
    fields: dict[str, Any] = to_builtins(part)
    return fields
