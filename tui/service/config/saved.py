"""Configurations kept as files before an instance is deleted: private, never overwritten."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tui.errors import AppError
from tui.models import InstanceKey
from tui.system.private_files import make_folder, write_new


def saved_path(folder: Path, key: InstanceKey, at: float) -> Path:
    """Where the configuration of `key` as of `at` (epoch seconds) goes, below the state directory."""
    stamp = datetime.fromtimestamp(at, UTC).strftime("%Y%m%dT%H%M%SZ")
    name = "".join(char if char.isalnum() or char in "._-" else "_" for char in f"{key.namespace}.{key.id}")
    return folder / "saved" / f"{name}.{stamp}.json"


def save(path: Path, document: Mapping[str, Any]) -> None:
    """Write the document, readable by its owner only. Raises AppError when it cannot, or when the file is there."""
    try:
        make_folder(path.parent)
        write_new(path, json.dumps(document, indent=2) + "\n", sync=True)
    except OSError as error:
        raise AppError(
            "The configuration could not be saved",
            f"{path}: {error.strerror or error}. Nothing was deleted.",
            "Make room, or fix the permissions of the state directory.",
        ) from error
