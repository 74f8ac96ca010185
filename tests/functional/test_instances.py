"""The instance list by its keys: what is on the screen, and what the server was asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events

from tests.harness import console
from tui.emulator import EmulatorConfig
from tui.models import InstanceKey


def names(text: str) -> list[str]:
    """Ids in the order of the table, for the demo's world."""
    known = {"legacy-contracts", "partner-portal", "docs-search", "billing-kb", "handbook", "old-blog", "api-reference"}
    rows = [line.split("▏")[0] for line in text.splitlines()]
    return [word for row in rows for word in row.split() if word in known]


async def test_the_first_screen_has_all_namespaces_trouble_first_with_counters_and_one_selected(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        order = names(seen.text())
        assert order.index("legacy-contracts") < order.index("docs-search") < order.index("handbook")
        assert order.index("handbook") < order.index("old-blog") < order.index("api-reference")
        assert "17 of 17" in seen.text()
        listed = seen.received("GET", "/ai-search/instances")
        assert any(path.endswith("/ai-search/instances None") for path in listed), listed
        asked = {path.split("/stats")[0].rsplit("/", 1)[-1] for path in seen.received("GET", "/stats")}
        assert {"docs-search", "handbook", "sandbox"} <= asked
        assert isinstance(seen.store.state.selected, InstanceKey)
        await seen.sees(seen.store.state.selected.id)


async def test_moving_selects_and_reads_that_instance(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        table = seen.app.screen.query_one("#instances-table")

        async def until_selected(row: InstanceKey, keys: str) -> None:
            await seen.until(lambda: seen.store.state.selected == row, f"selection after {keys}")
            await seen.until(lambda: f"Detail  {row}" in seen.text(), f"the detail after {keys}")

        for keys, expected in (("j", 1), ("jj", 2), ("jjk", 1), ("G", -1), ("Gg", 0)):
            await seen.press("g", *keys)
            await seen.pass_time(0.4, 0.2)
            await until_selected(table._rows.key(expected), keys)


FILTERS = (
    ("docs", "docs-search", "handbook"),
    ("!docs", "handbook", "docs-search"),
    ("/^old-/", "old-blog", "handbook"),
)
"""What is typed, an instance that it keeps, and one that it does not."""


async def test_filter_while_typing_and_enter_keeps_it(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:

        async def until(name: str, shown: bool, what: str) -> None:
            await seen.until(lambda: (name in names(seen.text())) == shown, what)

        for typed, there, gone in FILTERS:
            await seen.press("slash", *typed)
            await until(gone, False, f"{gone} filtered out by {typed}")
            assert there in names(seen.text()), typed
            await seen.press("enter")
            await seen.sees(f"/{typed}")
            assert gone not in names(seen.text()), typed
            await seen.press("escape")
            await until(gone, True, f"the filter {typed} cleared")


async def test_what_is_typed_into_the_filter_stays_if_malformed_and_does_nothing_else(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await seen.press("slash", *"/[a/")
        await seen.sees("unterminated character set")
        assert "/[a/" in seen.text()
        await seen.press("escape", "slash", *"SXPq")
        await seen.sees("SXPq")
        assert seen.app.is_running
        assert len(seen.app.screen_stack) == 1
        assert not seen.received("POST")


async def test_a_burst_of_keys_is_typed_into_the_filter_not_carried_out(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        for key in ("slash", *"docs", "enter", "S"):  # all of them are there before the first one has taken effect
            seen.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await seen.sees("Sync now")
        assert names(seen.text().split("Sync now")[0])[0] == "docs-search"
        assert "/docs" in seen.text()
        assert not seen.received("POST")


async def test_sort_by_a_column_and_again_to_reverse_and_the_cursor_stays_on_its_instance(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await seen.press("j", "j", "j")
        await seen.pass_time(0.4, 0.2)
        before = seen.store.state.selected
        await seen.press("o", "j", "enter")
        await seen.pilot.pause()
        assert seen.store.state.selected == before
        assert seen.app.screen.query_one("#instances-table").cursor_key == before
        await seen.until(lambda: names(seen.text())[0] == "api-reference", "sorted by name")
        await seen.press("o", "enter")
        await seen.until(lambda: names(seen.text())[0] != "api-reference", "reversed")
        assert names(seen.text()) == sorted(names(seen.text()), reverse=True)


async def test_a_namespace_narrows_the_table(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await seen.until(lambda: seen.store.state.namespaces.value, "namespaces")
        await seen.press("n")
        await seen.sees("all namespaces")
        choices = [line for line in seen.text().splitlines() if "archive" in line]
        assert choices
        await seen.press("j", "enter")
        await seen.until(lambda: seen.store.state.namespace is not None, "narrowed")
        await seen.sees(f"· {seen.store.state.namespace}")
        shown = {key.namespace for key in seen.app.screen.query_one("#instances-table")._rows.keys_from()}
        assert shown == {seen.store.state.namespace}


async def test_an_empty_account_says_so(tmp_path: Path) -> None:
    async with console(tmp_path, config=EmulatorConfig(seed="empty")) as seen:
        await seen.sees("This account has no AI Search instances yet.")
        assert "No instance is selected." in seen.text()


async def test_a_row_that_cannot_be_decoded_is_marked_and_the_others_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tui.api import envelope

    real = envelope.decode

    def broken(*args: object, **rest: object) -> object:
        answer = real(*args, **rest)  # type: ignore[arg-type]
        if isinstance(answer.result, list) and answer.result and "sync_interval" in answer.result[0]:
            answer.result[0]["sync_interval"] = "soon"
        return answer

    monkeypatch.setattr(envelope, "decode", broken)
    async with console(tmp_path) as seen:
        await seen.until(lambda: any(one.problem for one in seen.store.state.fleet.value or ()), "a marked row")
        assert len(seen.store.state.fleet.value or ()) == 17
        await seen.sees("?")


@pytest.mark.parametrize("largest", [20, 50])
async def test_lists_whose_page_size_is_refused_still_come(tmp_path: Path, largest: int) -> None:
    """The real service refuses sizes that are too large, each list in its own way (api-facts: Lists and paging)."""
    async with console(tmp_path, config=EmulatorConfig(max_per_page=largest, over_max="reject")) as seen:
        await seen.sees("17 of 17")
        seen.app.screen.query_one("#instances-table").move_to(InstanceKey("default", "docs-search"))
        await seen.pass_time(0.4, 0.2)
        await seen.sees("40 jobs" if largest > 40 else "newest 20 of 40 jobs")
        await seen.press("4")
        await seen.pass_time(1.2, 0.2)
        await seen.sees("sync ended: completed")
