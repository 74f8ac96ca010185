"""The documentation that packages ship, as it lies on this machine: no document fails for an unknown reason, and each
word of one is found again.
"""

from __future__ import annotations

import html
import random
import re
import site
import sysconfig
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from tui.emulator.documents.types import kind_of
from tui.emulator.words import phrase

pytestmark = pytest.mark.exhaustive

PURE = sysconfig.get_path("purelib")
PLACES = ("/usr/share/doc", "/usr/share/gtk-doc", "/usr/share/help", PURE, *site.getsitepackages())
DOCUMENTS, WORDS = 585, 1000
ENDINGS = re.compile(r"\.(?:html?|xml|svg|txt|md|rst|csv|json|tex|toml|ini|css)$|/[A-Z]{4,}$")
MARKS = re.compile(r"(?s)<!--.*?-->|<(script|style|template)\b.*?</\1>|<[!?/A-Za-z][^>]*>", re.IGNORECASE)


def documents() -> list[Path]:
    """The same documents on every run of a machine, of as many packages as possible."""
    chosen: list[Path] = []
    for place in dict.fromkeys(map(Path, PLACES)):
        chosen += sorted(path for path in place.rglob("*") if ENDINGS.search(str(path)) and not path.is_symlink())
    readable = [path for path in chosen if path.is_file() and 0 < path.stat().st_size < 400_000]
    return random.Random(585).sample(readable, min(DOCUMENTS, len(readable)))


def words(path: Path) -> Iterator[str]:
    """Words of 4 to 30 letters that a person sees in a document, in one form."""
    content = path.read_bytes()
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    if kind_of(path.name) in {"page", "xml"}:
        text = html.unescape(MARKS.sub(" ", re.sub(r"<!\[CDATA\[|\]\]>", " ", text)))
    yield from (word for word in re.findall(r"\w+", unicodedata.normalize("NFC", text)) if 4 <= len(word) <= 30)


async def test_the_documentation_of_packages_is_read_and_found(make):
    api = make(first_sync_delay=1e9, pdf_text=True, speed=1000.0)
    paths = {f"{number:03}/{path.name}": path for number, path in enumerate(documents())}
    assert len(paths) > 100
    path = await api.synced("docs", {key: path.read_bytes() for key, path in paths.items()})
    world = api.emulator.world
    instance = world.instances.get("default", "docs")
    rows = world.storage.rows("SELECT key, error FROM item WHERE instance = ?", instance.n)
    failed = {row["key"]: row["error"] for row in rows if row["error"]}
    assert len(rows) == len(paths), path
    assert set(failed.values()) <= {"markdown_conversion_empty", "file_content_empty", "file_is_corrupt"}, failed
    assert len(failed) < len(paths) * 0.05
    rng = random.Random(1000)
    seen = {key: found for key, path in paths.items() if key not in failed and (found := list(words(path)))}
    missing = []
    for _ in range(WORDS):
        key = rng.choice(list(seen))
        word = rng.choice(seen[key])
        sought = phrase(word.lower(), trigrams=False)
        if not world.index.match(instance, sought, "i.key = ?", [key], 1):
            missing.append((word, str(paths[key])))
    assert len(missing) <= WORDS * 0.005, missing
