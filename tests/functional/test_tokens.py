"""Service tokens by their keys: who uses which, and none that is in use is deleted."""

from __future__ import annotations

import json
from pathlib import Path

from tests.functional.test_writes import audit
from tests.harness import Console, console
from tui.emulator import EmulatorConfig
from tui.ui.tokens.list_view import TokenList


async def to_tokens(seen: Console) -> TokenList:
    """Open the list and wait until it was read."""
    await seen.press("asterisk")
    await seen.until(lambda: isinstance(seen.app.screen, TokenList) and seen.app.screen.table.shown, "the tokens")
    return seen.app.screen


async def test_each_token_shows_its_instances(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        shown = await to_tokens(seen)
        used = {use.token.name: use.instances for use in shown.table.shown}
        fleet = seen.store.state.fleet.value
        docs = next(use.token.id for use in shown.table.shown if use.token.name == "aisearch-docs")
        assert set(used["aisearch-docs"]) == {one.key for one in fleet if one.token_id == docs}
        shown.table.move_to(next(use.token.id for use in shown.table.shown if use.token.name == "aisearch-support"))
        await seen.sees(str(used["aisearch-support"][0]))
        await seen.press("enter")
        await seen.sees("04f9b2e7c8314d5a9e60712cdb8845aa")
        assert "cf_api_key" not in seen.text()


async def test_only_a_token_that_nobody_uses_is_deleted(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        with seen.emulator.world.lock:
            made = seen.emulator.world.tokens.create({"name": "spare", "cf_api_id": "0" * 32}, seen.time())
        shown = await to_tokens(seen)
        shown.table.move_to(next(use.token.id for use in shown.table.shown if use.instances))
        await seen.press("D")
        await seen.sees("in the list use it")
        shown.table.move_to(made["id"])
        await seen.press("D", *"spare", "enter")
        await seen.sees("Service token spare deleted")
        assert [path.split("/")[-1].split()[0] for path in seen.received("DELETE")] == [made["id"]]
        await seen.until(lambda: len(shown.table.shown) == 3, "the list without it")
        assert audit(tmp_path)[0]["action"] == "delete service token"


async def test_a_token_that_is_named_and_not_listed_stands_out(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        with seen.emulator.world.lock:
            seen.emulator.world.storage.run("DELETE FROM token WHERE name = ?", "aisearch-docs")
        shown = await to_tokens(seen)
        await seen.sees("missing")
        assert not shown.table.shown[0].listed
        assert shown.table.shown[0].instances


async def test_none_and_an_error_say_so(tmp_path: Path) -> None:
    path = tmp_path / "faults.json"
    rule = {"operation": "list_tokens", "kind": "status", "status": 403, "code": 10000, "message": "no", "times": 1}
    path.write_text(json.dumps({"faults": [rule]}))
    async with console(tmp_path, config=EmulatorConfig(seed="empty", chaos=path)) as seen:
        with seen.emulator.world.lock:
            seen.emulator.world.storage.run("DELETE FROM token")
        await seen.press("asterisk")
        await seen.sees("The token may not do this")
        await seen.press("q", "asterisk")
        await seen.sees("This account has no service tokens.")


FILTERS = {
    "supp": ["aisearch-support"],
    "5b0f7c1e": ["aisearch-docs"],
    "!docs": ["aisearch-platform", "aisearch-support"],
    "/^aisearch-d/": ["aisearch-docs"],
    "zebra": [],
}


async def test_the_list_is_filtered_while_it_is_typed(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        async for size in seen.in_windows([(80, 24), (120, 40)]):
            for typed, names in FILTERS.items():
                case = (size, typed)
                shown = await to_tokens(seen)
                await seen.press("/", *typed)
                assert sorted(use.token.name for use in shown.table.shown) == sorted(names), case
                await seen.sees(f"{len(names)} of 3")
                assert names or "No service token matches 'zebra'." in seen.text(), case
                await seen.press("enter")
                assert shown.table.has_focus, case
                assert len(shown.table.shown) == len(names), f"{case}: enter keeps the filter"
                await seen.press("q")
                assert len(shown.table.shown) == 3, f"{case}: the first step back shows all again"
                assert isinstance(seen.app.screen, TokenList), case
                await seen.press("q")
                assert len(seen.app.screen_stack) == 1, case
        shown = await to_tokens(seen)
        await seen.press("/", "a", "i", "home", "/", "(", "end", "/")
        assert "unterminated subpattern" in seen.text()
        assert shown.table.shown == (), "a filter that means nothing: as before the slash that made it one"
