"""Items, Search, Config and JSON by a key of their own, from every pane, and by name in the palette."""

from __future__ import annotations

from itertools import product
from pathlib import Path

from tests.functional.test_palette import type_into
from tests.functional.test_writes import go_to
from tests.harness import Console, console
from tui.actions import BY_ID, keys_of

TABS = {"items": "Items", "search": "Search", "config": "Config", "json": "JSON"}


def shown(seen: Console) -> str:
    detail = seen.app.screen.query_one("#detail")
    return detail.LABELS[detail.tab] if detail.has_focus_within else ""  # type: ignore[attr-defined]


async def test_a_key_shows_the_tab_and_has_the_focus_there(tmp_path: Path) -> None:
    async with console(tmp_path, (80, 24)) as seen:
        await go_to(seen, "default", "docs-search")
        for pane, (name, label) in product("1234", TABS.items()):
            (key,) = keys_of(BY_ID[f"app.{name}"])
            await seen.press(pane, key)
            await seen.until(lambda label=label: shown(seen) == label, f"{label} from pane {pane}")
            await seen.press(key)
            assert shown(seen) == label, f"the same key again stays there, from pane {pane}"


async def test_a_zoomed_pane_gives_way(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await go_to(seen, "default", "docs-search")
        for pane in ("1", "4"):
            await seen.press(pane, "z")
            assert "STATUS, ERROR" not in seen.text(), f"pane {pane} is zoomed"
            await seen.press("5")
            await seen.pass_time(0.6, 0.2)
            await seen.sees("STATUS, ERROR")
            assert shown(seen) == "Items", pane
            await seen.press("escape", "escape")
            await seen.sees("── Instances")


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
