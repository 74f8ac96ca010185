"""Namespaces. `default` exists in every account, is not listed and cannot be changed (api-facts: Namespaces)."""

from __future__ import annotations

import json
import sqlite3
import uuid
from typing import Any

from tui.emulator.config import EmulatorConfig
from tui.emulator.errors import ApiError
from tui.emulator.instances import ENDPOINT_DEFAULTS
from tui.emulator.rules import check_endpoint
from tui.emulator.storage import Storage
from tui.emulator.times import rfc3339_or_none

DEFAULT = "default"


class Namespaces:
    """The namespace table and its rules."""

    def __init__(self, storage: Storage, config: EmulatorConfig) -> None:
        """Work on `storage`; the row of `default` is made if it is missing."""
        self._storage = storage
        self._config = config
        storage.run("INSERT OR IGNORE INTO namespace (name) VALUES (?)", DEFAULT)

    def require(self, name: str) -> None:
        """Raise 404/7063 unless the namespace exists."""
        self._row(name)

    def view(self, name: str) -> dict[str, Any]:
        """Return the JSON of one namespace."""
        row = self._row(name)
        params = row["public_endpoint_params"]
        return {
            "name": row["name"],
            "description": row["description"],
            "created_at": rfc3339_or_none(row["created_at"]),
            "public_endpoint_id": row["public_endpoint_id"],
            "public_endpoint_params": json.loads(params) if params else None,
        }

    def page(self, search: str | None, offset: int, limit: int, *, descending: bool) -> tuple[list[str], int]:
        """Return the names of one page, and how many match by name or description; `default` is never among them."""
        clause = "name != ? AND instr(lower(name || ' ' || coalesce(description, '')), lower(?)) > 0"
        values = (DEFAULT, search or "")
        order = "DESC" if descending else "ASC"
        total = self._storage.number(f"SELECT count(*) FROM namespace WHERE {clause}", *values)
        rows = self._storage.rows(
            f"SELECT name FROM namespace WHERE {clause} ORDER BY created_at {order}, name {order} LIMIT ? OFFSET ?",
            *values, limit, offset,
        )  # fmt: skip
        return [row["name"] for row in rows], total

    def create(self, name: str, fields: dict[str, Any], now: float) -> dict[str, Any]:
        """Add a namespace."""
        if self._storage.number("SELECT count(*) FROM namespace WHERE name = ?", name):
            raise ApiError.named("namespace_already_exists")
        if self._storage.number("SELECT count(*) FROM namespace") > self._config.max_namespaces:
            raise ApiError.named("max_namespaces_reached")
        self._storage.run(
            "INSERT INTO namespace (name, description, created_at) VALUES (?, ?, ?)",
            name, fields.get("description"), now,
        )  # fmt: skip
        self._set_endpoint(name, fields)
        return self.view(name)

    def update(self, name: str, fields: dict[str, Any]) -> dict[str, Any]:
        """Change the description or the public endpoint; of `default` only the latter."""
        self._row(name)
        if "description" in fields:
            if name == DEFAULT:
                raise ApiError.named("cannot_modify_default_namespace")
            self._storage.run("UPDATE namespace SET description = ? WHERE name = ?", fields["description"], name)
        self._set_endpoint(name, fields)
        return self.view(name)

    def delete(self, name: str) -> None:
        """Remove an empty namespace."""
        if name == DEFAULT:
            raise ApiError.named("cannot_modify_default_namespace")
        self._row(name)
        if self._storage.number("SELECT count(*) FROM instance WHERE namespace = ?", name):
            raise ApiError.named("namespace_not_empty")
        self._storage.run("DELETE FROM namespace WHERE name = ?", name)

    def _row(self, name: str) -> sqlite3.Row:
        row = self._storage.row("SELECT * FROM namespace WHERE name = ?", name)
        if row is None:
            raise ApiError.named("namespace_not_found")
        return row

    def _set_endpoint(self, name: str, fields: dict[str, Any]) -> None:
        if "public_endpoint_params" not in fields:
            return
        params = fields["public_endpoint_params"]
        if params is not None:
            check_endpoint(params)
            self._require_instances(name, params.get("instances_allowed") or [])
            params = {**ENDPOINT_DEFAULTS, **params}
        enabled = bool(params and params.get("enabled"))
        self._storage.run(
            "UPDATE namespace SET public_endpoint_params = ?, public_endpoint_id = ? WHERE name = ?",
            json.dumps(params) if params is not None else None,
            str(uuid.uuid5(uuid.NAMESPACE_OID, f"namespace:{name}")) if enabled else None,
            name,
        )

    def _require_instances(self, name: str, ids: list[str]) -> None:
        known = {row["id"] for row in self._storage.rows("SELECT id FROM instance WHERE namespace = ?", name)}
        if not set(ids) <= known:
            raise ApiError.named("instances_allowed_contains_unknown_instances")
