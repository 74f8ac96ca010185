"""The folders behind sources, and looking into them without ever leaving them.

Names come from requests, so each is checked by a pattern, symbolic links are never followed, and a path that
would leave its folder does not exist.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tui.emulator.records import Instance
from tui.emulator.rules import is_host

_BUCKET = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")


class SourceError(Exception):
    """A source that cannot be read at all; `slug` is an instance-level indexing error."""

    def __init__(self, slug: str) -> None:
        """Carry `slug`."""
        super().__init__(slug)
        self.slug = slug


@dataclass(frozen=True, slots=True)
class Found:
    """One document of a source. `size` is bytes, `mtime` nanoseconds; `problem` says why it cannot be fetched."""

    key: str
    size: int
    mtime: int
    path: Path | None
    problem: str | None = None


def address_of(instance: Instance) -> str:
    """Return the address of a website with its scheme."""
    source = instance.source or ""
    return source if "://" in source else f"https://{source}"


def root_of(instance: Instance, data: Path) -> Path:
    """Return the folder of an instance's source; raises SourceError when there is none to be read."""
    if instance.crawls:
        host = urlsplit(address_of(instance)).hostname or ""
        name_is_good, root = is_host(host), data / "sites" / host
    else:
        name_is_good, root = bool(_BUCKET.fullmatch(instance.source or "")), data / "buckets" / (instance.source or "")
    if not name_is_good:
        raise SourceError("bucket_name_invalid")
    if not root.is_dir():
        raise SourceError("bucket_not_found")
    if leads_out(root, data):
        raise SourceError("bucket_unauthorized")
    if not os.access(root, os.R_OK | os.X_OK):
        raise SourceError("bucket_unauthorized")
    return root


def leads_out(root: Path, data: Path) -> bool:
    """Tell whether the folder `root` is, through a link, one outside of the data folder: it is never looked into."""
    return not root.resolve().is_relative_to(data.resolve())


def inside(root: Path, name: str, *, pages: bool = False) -> Path | None:
    """Return the regular file called `name` in `root`, None when there is none or it is elsewhere.

    With `pages`, a folder means its index.html and a page may leave out its `.html`.
    """
    path = root / name.lstrip("/")
    candidates = [path, path / "index.html", Path(f"{path}.html")] if pages else [path]
    try:
        for candidate in candidates:
            plain = Path(os.path.normpath(candidate))
            if plain.is_file() and plain.is_relative_to(root) and plain.resolve().is_relative_to(root.resolve()):
                return plain
    except (OSError, ValueError):  # a name that no file can have
        pass
    return None


def files(root: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Walk the regular files below `root` in key order, without hidden ones and symbolic links."""
    return _walk(str(root), "")


def _walk(folder: str, prefix: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    with os.scandir(folder) as entries:
        # A folder sorts as "name/", so that the walk gives whole keys in their order.
        ordered = sorted(entries, key=lambda entry: entry.name + "/" * entry.is_dir(follow_symlinks=False))
    for entry in ordered:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(entry.path, f"{prefix}{entry.name}/")
        elif entry.is_file(follow_symlinks=False):
            yield prefix + entry.name, entry
