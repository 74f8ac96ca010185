"""Configurations as files: what `export` writes, and what `diff` and `apply` read, also what a deletion has saved.

A file has the fields of the API without those that the server keeps by itself, and beside them a table `exported` that
says when it was taken and what `modified_at` was then. A file without that table is taken as written by hand.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec import Struct

from tui.errors import UsageError
from tui.models import InstanceDocument, InstanceKey
from tui.models.instance import DEFAULT_NAMESPACE
from tui.service.config.configs import kind_of
from tui.service.config.document import editable

NOTE = "exported"
"""The table of an exported file that is not the API's."""


class WantedConfig(Struct, frozen=True):
    """One configuration of a file. `modified_at` is what it was at the export, None where the file does not tell."""

    path: str
    key: InstanceKey
    document: dict[str, Any]
    modified_at: str | None = None


def exported(document: InstanceDocument, account: str, now: float) -> dict[str, Any]:
    """What is written of an instance: identity, what can be changed, and when it was taken (`now` in epoch seconds)."""
    key = document.instance.key
    return {
        "namespace": key.namespace,
        "id": key.id,
        "type": str(kind_of(document.exact)),
        **editable(document.exact),
        NOTE: {
            "account_id": account,
            "at": datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds"),
            "modified_at": document.exact.get("modified_at") or "",
        },
    }


def as_toml(document: Mapping[str, Any]) -> str:
    """The document as TOML, which knows no null: such a field is left out, and so left alone when it is applied."""
    import tomli_w

    return tomli_w.dumps(_without_null(document), multiline_strings=True)


def as_json(document: Mapping[str, Any]) -> str:
    """The document as JSON, indented for a reader."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _without_null(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _without_null(inner) for name, inner in value.items() if inner is not None}
    return [_without_null(one) for one in value if one is not None] if isinstance(value, list) else value


def read_files(paths: list[str]) -> tuple[WantedConfig, ...]:
    """Every configuration of these files, in order. Raises UsageError that names the file and what is wrong with it."""
    found: dict[InstanceKey, WantedConfig] = {}
    for path in paths:
        for one in read_file(Path(path)):
            if one.key in found:
                raise UsageError(f"{one.key} stands twice", f"In {found[one.key].path} and in {path}.")
            found[one.key] = one
    return tuple(found.values())


def read_file(path: Path) -> Iterator[WantedConfig]:
    """The configurations of one file: TOML has one, JSON one or one a line. Raises UsageError."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise UsageError(f"Cannot read {path}", f"{reason}.") from None
    for raw in _documents(path, text):
        yield _wanted(path, raw)


def _documents(path: Path, text: str) -> list[Any]:
    """What the file holds, by its name, else by how it begins: only JSON begins with a brace."""
    as_json = path.suffix == ".json" or (path.suffix != ".toml" and text.lstrip().startswith(("{", "[")))
    try:
        if not as_json:
            return [tomllib.loads(text)]
        try:
            whole = json.loads(text)
        except json.JSONDecodeError:
            return [json.loads(line) for line in text.splitlines() if line.strip()]
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is neither TOML nor JSON", str(error).splitlines()[0]) from None
    return whole if isinstance(whole, list) else [whole]


def _wanted(path: Path, raw: Any) -> WantedConfig:
    if not isinstance(raw, dict) or not isinstance(raw.get("id"), str) or not raw["id"]:
        raise UsageError(f"{path} is not a configuration", "It needs the `id` of the instance, and its fields.")
    namespace = raw.get("namespace") or DEFAULT_NAMESPACE
    note = raw.get(NOTE)
    taken = (note if isinstance(note, dict) else raw).get("modified_at")
    document = {name: value for name, value in raw.items() if name not in (NOTE, "health")}
    key = InstanceKey(str(namespace), raw["id"])
    return WantedConfig(str(path), key, {**document, "namespace": key.namespace}, str(taken) if taken else None)
