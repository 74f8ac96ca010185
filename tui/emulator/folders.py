"""The folders behind sources, and looking into them without ever leaving them.

Names come from requests, so each is checked by a pattern, symbolic links are never followed, and a path that
would leave its folder does not exist.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tui.emulator.records import Instance
from tui.emulator.rules import is_host

_BUCKET = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")


LONGEST_KEY = 1024
"""Bytes of an object's key in R2."""


class SourceError(Exception):
    """A source that cannot be read at all; `slug` is an instance-level indexing error."""

    def __init__(self, slug: str) -> None:
        """Carry `slug`."""
        super().__init__(slug)
        self.slug = slug


@dataclass(frozen=True, slots=True)
class Passed:
    """Something in a source that can be no document; `name` can be shown, `reason` says why."""

    name: str
    reason: str


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
    if reason := _refusal(instance, data, root.name):
        raise SourceError(reason)
    return root


def refuse(data: Path, name: str, reason: str, header: str = "") -> None:
    """Have a bucket or a website refuse to be read, with this slug, until `data/refused/NAME` is removed.

    With a `header` it refuses for as long as the instance sends that one.
    """
    folder = data / "refused"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"{reason} {header}".strip() + "\n", encoding="utf-8")


def _refusal(instance: Instance, data: Path, name: str) -> str:
    """The slug with which a source refuses to be read; empty when it does not."""
    path = data / "refused" / name
    words = path.read_text(encoding="utf-8").split() if path.is_file() and not path.is_symlink() else []
    if len(words) > 1 and words[1] not in headers_of(instance):
        return ""
    return words[0] if words else ""


def headers_of(instance: Instance) -> Mapping[str, Any]:
    """The headers that an instance sends to its website."""
    crawler = (instance.config.get("source_params") or {}).get("web_crawler") or {}
    return (crawler.get("parse_options") or {}).get("include_headers") or {}


def leads_out(root: Path, data: Path) -> bool:
    """Tell whether the folder `root` is, through a link, one outside of the data folder: it is never looked into."""
    return not root.resolve().is_relative_to(data.resolve())


def inside(root: Path, name: str, *, pages: bool = False) -> Path | None:
    """Return the regular file called `name` in `root`, None when there is none or it is elsewhere.

    With `pages`, a folder means its index.html and a page may leave out its `.html`.
    """
    path = f"{root}/{name.lstrip('/')}"
    candidates = [path, f"{path}/index.html", f"{path}.html"] if pages else [path]
    for candidate in map(os.path.normpath, candidates):
        try:
            if _is_own_file(str(root), candidate):
                return Path(candidate)
        except (OSError, ValueError):  # a name that no file has, or that none can have
            continue
    return None


def _is_own_file(root: str, path: str) -> bool:
    """Tell whether `path` is a regular file in `root` that no link leads to; raises OSError where there is nothing."""
    if not path.startswith(f"{root}/"):
        return False
    here, mode = root, 0
    for part in path[len(root) + 1 :].split("/"):
        here = f"{here}/{part}"
        mode = os.lstat(here).st_mode
        if stat.S_ISLNK(mode):
            return False
    return stat.S_ISREG(mode)


def files(root: Path) -> Iterator[tuple[str, os.DirEntry[str]] | Passed]:
    """Walk the regular files below `root` in key order; what can be no object is passed over by name.

    Raises OSError when `root` itself cannot be read.
    """
    waiting = [_entries(str(root), "")]
    while waiting:
        found = next(waiting[-1], None)
        if found is None:
            waiting.pop()
            continue
        key, entry = found
        if reason := _unusable(key, entry):
            yield Passed(shown(key), reason)
        elif not entry.is_dir(follow_symlinks=False):
            yield key, entry
        else:
            try:
                waiting.append(_entries(entry.path, f"{key}/"))
            except OSError as error:
                yield Passed(f"{key}/", error.strerror or "it cannot be read")


def _entries(folder: str, prefix: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    with os.scandir(folder) as entries:
        # A folder sorts as "name/", so that the walk gives whole keys in their order.
        ordered = sorted(entries, key=lambda entry: entry.name + "/" * _is_folder(entry))
    return ((prefix + entry.name, entry) for entry in ordered)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:  # it went at this moment
        return False


def _unusable(key: str, entry: os.DirEntry[str]) -> str | None:
    """Tell why an entry can be no object of a bucket, None when it can, or is a folder."""
    try:
        size = len(key.encode())
    except UnicodeEncodeError:
        return "its name is not UTF-8"
    if size > LONGEST_KEY:
        return f"its name is longer than a key may be ({LONGEST_KEY:,} bytes)"
    try:
        if entry.is_symlink():
            return "it is a link; links are not followed"
        known = entry.is_dir(follow_symlinks=False) or entry.is_file(follow_symlinks=False)
    except OSError:
        return "it disappeared while the source was listed"
    return None if known else "it is neither a file nor a folder"


def shown(name: str) -> str:
    """Return a file name as it can be shown and stored: bytes that are not UTF-8 as their hexadecimal form."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
