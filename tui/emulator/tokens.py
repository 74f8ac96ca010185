"""Service tokens: how instances reach their sources. The key of a token is checked for presence and never kept."""

from __future__ import annotations

import sqlite3
import uuid
from typing import Any

from tui.emulator.errors import ApiError
from tui.emulator.storage import Storage
from tui.emulator.times import rfc3339


class Tokens:
    """The token table and its rules."""

    def __init__(self, storage: Storage) -> None:
        """Work on `storage`."""
        self._storage = storage

    def view(self, token_id: str) -> dict[str, Any]:
        """Return the JSON of one token; 404/7075 when there is none."""
        row = self._row(token_id)
        return {
            "id": row["id"],
            "name": row["name"],
            "cf_api_id": row["cf_api_id"],
            "created_at": rfc3339(row["created_at"]),
            "modified_at": rfc3339(row["modified_at"]),
            "created_by": None,
            "modified_by": None,
            "enabled": True,
            "legacy": bool(row["legacy"]),
        }

    def page(self, search: str | None, offset: int, limit: int, *, descending: bool) -> tuple[list[str], int]:
        """Return the ids of one page, and how many match by name."""
        clause, order = "instr(lower(name), lower(?)) > 0", "DESC" if descending else "ASC"
        total = self._storage.number(f"SELECT count(*) FROM token WHERE {clause}", search or "")
        rows = self._storage.rows(
            f"SELECT id FROM token WHERE {clause} ORDER BY created_at {order}, id {order} LIMIT ? OFFSET ?",
            search or "", limit, offset,
        )  # fmt: skip
        return [row["id"] for row in rows], total

    def create(self, fields: dict[str, Any], now: float, token_id: str | None = None) -> dict[str, Any]:
        """Add a token; the id is made unless given (seeding)."""
        chosen = token_id or str(uuid.uuid4())
        self._storage.run(
            "INSERT INTO token VALUES (?, ?, ?, ?, ?, ?)",
            chosen, fields["name"], fields["cf_api_id"], int(fields.get("legacy", False)), now, now,
        )  # fmt: skip
        return self.view(chosen)

    def update(self, token_id: str, fields: dict[str, Any], now: float) -> dict[str, Any]:
        """Replace a token."""
        before = self._row(token_id)
        self._storage.run(
            "UPDATE token SET name = ?, cf_api_id = ?, legacy = ?, modified_at = ? WHERE id = ?",
            fields["name"], fields["cf_api_id"], int(fields.get("legacy", before["legacy"])), now, token_id,
        )  # fmt: skip
        return self.view(token_id)

    def delete(self, token_id: str) -> None:
        """Remove a token that no instance uses."""
        self._row(token_id)
        used = "SELECT count(*) FROM instance WHERE json_extract(config, '$.token_id') = ?"
        if self._storage.number(used, token_id):
            raise ApiError.named("token_in_use_by_instances")
        self._storage.run("DELETE FROM token WHERE id = ?", token_id)

    def _row(self, token_id: str) -> sqlite3.Row:
        row = self._storage.row("SELECT * FROM token WHERE id = ?", token_id)
        if row is None:
            raise ApiError.named("token_not_found")
        return row
