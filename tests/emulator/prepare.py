"""Keeps the text of the demo's documents that need a library in the package: `python -m tests.emulator.prepare`."""

from __future__ import annotations

import msgspec

from tui.emulator.documents.readers import LIBRARIES, read
from tui.emulator.documents.types import Kind, kind_of, page_kind
from tui.emulator.prepared import DEMO, FILE, identity

SELECTORS = (None, "main")
"""None, and those of the instances in world.json."""


def prepared_texts() -> dict[str, str]:
    """The texts as the readers give them today, by identity; PDF is never read in the demo."""
    texts: dict[str, str] = {}
    for path in sorted(path for path in DEMO.rglob("*") if path.is_file()):
        kind = page_kind(path.name) if "sites" in path.parts else kind_of(path.name)
        content = path.read_bytes()
        if kind == "page":
            texts |= {identity(kind, content, one): read(kind, content, one) for one in SELECTORS}
            texts[identity("links", content, None)] = read("links", content)
        elif kind in LIBRARIES and kind != "pdf":
            texts |= _text(kind, content)
    return texts


def _text(kind: Kind, content: bytes) -> dict[str, str]:
    try:
        return {identity(kind, content, None): read(kind, content)}
    except Exception:  # some of the demo's documents are broken on purpose
        return {}


if __name__ == "__main__":
    (DEMO / FILE).write_bytes(msgspec.json.format(msgspec.json.encode(prepared_texts()), indent=1) + b"\n")
