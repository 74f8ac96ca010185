"""Configurations kept as files before an instance is deleted: private, never overwritten."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tui.errors import AppError
from tui.models import InstanceKey


def saved_path(folder: Path, key: InstanceKey, at: float) -> Path:
    """Where the configuration of `key` as of `at` (epoch seconds) goes, below the state directory."""
    stamp = datetime.fromtimestamp(at, UTC).strftime("%Y%m%dT%H%M%SZ")
    name = "".join(char if char.isalnum() or char in "._-" else "_" for char in f"{key.namespace}.{key.id}")
    return folder / "saved" / f"{name}.{stamp}.json"


def save(path: Path, document: Mapping[str, Any]) -> None:
    """Write the document, readable by its owner only. Raises AppError when it cannot, or when the file is there."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(json.dumps(document, indent=2) + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise AppError(
            "The configuration could not be saved",
            f"{path}: {error.strerror or error}. Nothing was deleted.",
            "Make room, or fix the permissions of the state directory.",
        ) from error
