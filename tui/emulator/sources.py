"""Where documents come from: DATA/buckets/NAME plays the part of an R2 bucket, DATA/sites/HOST of a website."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tui.emulator.documents.types import path_of
from tui.emulator.folders import Found, Passed, SourceError, files, inside, root_of
from tui.emulator.globs import glob
from tui.emulator.records import Instance
from tui.emulator.websites import Read, page_file, pages


class PathFilter:
    """Include and exclude globs: `*` stays within a segment, `**` crosses segments."""

    def __init__(self, source_params: dict[str, Any] | None) -> None:
        """Compile the patterns of `source_params`."""
        params = source_params or {}
        self._include = [glob(pattern) for pattern in params.get("include_items") or []]
        self._exclude = [glob(pattern) for pattern in params.get("exclude_items") or []]

    def admits(self, key: str) -> bool:
        """Tell whether `key` (an object key, or a URL, whose path is tried too) is to be indexed."""
        names = [key, path_of(key)] if "://" in key else [key, "/" + key]
        if any(pattern.match(name) for pattern in self._exclude for name in names):
            return False
        return not self._include or any(pattern.match(name) for pattern in self._include for name in names)


def listing(instance: Instance, data: Path, read: Read) -> Iterator[Found | Passed]:
    """Return every document of the instance's source in a fixed order; raises SourceError.

    `read` is for the links of pages.
    """
    return pages(instance, data, read) if instance.crawls else _objects(instance, root_of(instance, data))


def locate(instance: Instance, data: Path, key: str) -> Path | None:
    """Return the file behind `key`, None when there is none inside the instance's folder."""
    try:
        root = root_of(instance, data)
    except SourceError:
        return None
    return page_file(root, key) if instance.crawls else inside(root, key)


def _objects(instance: Instance, root: Path) -> Iterator[Found | Passed]:
    prefix = (instance.config.get("source_params") or {}).get("prefix") or ""
    for found in files(root):
        name = found.name if isinstance(found, Passed) else found[0]
        if name.startswith(prefix):
            yield found if isinstance(found, Passed) else _object(*found)


def _object(key: str, entry: os.DirEntry[str]) -> Found | Passed:
    try:
        info = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return Passed(key, "it disappeared while the source was listed")
    except OSError:
        return Found(key, 0, 0, None, "r2_unknown_error")
    return Found(key, info.st_size, info.st_mtime_ns, Path(entry.path))
