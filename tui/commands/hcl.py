"""A configuration as a resource of the official Terraform provider, version 5: `cloudflare_ai_search_instance`. Pure.

The provider's schema has the API's names but for three, and nested objects as attributes. What it does not know is
named in a comment, never left out silently.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

RESOURCE = "cloudflare_ai_search_instance"
RENAMED = {"ai_search_model": "aisearch_model", "system_prompt_ai_search": "system_prompt_aisearch"}
KNOWN = frozenset(
    {
        *("ai_gateway_id", "aisearch_model", "cache", "cache_threshold", "cache_ttl", "chunk", "chunk_overlap"),
        *("chunk_size", "custom_metadata", "embedding_model", "fusion_method", "hybrid_search_enabled"),
        *("index_method", "indexing_options", "max_num_results", "metadata", "paused", "public_endpoint_params"),
        *("reranking", "reranking_model", "retrieval_options", "rewrite_model", "rewrite_query", "score_threshold"),
        *("source", "source_params", "summarization", "summarization_model", "sync_interval"),
        *("system_prompt_aisearch", "system_prompt_index_summarization", "system_prompt_rewrite_query"),
        *("token_id", "type", "namespace"),
    }
)
"""Arguments that the provider takes."""
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


def as_hcl(document: Mapping[str, Any], account: str) -> str:
    """One resource block; its label is made of namespace and id."""
    namespace, name = str(document.get("namespace") or "default"), str(document["id"])
    label = re.sub(r"[^A-Za-z0-9_-]", "_", name if namespace == "default" else f"{namespace}_{name}")
    if not re.match(r"[A-Za-z_]", label):
        label = f"_{label}"
    lines = [f"account_id = {_string(account)}", f"id = {_string(name)}"]
    if namespace != "default":
        lines.append(f"namespace = {_string(namespace)}")
    unknown = []
    for field, value in document.items():
        argument = RENAMED.get(field, field)
        if field in ("id", "namespace") or value is None or (field == "type" and value == "built-in"):
            continue
        if field == "hybrid_search_enabled" and "index_method" in document:
            continue  # the old name of index_method: the provider warns of it
        if argument in KNOWN:
            lines.append(f"{argument} = {_value(value, 1)}")
        else:
            unknown.append(field)
    lines += [f"# The provider does not know: {', '.join(unknown)}"] if unknown else []
    body = "\n".join(f"  {line}" for line in lines)
    return f"resource {_string(RESOURCE)} {_string(label)} {{\n{body}\n}}\n"


def _value(value: Any, depth: int) -> str:
    if isinstance(value, Mapping):
        return _block(_entries(value, depth + 1), "{", "}", depth)
    if isinstance(value, list):
        if all(not isinstance(one, Mapping | list) for one in value):
            return f"[{', '.join(_value(one, depth) for one in value)}]"
        return _block((f"{_value(one, depth + 1)}," for one in value), "[", "]", depth)
    if isinstance(value, float) and value == int(value):
        value = int(value)
    return _string(value) if isinstance(value, str) else json.dumps(value)


def _entries(value: Mapping[str, Any], depth: int) -> Iterator[str]:
    for name, inner in value.items():
        if inner is not None:
            yield f"{name if _PLAIN.fullmatch(name) else _string(name)} = {_value(inner, depth)}"


def _block(lines: Iterator[str], opens: str, closes: str, depth: int) -> str:
    inner = "".join(f"{'  ' * (depth + 1)}{line}\n" for line in lines)
    return f"{opens}\n{inner}{'  ' * depth}{closes}" if inner else f"{opens}{closes}"


def _string(text: str) -> str:
    """A quoted template without interpolation: HCL has JSON's escapes, and `${` and `%{` begin an expression."""
    return json.dumps(text, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")
