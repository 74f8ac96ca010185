"""The key of an item is an identity: what is painted is visible, what is sent and copied is what the server has."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.functional.test_items import STORE, items_of, keys, to_item
from tests.harness import console
from tui.models.item import with_exact_keys

ODD = ["a\u200cb.md", "soft\u00adhyphen.md", "family \U0001f468\u200d\U0001f469.md", "\u202egpj.md", "nb\u00a0sp.md"]


@pytest.mark.parametrize("name", ODD)
async def test_an_odd_key_is_found_again_from_a_search_and_copied_exactly(tmp_path: Path, name: str) -> None:
    note = tmp_path / "folder" / name
    note.parent.mkdir()
    note.write_text("# Cranes\n\nThe vermilion crane is out of order.")
    async with console(tmp_path) as seen:
        service = seen.session.service
        await service.items.upload(STORE, note, name)
        await seen.pass_time(5, 0.5)
        await items_of(seen, STORE)
        await seen.until(lambda: len(keys(seen)) > 5, "the items")
        item = await service.items.by_key(STORE, name)
        assert item.identity == name
        from tui.service.search_options import SearchOptions

        found = await service.searching.search(STORE, "vermilion crane", SearchOptions())
        hit = next(one for one in found.hits if one.item and one.item.identity == name)
        assert (await service.items.by_key(STORE, hit.item.identity)).id == item.id  # type: ignore[union-attr]
        await to_item(seen, item.key)
        await seen.press("T", "tab", "enter")
        await seen.until(lambda: (tmp_path / "audit.jsonl").exists(), "the audit")
        assert "\u202e" not in seen.text()


def test_only_keys_that_are_shown_otherwise_have_an_exact_one() -> None:
    shown: Any = {"chunks": [{"item": {"key": "a<U+200C>"}}, {"item": {"key": "b"}}], "key": "c"}
    exact: Any = {"chunks": [{"item": {"key": "a\u200c"}}, {"item": {"key": "b"}}], "key": "c"}
    kept = with_exact_keys(shown, exact)
    assert json.loads(json.dumps(kept)) == {
        "chunks": [{"item": {"key": "a<U+200C>", "$exact_key": "a\u200c"}}, {"item": {"key": "b"}}],
        "key": "c",
    }
    assert with_exact_keys(exact, exact) is exact
