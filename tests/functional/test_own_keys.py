"""What the screen says of a key is the key that the operator has, and that key works."""

from __future__ import annotations

from pathlib import Path

from tests.harness import console

KEYMAP = {
    "app.escape": "f9",
    "app.interrupt": "ctrl+x",
    "instance.pause": "f8",
    "instances.compare": "f7",
    "search.query": "f6",
    "tables.choose": "f5",
}


async def test_empty_states_and_words_of_the_detail_name_the_operators_keys(tmp_path: Path) -> None:
    async with console(tmp_path, keymap=KEYMAP) as seen:
        await seen.press("slash", *"old-blog", "enter")
        await seen.sees("no scheduled syncs. f8 resumes.")
        await seen.press("f8")
        await seen.sees("Resume")
        await seen.press("tab", "enter")
        await seen.until(lambda: "resumes." not in seen.text(), "the pause is over")
        await seen.press("slash", *"zzz")
        await seen.sees("f9 clears it.")
        await seen.press("f9")
        await seen.sees("docs-search")
        await seen.press("f7")
        await seen.sees("then f7 compares them")
        await seen.press("ctrl+x")
        await seen.sees("Press ctrl+x again to quit.")


async def test_so_do_tabs_and_views(tmp_path: Path) -> None:
    async with console(tmp_path, keymap=KEYMAP) as seen:
        await seen.press("2", *["right_square_bracket"] * 3)
        await seen.sees("f6 types what to look for")
        await seen.press("at")
        await seen.sees("f5 in full   c copy as curl")
