"""What makes the settings of an instance acceptable, beyond their types."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tui.emulator.errors import ApiError
from tui.emulator.robots import Robots

RESERVED_METADATA = {"timestamp", "folder", "filename"}
LARGEST_CHUNK = 8192
_DOMAIN = re.compile(r"(?=.{1,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


def is_host(name: str) -> bool:
    """Tell whether `name` can be a host, and so the name of a folder under sites/."""
    return bool(_DOMAIN.fullmatch(name))


def settle_source(fields: dict[str, Any]) -> None:
    """Complete `type` from `source` in place (api-facts: Instances); raises ApiError when they disagree."""
    kind, source = fields.get("type"), fields.get("source")
    if not source:
        if kind:
            raise ApiError.named("type_and_source_are_required_for_non_managed_instances")
        fields["type"] = None
        return
    website = "://" in source or kind == "web-crawler"
    if kind == "r2" and website:
        raise ApiError.invalid("source must be a bucket name when type is r2")
    fields["type"] = "web-crawler" if website else "r2"


def settle_index(fields: dict[str, Any]) -> None:
    """Make `index_method` and the older `hybrid_search_enabled` say the same, in place; the newer one wins."""
    if "index_method" not in fields and "hybrid_search_enabled" in fields:
        fields["index_method"] = {"vector": True, "keyword": fields["hybrid_search_enabled"]}
    if "index_method" in fields:
        fields["hybrid_search_enabled"] = all(fields["index_method"].values())


def check_website(source: str, data: Path) -> None:
    """Refuse an address that is no website of this account: its pages live in sites/HOST under `data`."""
    try:
        address = urlsplit(source if "://" in source else f"https://{source}")
    except ValueError:
        raise ApiError.named("invalid_domain") from None
    if address.scheme not in {"http", "https"}:
        raise ApiError.named("invalid_url_location")
    if not address.hostname or not is_host(address.hostname):
        raise ApiError.named("invalid_domain")
    root = data / "sites" / address.hostname
    if not root.is_dir() or not root.resolve().is_relative_to(data.resolve()):  # a link out is not followed
        raise ApiError.named("domain_not_owned_by_user")
    if not Robots(root).allows(address.path or "/"):
        raise ApiError.named("forbidden_robots_txt")


def check_crawler(source_params: dict[str, Any]) -> None:
    """Refuse crawl options that contradict each other."""
    crawler = source_params.get("web_crawler") or {}
    options = crawler.get("parse_options") or {}
    if options.get("specific_sitemaps") and crawler.get("parse_type", "sitemap") != "sitemap":
        raise ApiError.named("specific_sitemaps_only_valid_when_parse_type_is_sitemap")
    if any(not _HEADER.fullmatch(name) for name in options.get("include_headers") or {}):
        raise ApiError.named("invalid_custom_header")


def check_metadata_fields(declared: Iterable[dict[str, Any]]) -> None:
    """Refuse reserved and repeated custom metadata fields (api-facts: Instances)."""
    names = [str(field["field_name"]).lower() for field in declared]
    for name in names:
        if name in RESERVED_METADATA:
            raise ApiError.invalid(f"custom_metadata: `{name}` is a reserved field name")
    if len(set(names)) != len(names):
        raise ApiError.invalid("custom_metadata: field names must be unique, ignoring case")


def check_endpoint(params: dict[str, Any]) -> None:
    """Refuse a public endpoint that nobody could reach."""
    domains = params.get("custom_domains") or []
    if domains and not params.get("enabled"):
        raise ApiError.named("custom_domains_require_an_active_public_endpoint")
    if params.get("default_domain_enabled") is False and not domains:
        raise ApiError.named("disabling_the_default_domain_requires_at_least_one_custom_domain")


def check_settings(config: dict[str, Any], changed: Iterable[str], data: Path) -> None:
    """Check the `changed` fields of a whole `config`; raises ApiError on the first that cannot be."""
    touched = set(changed)
    if "source" in touched and config.get("type") == "web-crawler":
        check_website(str(config["source"]), data)
    if "source_params" in touched and config.get("source_params"):
        check_crawler(config["source_params"])
    if "custom_metadata" in touched:
        check_metadata_fields(config["custom_metadata"])
    if "public_endpoint_params" in touched and config.get("public_endpoint_params"):
        check_endpoint(config["public_endpoint_params"])
    if "chunk_size" in touched and config["chunk_size"] > LARGEST_CHUNK:
        raise ApiError.named("invalid_chunk_size")
    if "index_method" in touched and not any(config["index_method"].values()):
        raise ApiError.invalid("index_method: at least one of keyword and vector must be true")
