"""Sitemaps: which pages a site lists. Indexes are followed, .gz is unpacked, addresses may be relative."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit
from xml.parsers import expat

from tui.emulator.folders import Passed, inside

LARGEST = 50 * 1024 * 1024
"""Bytes of a sitemap, also when it is unpacked: the limit of the format."""
MOST_MAPS = 500
USUAL = 0.5
"""The priority of a page that has none."""
_GZIP = b"\x1f\x8b"


@dataclass(slots=True)
class _Entry:
    """One `url` or `sitemap` element."""

    of_index: bool
    place: str = ""
    priority: float = USUAL


@dataclass(slots=True)
class _Content:
    """What one sitemap holds; `fault` says where it ceases to be readable."""

    entries: list[_Entry] = field(default_factory=list)
    fault: str = ""


def listed(root: Path, start: str, maps: Iterable[str]) -> list[str | Passed] | None:
    """Return the places of the pages that `maps` list, as they stand there made absolute; most important ones first.

    Places that lead elsewhere are the caller's to judge. None when there is no map at all; what cannot be read of a map
    that is there, and a map that a map names in vain, is passed over by name.
    """
    waiting = [_joined(start, place) for place in maps]
    seen: set[str] = set()
    pages: list[tuple[float, str]] = []
    passed: list[str | Passed] = []
    any_read = False
    while waiting and len(seen) < MOST_MAPS:
        address = waiting.pop(0)
        if address in seen:
            continue
        seen.add(address)
        content = _read(root, start, address)
        any_read |= content is not None
        if content is None or content.fault:
            passed.append(Passed(address, content.fault if content else "there is no such sitemap"))
        entries = content.entries if content else []
        waiting[:0] = [_joined(address, entry.place) for entry in entries if entry.of_index]
        pages += [(entry.priority, _joined(address, entry.place)) for entry in entries if not entry.of_index]
    if waiting:
        passed.append(Passed(waiting[0], f"more than {MOST_MAPS} sitemaps"))
    pages.sort(key=lambda page: -page[0])  # stable: pages of one priority stay in their order
    return [*dict.fromkeys(place for _, place in pages), *passed] if any_read else None


def _joined(base: str, place: str) -> str:
    try:
        return urljoin(base, place)
    except ValueError:
        return place


def _read(root: Path, start: str, address: str) -> _Content | None:
    try:
        parts = urlsplit(address)
        path = inside(root, unquote(parts.path)) if parts.hostname == urlsplit(start).hostname else None
        if path is None:
            return None
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except (OSError, ValueError):
        return None
    if len(content) > LARGEST:
        return _Content(fault="larger than a sitemap may be (50 MB)")
    if content.startswith(_GZIP):
        unpacker = zlib.decompressobj(wbits=31)
        try:
            content = unpacker.decompress(content, LARGEST)
        except zlib.error as error:
            return _Content(fault=f"it cannot be unpacked: {error}")
        if unpacker.unconsumed_tail:
            return _Content(fault="unpacked it is larger than a sitemap may be (50 MB)")
    return _parsed(content)


def _parsed(content: bytes) -> _Content:
    if not content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and b"\0" not in content[:64]:
        lines = content.decode("utf-8-sig", "replace").splitlines()  # the form of one address a line
        return _Content([_Entry(False, line.strip()) for line in lines if line.strip()])
    reader = _MapReader()
    fault = ""
    try:
        reader.parser.Parse(content, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        fault = f"it is not well-formed ({error}); what came before is used"
    return _Content([entry for entry in reader.entries if entry.place], fault)


class _MapReader:
    """Collects the entries of a sitemap from expat's events, without the images and videos that an entry may name."""

    def __init__(self) -> None:
        self.entries: list[_Entry] = []
        self._names: list[tuple[str, str]] = []
        self._text = ""
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.EntityDeclHandler = self._refuse

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        self._names.append((space, local))
        self._text = ""
        if local in {"url", "sitemap"}:
            self.entries.append(_Entry(local == "sitemap"))

    def _characters(self, text: str) -> None:
        if len(self._text) < 8192:
            self._text += text

    def _end(self, name: str) -> None:
        space, local = self._names.pop()
        above = self._names[-1] if self._names else ("", "")
        if above in {(space, "url"), (space, "sitemap")} and self.entries:
            if local == "loc":
                self.entries[-1].place = self._text.strip()
            elif local == "priority":
                self.entries[-1].priority = _number(self._text)

    def _refuse(self, *_: object) -> None:
        raise ValueError("it declares entities")


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return USUAL
    return value if 0 <= value <= 1 else USUAL


def is_map(name: str) -> bool:
    """Tell whether a file of a site is called as sitemaps are: it is no page then."""
    return name.startswith("sitemap") and name.endswith((".xml", ".xml.gz", ".txt"))


def only_pages(found: Iterable[str | Passed]) -> Iterator[str]:
    """Return the addresses of `found` alone."""
    return (one for one in found if isinstance(one, str))
