"""An AI Search instance: identity, source and the settings that the console reads."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, NamedTuple

import msgspec

from tui.models.base import NAMELESS, Resource
from tui.text import parse_time

DEFAULT_NAMESPACE = "default"


class InstanceKey(NamedTuple):
    """What identifies an instance within an account: an id is unique per namespace only (api-facts: Instances)."""

    namespace: str
    id: str

    def __str__(self) -> str:
        """`namespace/id`, the way operators write it."""
        return f"{self.namespace}/{self.id}"

    @property
    def nameless(self) -> bool:
        """Whether the row came without an id: it is shown under a stand-in, and nothing can be asked of it."""
        return self.id.startswith(NAMELESS)


class SourceKind(StrEnum):
    """Where an instance's documents come from."""

    R2 = "r2"
    WEB = "web-crawler"
    BUILTIN = "built-in"


class PublicEndpoint(msgspec.Struct, frozen=True):
    """The part of `public_endpoint_params` that the overview shows."""

    enabled: bool | None = None
    default_domain_enabled: bool | None = None
    custom_domains: tuple[str, ...] | None = None


class IndexMethod(msgspec.Struct, frozen=True):
    """Which indexes an instance keeps."""

    vector: bool | None = None
    keyword: bool | None = None


class Instance(Resource, frozen=True, kw_only=True):
    """One instance, from the list or a single read. Times are the API's strings; see the `..._s` properties."""

    id: str
    namespace: str | None = None
    type: str | None = None
    source: str | None = None
    status: str | None = None
    enable: bool | None = None
    paused: bool | None = None
    created_at: str | None = None
    modified_at: str | None = None
    last_activity: str | None = None
    sync_interval: int | None = None
    embedding_model: str | None = None
    ai_search_model: str | None = None
    rewrite_model: str | None = None
    reranking: bool | None = None
    reranking_model: str | None = None
    chunk_size: float | None = None
    chunk_overlap: float | None = None
    index_method: IndexMethod | None = None
    public_endpoint_id: str | None = None
    public_endpoint_params: PublicEndpoint | None = None
    token_id: str | None = None

    @property
    def key(self) -> InstanceKey:
        """Namespace and id; an absent namespace means `default` (api-facts: Routes)."""
        return InstanceKey(self.namespace or DEFAULT_NAMESPACE, self.id)

    @property
    def kind(self) -> SourceKind:
        """The kind of source: by `type`, else by the look of `source` (api-facts: Instances)."""
        if self.type == SourceKind.WEB:
            return SourceKind.WEB
        if self.type:
            return SourceKind.R2
        if not self.source:
            return SourceKind.BUILTIN
        return SourceKind.WEB if self.source.startswith(("http://", "https://")) else SourceKind.R2

    @property
    def has_source(self) -> bool:
        """Whether it reads a bucket or a website. Every instance has built-in storage and jobs (api-facts: Jobs)."""
        return self.kind is not SourceKind.BUILTIN

    @property
    def last_activity_s(self) -> float | None:
        """Seconds since the epoch of the last activity that the instance itself reports."""
        return parse_time(self.last_activity)


class InstanceDocument(msgspec.Struct, frozen=True):
    """A single read in full: the typed instance, every field as text that is safe to show, and the exact reply.

    `exact` is for merging into a PUT and is never displayed: it is the server's text untouched.
    """

    instance: Instance
    shown: dict[str, Any]
    exact: dict[str, Any]
