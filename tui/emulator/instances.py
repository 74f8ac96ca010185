"""Instances: what exists, how it is configured, and the JSON that tells it."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tui.emulator import rules
from tui.emulator.agenda import Agenda
from tui.emulator.config import EmulatorConfig
from tui.emulator.errors import ApiError
from tui.emulator.records import Instance
from tui.emulator.storage import Storage
from tui.emulator.times import rfc3339, rfc3339_or_none

DEFAULTS: dict[str, Any] = {
    "type": None,
    "source": None,
    "source_params": None,
    "enable": True,
    "paused": False,
    "engine_version": 3,
    "embedding_model": "@cf/qwen/qwen3-embedding-0.6b",
    "ai_search_model": "",
    "rewrite_model": "",
    "rewrite_query": False,
    "reranking": False,
    "reranking_model": "",
    "index_method": {"vector": True, "keyword": True},
    "fusion_method": "rrf",
    "hybrid_search_enabled": True,
    "chunk": True,
    "chunk_size": 256,
    "chunk_overlap": 10,
    "max_num_results": 10,
    "score_threshold": 0.4,
    "cache": True,
    "cache_threshold": "close_enough",
    "cache_ttl": 172_800,
    "sync_interval": 21_600,
    "custom_metadata": [],
    "token_id": "",
    "created_by": None,
    "modified_by": None,
    "public_endpoint_params": None,
    "metadata": None,
    "ai_gateway_id": None,
    "indexing_options": None,
    "retrieval_options": None,
    "summarization": False,
    "summarization_model": None,
    "system_prompt_ai_search": None,
    "system_prompt_index_summarization": None,
    "system_prompt_rewrite_query": None,
}
INDEXING_DEFAULTS: dict[str, Any] = {"keyword_tokenizer": "porter", "use_ocr": False}
REINDEXED_BY = ("embedding_model", "chunk", "chunk_size", "chunk_overlap")
ENDPOINT_DEFAULTS: dict[str, Any] = {
    "enabled": False,
    "default_domain_enabled": True,
    "authorized_hosts": [],
    "chat_completions_endpoint": {"disabled": False},
    "search_endpoint": {"disabled": False},
    "mcp": {"disabled": False},
}


def recipe(instance: Instance) -> list[Any]:
    """Return all that decides what the index holds: when it changes, everything is indexed again."""
    config = {**DEFAULTS, **instance.config}
    return [*(config[name] for name in REINDEXED_BY), {**INDEXING_DEFAULTS, **(config["indexing_options"] or {})}]


@dataclass(frozen=True, slots=True)
class InstanceQuery:
    """The filters of the instance list; None does not filter."""

    namespace: str | None = None
    search: str | None = None
    hostname: str | None = None
    ascending: bool = False


class Instances:
    """The instance table and its rules."""

    def __init__(self, storage: Storage, agenda: Agenda, config: EmulatorConfig, data: Path) -> None:
        """Work on `storage`; sources are looked up under `data`."""
        self._storage = storage
        self._agenda = agenda
        self._config = config
        self._data = data

    def get(self, namespace: str, instance_id: str) -> Instance:
        """Return one instance; 404/7002 when there is none."""
        row = self._storage.row("SELECT * FROM instance_now WHERE namespace = ? AND id = ?", namespace, instance_id)
        if row is None:
            raise ApiError.named("ai_search_not_found")
        return Instance.of(row)

    def numbered(self, n: int) -> Instance | None:
        """Return the instance with row number `n`, None when it has gone."""
        row = self._storage.row("SELECT * FROM instance_now WHERE n = ?", n)
        return None if row is None else Instance.of(row)

    def page(self, query: InstanceQuery, offset: int, limit: int) -> tuple[list[Instance], int]:
        """Return one page of the matching instances, and how many match."""
        where = ["1"]
        values: list[Any] = []
        if query.namespace is not None:
            where.append("namespace = ?")
            values.append(query.namespace)
        if query.search:
            where.append("instr(id, lower(?)) > 0")
            values.append(query.search)
        if query.hostname:
            where.append("host_of(json_extract(config, '$.source')) = lower(?)")
            values.append(query.hostname)
        clause = " AND ".join(where)
        order = "ASC" if query.ascending else "DESC"
        total = self._storage.number(f"SELECT count(*) FROM instance WHERE {clause}", *values)
        rows = self._storage.rows(
            f"SELECT * FROM instance_now WHERE {clause} ORDER BY created_at {order}, n {order} LIMIT ? OFFSET ?",
            *values, limit, offset,
        )  # fmt: skip
        return [Instance.of(row) for row in rows], total

    def create(self, namespace: str, instance_id: str, fields: dict[str, Any], now: float) -> Instance:
        """Add an instance; its first sync is planned when it has a source."""
        if self._storage.number("SELECT count(*) FROM instance") >= self._config.max_instances:
            raise ApiError.named("max_instances_reached")
        self._require_free(namespace, instance_id)
        rules.settle_source(fields)
        rules.settle_index(fields)
        rules.check_settings(fields, fields, self._data)
        fields["token_id"] = self._token_for(fields.get("token_id"))
        n = self._storage.insert(
            "INSERT INTO instance (namespace, id, config, created_at, modified_at) VALUES (?, ?, ?, ?, ?)",
            namespace, instance_id, json.dumps(fields), now, now,
        )  # fmt: skip
        self._settle_endpoint(n, fields)
        if fields["type"]:
            self._agenda.put("schedule", n, now + self._config.first_sync_delay)
        return self.get(namespace, instance_id)

    def update(self, instance: Instance, fields: dict[str, Any], now: float) -> Instance:
        """Change the given top-level fields; the rest stays (api-facts: Instances)."""
        rules.settle_index(fields)
        config = {**instance.config, **fields}
        if "source" in fields:
            rules.settle_source(config := {**config, "type": "web-crawler" if instance.crawls else None})
            if config["type"] != instance.config.get("type"):
                raise ApiError.invalid("source: the type of a source cannot be changed")
        self._merge_retrieval(instance, fields, config)
        rules.check_settings(config, fields, self._data)
        if "token_id" in fields:
            self._token_for(fields["token_id"])
        reason = None if fields.get("paused") is False else instance.pause_reason
        self._storage.run(
            "UPDATE instance SET config = ?, modified_at = ?, pause_reason = ? WHERE n = ?",
            json.dumps(config), now, reason, instance.n,
        )  # fmt: skip
        self._settle_endpoint(instance.n, config)
        return self.get(instance.namespace, instance.id)

    def move(self, instance: Instance, namespace: str, now: float) -> Instance:
        """Take an instance to another namespace, with everything in it."""
        if namespace == instance.namespace:
            raise ApiError.named("namespace_same_name")
        self._require_free(namespace, instance.id)
        self._storage.run("UPDATE instance SET namespace = ?, modified_at = ? WHERE n = ?", namespace, now, instance.n)
        return self.get(namespace, instance.id)

    def delete(self, instance: Instance) -> None:
        """Remove an instance, its jobs and its items."""
        n = instance.n
        self._agenda.drop("schedule", n)
        for kind in ("job", "item"):
            self._storage.run(
                f"DELETE FROM agenda WHERE kind = ? AND ref IN (SELECT n FROM {kind} WHERE instance = ?)", kind, n
            )
        self._storage.run("DELETE FROM instance WHERE n = ?", n)

    def pause(self, instance: Instance, reason: str, at: float) -> None:
        """Stop the schedule because of an error that only the operator can fix."""
        config = json.dumps({**instance.config, "paused": True})
        self._storage.run(
            "UPDATE instance SET config = ?, pause_reason = ?, last_activity = ? WHERE n = ?",
            config, reason, at, instance.n,
        )  # fmt: skip

    def touch(self, n: int, at: float) -> None:
        """Note the last activity of instance `n`."""
        self._storage.run("UPDATE instance SET last_activity = ? WHERE n = ?", at, n)

    def view(self, instance: Instance) -> dict[str, Any]:
        """Return the JSON of one instance: every field, defaults included."""
        return {
            "id": instance.id,
            "created_at": rfc3339(instance.created_at),
            "modified_at": rfc3339(instance.modified_at),
            "namespace": instance.namespace,
            **DEFAULTS,
            **instance.config,
            "status": instance.status,
            "last_activity": rfc3339_or_none(instance.last_activity),
            "public_endpoint_id": instance.public_endpoint_id,
        }

    def _require_free(self, namespace: str, instance_id: str) -> None:
        taken = "SELECT count(*) FROM instance WHERE namespace = ? AND id = ?"
        if self._storage.number(taken, namespace, instance_id):
            raise ApiError.named("ai_search_with_this_name_already_exist")

    def _token_for(self, wanted: str | None) -> str:
        if wanted:
            if not self._storage.number("SELECT count(*) FROM token WHERE id = ?", wanted):
                raise ApiError.named("ai_search_instance_invalid_token")
            return wanted
        row = self._storage.row("SELECT id FROM token ORDER BY created_at, id LIMIT 1")
        return "" if row is None else str(row["id"])

    def _merge_retrieval(self, instance: Instance, fields: dict[str, Any], config: dict[str, Any]) -> None:
        # Of the nested objects only this one keeps an omitted inner field (api-facts: Instances).
        before = instance.config.get("retrieval_options") or {}
        if fields.get("retrieval_options") is not None and "keyword_match_mode" in before:
            mode = {"keyword_match_mode": before["keyword_match_mode"]}
            config["retrieval_options"] = {**mode, **fields["retrieval_options"]}

    def _settle_endpoint(self, n: int, config: dict[str, Any]) -> None:
        params = config.get("public_endpoint_params")
        if params is None:
            return
        config["public_endpoint_params"] = {**ENDPOINT_DEFAULTS, **params}
        endpoint = str(uuid.uuid5(uuid.NAMESPACE_OID, f"endpoint:{n}")) if params.get("enabled") else None
        self._storage.run(
            "UPDATE instance SET config = ?, public_endpoint_id = ? WHERE n = ?", json.dumps(config), endpoint, n
        )
