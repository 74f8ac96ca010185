"""What a source should hold, from a list: one key a line, or the JSON of the usual listers of buckets. Pure.

Known are the JSON of `rclone lsjson`, `aws s3api list-objects-v2`, `mc ls --json` and `s5cmd --json ls`, the lines of
`aws s3 ls --recursive`, and sitemaps.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from typing import Any

from msgspec import Struct

from tui.errors import UsageError
from tui.text import parse_time, safe

_KEYS = ("Key", "key", "Path", "path", "Name", "name")
_SIZES = ("Size", "size", "ContentLength")
_TIMES = ("LastModified", "lastModified", "last_modified", "ModTime", "modTime", "uploaded", "lastmod")
_SUMS = ("ETag", "etag", "eTag", "md5", "MD5", "checksum")
_HOLDERS = ("Contents", "objects", "items", "result")
"""Names under which a lister has its list in one object."""
_AWS = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\s+(\d+)\s(.+)")
_ADDRESS = re.compile(r"(?:s3|gs|r2)://[^/]+/")
_ENTRY = re.compile(r"<(?:\w+:)?(url|sitemap)\b[^>]*>(.*?)</(?:\w+:)?\1\s*>", re.DOTALL | re.IGNORECASE)
_TAG = r"<(?:\w+:)?{}\b[^>]*>\s*(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?\s*</"
_LOC = re.compile(_TAG.format("loc"), re.DOTALL | re.IGNORECASE)
_LASTMOD = re.compile(_TAG.format("lastmod"), re.DOTALL | re.IGNORECASE)


class Listed(Struct, frozen=True):
    """One document of the source; size in bytes, time in epoch seconds, `None` or empty where the list does not say."""

    key: str
    size: float | None = None
    changed: float | None = None
    checksum: str = ""


def read_listing(text: str) -> tuple[Listed, ...]:
    """The documents of a list, each key once. Raises UsageError for one that has none."""
    stripped = text.lstrip("\ufeff \t\r\n")
    if stripped.startswith("<"):
        found = list(read_sitemap(text)[0])
    elif stripped.startswith(("{", "[")):
        found = list(_json(stripped))
    else:
        found = [_line(line) for line in stripped.splitlines() if line.strip()]
    once = {one.key: one for one in found if one.key and not one.key.endswith("/")}
    if not once:
        raise UsageError("The list is empty", "It names no document.", "Give one key a line, or a lister's JSON.")
    return tuple(once.values())


def read_sitemap(text: str) -> tuple[tuple[Listed, ...], tuple[str, ...]]:
    """The pages of a sitemap, and the sitemaps that an index of them names."""
    pages, more = [], []
    for kind, inner in _ENTRY.findall(text):
        place = _LOC.search(inner)
        if not place:
            continue
        address = unescape(place[1].strip())
        if kind.lower() == "sitemap":
            more.append(address)
        else:
            changed = _LASTMOD.search(inner)
            pages.append(Listed(address, None, parse_time(changed[1].strip()) if changed else None))
    return tuple(pages), tuple(more)


def _line(line: str) -> Listed:
    if found := _AWS.fullmatch(line.strip()):
        return Listed(_key(found[3]), float(found[2]), parse_time(found[1]))
    return Listed(_key(line.strip("\r\n").strip()))


def _json(text: str) -> Iterator[Listed]:
    """One JSON value, or one a line."""
    try:
        trees = [json.loads(text)]
    except (ValueError, RecursionError):
        trees = [_parsed(line, number) for number, line in enumerate(text.splitlines(), 1) if line.strip(" ,\r\t[]")]
    for tree in trees:
        for one in _entries(tree):
            if isinstance(one, str):
                yield Listed(_key(one))
            elif isinstance(one, Mapping) and not one.get("IsDir") and one.get("type") not in ("folder", "directory"):
                yield _entry(one)


def _parsed(line: str, number: int) -> Any:
    try:
        return json.loads(line.strip().removesuffix(","))
    except (ValueError, RecursionError):
        raise UsageError("The list cannot be read", f"Line {number} is not JSON: {safe(line[:60])}") from None


def _entries(tree: Any) -> Iterable[Any]:
    if isinstance(tree, list):
        return tree
    if isinstance(tree, Mapping):
        for name in _HOLDERS:
            if isinstance(tree.get(name), list):
                return tree[name]  # type: ignore[no-any-return]
        return [tree]
    return []


def _entry(tree: Mapping[str, Any]) -> Listed:
    key, size = _first(tree, _KEYS), _first(tree, _SIZES)
    time, total = _first(tree, _TIMES), _first(tree, _SUMS)
    hashes = tree.get("Hashes")
    if total is None and isinstance(hashes, Mapping):
        total = _first(hashes, ("md5", "sha256", "sha1"))
    known = isinstance(size, int | float) and not isinstance(size, bool) and size >= 0
    changed = parse_time(time) if isinstance(time, str) else None
    checksum = total.strip('"').lower() if isinstance(total, str) else ""
    return Listed(_key(key) if isinstance(key, str) else "", float(size) if known else None, changed, checksum)


def _first(tree: Mapping[str, Any], names: Iterable[str]) -> Any:
    return next((tree[name] for name in names if tree.get(name) is not None), None)


def _key(text: str) -> str:
    """A key without the bucket's address; other addresses are keys of pages."""
    return _ADDRESS.sub("", text, count=1)
