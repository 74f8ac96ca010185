"""Items, Search, Config and JSON by a key of their own, from every pane, and by name in the palette."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.functional.test_palette import type_into
from tests.functional.test_writes import go_to
from tests.harness import Console, console
from tui.actions import BY_ID, keys_of

TABS = {"items": "Items", "search": "Search", "config": "Config", "json": "JSON"}


def shown(seen: Console) -> str:
    detail = seen.app.screen.query_one("#detail")
    return detail.LABELS[detail.tab] if detail.has_focus_within else ""  # type: ignore[attr-defined]


@pytest.mark.parametrize("pane", ["1", "2", "3", "4"])
async def test_a_key_shows_the_tab_and_has_the_focus_there(pane: str, tmp_path: Path) -> None:
    async with console(tmp_path, (80, 24)) as seen:
        await go_to(seen, "default", "docs-search")
        for name, label in TABS.items():
            (key,) = keys_of(BY_ID[f"app.{name}"])
            await seen.press(pane, key)
            await seen.until(lambda label=label: shown(seen) == label, label)
            await seen.press(key)
            assert shown(seen) == label, "the same key again stays there"


@pytest.mark.parametrize("pane", ["1", "4"])
async def test_a_zoomed_pane_gives_way(pane: str, tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await go_to(seen, "default", "docs-search")
        await seen.press(pane, "z", "5")
        await seen.pass_time(0.6, 0.2)
        await seen.sees("STATUS, ERROR")
        assert shown(seen) == "Items"


async def test_the_palette_has_them_by_name(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await go_to(seen, "default", "docs-search")
        for words, label in (
            ("items tab", "Items"),
            ("search tab", "Search"),
            ("config tab", "Config"),
            ("json", "JSON"),
        ):
            await type_into(seen, words, "enter")
            await seen.until(lambda label=label: shown(seen) == label, label)
            await seen.press("1")
