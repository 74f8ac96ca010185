"""What a row gives to the outside: a record to save, and the texts that can be copied. Other rows register theirs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import singledispatch
from typing import Any, NamedTuple
from urllib.parse import quote

import msgspec

from tui.contract import Exchange
from tui.models import Instance, InstanceKey, Resource
from tui.models.item import plain
from tui.state.instance_rows import Row
from tui.state.store import Reading, State
from tui.ui.curl import curl, curl_get, url
from tui.ui.jobs.cells import JobRow
from tui.ui.kit.records import Record

__all__ = ["Copyable", "Record", "copies", "instance_path", "joint_copies", "pretty", "record", "utc"]

DASHBOARD = "https://dash.cloudflare.com"
PROBLEM = "$problem"


class Copyable(NamedTuple):
    """One thing that can be copied of a row: `title` is the same for all rows of a kind."""

    title: str
    text: str


# records


@singledispatch
def record(row: Any) -> Record:
    """The fields of a row by name, in full and unrounded: times in ISO 8601, UTC, or as the API sent them."""
    if isinstance(row, Resource):
        return _fields(row)
    if not isinstance(row, msgspec.Struct):
        return {"value": str(row)}
    fields: dict[str, Any] = {}
    for name, value in msgspec.structs.asdict(row).items():
        fields |= _fields(value) if isinstance(value, Resource) else {name: value}
    return fields


def _fields(struct: msgspec.Struct) -> dict[str, Any]:
    """The resource as plain values; what could not be decoded is named only where there is something."""
    fields: dict[str, Any] = plain(struct)
    return {name: value for name, value in fields.items() if name != PROBLEM or value}


@record.register
def _(row: Row) -> Record:
    instance = row.instance
    return {
        "namespace": row.key.namespace,
        "id": row.key.id,
        "state": row.word,
        "error": row.error,
        "queued": row.queued,
        "completed": row.completed,
        "last_activity": utc(row.activity),
        "next_sync": utc(row.due),
        "source": instance.source,
        "kind": str(instance.kind),
        "status": instance.status,
        "paused": instance.paused,
        "enable": instance.enable,
        "sync_interval": instance.sync_interval,
        "created_at": instance.created_at,
        "modified_at": instance.modified_at,
    }


@record.register
def _(row: JobRow) -> Record:
    job = row.job
    seconds = None if job.started_s is None or job.ended_s is None else round(job.ended_s - job.started_s, 3)
    return {**_fields(job), "state": str(row.state), "seconds": seconds}


@record.register
def _(row: Exchange) -> Record:
    return {**msgspec.structs.asdict(row), "started": utc(row.started)}


def utc(at: float | None) -> str | None:
    """Epoch seconds as ISO 8601 in UTC."""
    return None if at is None else datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


# copies


@singledispatch
def copies(row: Any, state: State) -> tuple[Copyable, ...]:
    """What can be copied of a row of any kind: its id and name where it has them, and all of it as JSON."""
    fields = record(row)
    names = (name for name in ("id", "key", "name") if isinstance(fields.get(name), str))
    return (*(Copyable(name, fields[name]) for name in names), Copyable("JSON", pretty(fields)))


@singledispatch
def joint_copies(row: Any, rows: Sequence[Any], state: State) -> tuple[Copyable, ...]:
    """What can be copied of several rows as one text, not row by row; `row` is the first of them."""
    return ()


@copies.register
def _(row: Row, state: State) -> tuple[Copyable, ...]:
    path, base = instance_path(state, row.key), state.identity.base_url
    return (
        Copyable("id", row.key.id),
        Copyable("namespace/id", str(row.key)),
        Copyable("URL of the API", url(base, path)),
        Copyable("URL of the dashboard", f"{DASHBOARD}/{state.identity.account_id}/ai/ai-search"),
        Copyable("JSON", pretty(_instance(row.instance, state))),
        Copyable("curl", curl_get(base, path)),
    )


@copies.register
def _(row: JobRow, state: State) -> tuple[Copyable, ...]:
    key, base = state.selected or InstanceKey("", ""), state.identity.base_url
    path = f"{instance_path(state, key)}/jobs/{quote(row.job.id, safe='')}"
    return (
        Copyable("id", row.job.id),
        Copyable("instance and id", f"{key} {row.job.id}"),
        Copyable("URL of the API", url(base, path)),
        Copyable("JSON", pretty(_fields(row.job))),
        Copyable("curl", curl_get(base, path)),
        Copyable("curl of its log", curl_get(base, f"{path}/logs")),
    )


@copies.register
def _(row: Exchange, state: State) -> tuple[Copyable, ...]:
    return (
        Copyable("curl", curl(row, state.identity.base_url)),
        Copyable("path", row.path),
        Copyable("cf-ray", row.ray or ""),
        Copyable("JSON", pretty(record(row))),
    )


def instance_path(state: State, key: InstanceKey) -> str:
    """The path of an instance below the base URL."""
    parts = ("accounts", state.identity.account_id, "ai-search", "namespaces", key.namespace, "instances", key.id)
    return "".join(f"/{quote(part, safe='')}" for part in parts)


def _instance(instance: Instance, state: State) -> Record:
    """The whole reply where it was read, else what the list told."""
    document = state.documents.get(instance.key, Reading()).value
    return document.shown if document else _fields(instance)


def pretty(value: Any) -> str:
    """Indented JSON."""
    return json.dumps(value, indent=2, ensure_ascii=False, default=str)
