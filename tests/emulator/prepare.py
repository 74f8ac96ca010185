"""Keeps the text of the demo's documents that need a library in the package: `python -m tests.emulator.prepare`."""

from __future__ import annotations

import msgspec

from tui.emulator.documents.failures import IndexingError
from tui.emulator.documents.readers import LIBRARIES, read
from tui.emulator.documents.types import Kind, kind_of, page_kind
from tui.emulator.prepared import DEMO, FILE, Known, identity

SELECTORS = (None, "main")
"""None, and those of the instances in world.json."""


def prepared_texts() -> dict[str, Known]:
    """What the readers give today, by identity; PDF is never read in the demo."""
    texts: dict[str, Known] = {}
    for path in sorted(path for path in DEMO.rglob("*") if path.is_file()):
        kind = page_kind(path.name) if "sites" in path.parts else kind_of(path.name)
        content = path.read_bytes()
        if kind == "page":
            texts |= {identity(kind, content, one): known(kind, content, one) for one in SELECTORS}
            texts[identity("links", content, None)] = known("links", content)
        elif kind in LIBRARIES and kind != "pdf":
            texts[identity(kind, content, None)] = known(kind, content)
    return texts


def known(kind: Kind, content: bytes, selector: str | None = None) -> Known:
    try:
        return Known(read(kind, content, selector))
    except IndexingError as failure:  # some of the demo's documents are broken on purpose
        return Known(slug=failure.slug)


if __name__ == "__main__":
    (DEMO / FILE).write_bytes(msgspec.json.format(msgspec.json.encode(prepared_texts()), indent=1) + b"\n")
