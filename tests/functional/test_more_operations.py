"""Operations beside the everyday ones: purge the cache, register a service token, index a key, search a namespace."""

from __future__ import annotations

from pathlib import Path

from tests.functional.test_items import DOCS, items_of
from tests.functional.test_tokens import to_tokens
from tests.functional.test_writes import audit
from tests.harness import console

SECRET = "sekret-0123456789abcdef"


async def test_the_cache_is_purged_after_a_question(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await seen.press("K")
        await seen.sees("Purge the cache")
        await seen.press("enter")
        assert not seen.received("POST", "purge_cache"), "Cancel has the focus"
        await seen.press("K", "tab", "enter")
        await seen.sees("purged")
        assert len(seen.received("POST", "purge_cache")) == 1
        assert {line["action"] for line in audit(tmp_path)} == {"purge cache"}


async def test_a_service_token_is_registered_and_its_secret_is_nowhere(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        shown = await to_tokens(seen)
        before = len(shown.table.shown)
        await seen.press("N")
        await seen.sees("New service token")
        await seen.press(*"nightly", "enter", *("a" * 32), "enter", *SECRET, "enter", "enter")
        await seen.sees("nightly")
        await seen.until(lambda: len(shown.table.shown) == before + 1, "the new token in the list")
        assert SECRET not in seen.text()
        await seen.press("escape", "at")
        await seen.sees("POST")
        await seen.press("enter")
        assert SECRET not in seen.text()
        assert all(SECRET not in one.body for one in seen.session.service.api.exchanges)
        assert SECRET not in (tmp_path / "audit.jsonl").read_text()
        assert len(seen.received("POST", "/tokens")) == 1


async def test_a_form_with_something_missing_sends_nothing(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await to_tokens(seen)
        await seen.press("N", *"nightly", "enter", "enter", "enter", "enter")
        await seen.sees("All three are needed.")
        assert not seen.received("POST", "/tokens")


async def test_a_key_is_indexed_at_once(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await items_of(seen, DOCS)
        await seen.press("I")
        await seen.sees("Index a key")
        await seen.press("up", *"guides/limits.md", "tab", "tab", "enter")
        await seen.until(lambda: seen.received("PUT", "docs-search/items"), "the request")
        assert "guides/limits.md" in seen.received("PUT", "docs-search/items")[0]


async def test_a_search_across_the_namespace_names_its_instances(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        from tui.service.search_options import SearchOptions

        found = await seen.session.service.searching.search(DOCS, "label printer", SearchOptions(across=True))
        assert {hit.instance_id for hit in found.hits} - {None}
        sent = seen.received("POST", "namespaces/default/search")
        assert len(sent) == 1
        assert "instance_ids" in sent[0]
