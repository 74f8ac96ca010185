"""`:set FIELD VALUE` by keys: from the palette straight to the review, refused in words, and counted in presses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.functional.test_modify import bodies
from tests.functional.test_palette import type_into
from tests.functional.test_writes import go_to
from tests.harness import Console, console
from tui.ui.configure.form import Form
from tui.ui.configure.review import Review
from tui.ui.palette.window import PaletteWindow

PRESSES = 6
"""The most that an everyday task may take, besides the text that is typed."""


async def reviewed(seen: Console) -> None:
    await seen.until(lambda: isinstance(seen.app.screen, Review), "the review")


async def test_the_chunk_size_is_changed_in_few_presses_at_80_by_24(tmp_path: Path) -> None:
    presses = 0

    async def press(*keys: str) -> None:
        nonlocal presses
        presses += len(keys)
        await seen.press(*keys)

    async with console(tmp_path, (80, 24)) as seen:
        await go_to(seen, "default", "docs-search")
        await press("colon")
        await seen.press(*"set", "space", *"chunk_size", "space", *"512")
        await press("enter")
        await reviewed(seen)
        text = seen.text()
        assert "Change docs-search?" in text
        assert '- "chunk_size": 256' in text
        assert '+ "chunk_size": 512' in text
        assert "every document is re-indexed" in text
        assert seen.app.screen.focused is seen.app.screen.query_one("#cancel")
        assert not bodies(seen)
        await press("tab", "enter")
        await seen.sees("docs-search changed")
    assert bodies(seen) == [{"chunk_size": 512}]
    assert presses <= PRESSES


SET_TO: list[tuple[str, dict[str, Any]]] = [
    ("score threshold 0.5", {"score_threshold": 0.5}),
    ("sync_interval 12h", {"sync_interval": 43_200}),
    ("exclude_items drafts/**,*.tmp", {"source_params": {"exclude_items": ["drafts/**", "*.tmp"]}}),
    ("reranking no", {"reranking": False}),
]


async def test_any_field_is_set_by_its_name_or_its_label_unless_it_is_set_already(tmp_path: Path) -> None:
    async with console(tmp_path, (80, 24)) as seen:
        await go_to(seen, "default", "docs-search")
        for line, body in SET_TO:
            seen.emulator.received.clear()
            await type_into(seen, f"set {line}", "enter")
            await reviewed(seen)
            assert "docs-search changed" not in seen.text(), f"{line}: what the one before said is gone"
            await seen.press("tab", "enter")
            await seen.sees("docs-search changed")
            assert bodies(seen) == [body], line
        seen.emulator.received.clear()
        await type_into(seen, "set chunk_size 256", "enter")
        await seen.sees("chunk_size of docs-search is 256 already")
        assert len(seen.app.screen_stack) == 1
        assert not bodies(seen)


async def test_a_whole_object_is_warned_about(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await go_to(seen, "default", "docs-search")
        await type_into(seen, "set mcp.disabled yes", "enter")
        await reviewed(seen)
        await seen.sees("The public endpoint is replaced as a whole")
        await seen.press("escape")
        assert len(seen.app.screen_stack) == 1
        assert not bodies(seen)


WRONG = [
    ("chunk_sise 512", "Did you mean chunk_size"),
    ("chunk_size abc", "a whole number is needed"),
    ("chunk_size 5", "64 or more is needed"),
    ("reranking maybe", "yes or no is needed"),
    ("namespace support", "Move the instance instead"),
]


async def test_a_wrong_line_stays_and_says_why(tmp_path: Path) -> None:
    async with console(tmp_path, (80, 24)) as seen:
        await go_to(seen, "default", "docs-search")
        await seen.press("2", "right_square_bracket")  # the configuration is known then
        await seen.pass_time(0.6, 0.2)
        for line, words in WRONG:
            assert words not in seen.text(), line
            await type_into(seen, f"set {line}", "enter")
            await seen.sees(words)
            assert isinstance(seen.app.screen, PaletteWindow), line
            assert f"set {line}" in seen.text(), line
            await seen.press("escape")
            assert len(seen.app.screen_stack) == 1, line


async def test_enter_completes_the_field_and_then_the_value(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await go_to(seen, "default", "docs-search")
        await type_into(seen, "set rerankin", "enter")
        await seen.sees(":set reranking yes")
        await seen.press("down", "enter")
        await seen.until(lambda: not isinstance(seen.app.screen, PaletteWindow), "taken")
        await reviewed(seen)
        await seen.sees('+ "reranking": false')


async def test_what_the_service_refuses_goes_on_in_the_form(tmp_path: Path) -> None:
    async with console(tmp_path, (80, 24)) as seen:
        await go_to(seen, "default", "docs-search")
        await type_into(seen, "set chunk_size 9999", "enter")
        await reviewed(seen)
        await seen.press("tab", "enter")
        await seen.until(lambda: isinstance(seen.app.screen, Form), "the form")
        await seen.sees("✗ Chunk size too large")
        assert seen.app.screen.view.entry.value == "9999"  # type: ignore[attr-defined]


async def test_somebody_who_was_faster_is_shown(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await go_to(seen, "default", "docs-search")
        await type_into(seen, "set max_num_results 9", "enter")
        await reviewed(seen)
        instances = seen.emulator.world.instances
        seen.time.advance(1)
        instances.update(instances.get("default", "docs-search"), {"score_threshold": 0.9}, seen.time())
        await seen.press("tab", "enter")
        await seen.sees("docs-search was changed by somebody else")
        assert not bodies(seen)
        await seen.press("tab", "enter")
        await seen.sees("Your changes are now on top of theirs")


async def test_read_only_says_why_nothing_can_be_set(tmp_path: Path) -> None:
    async with console(tmp_path, read_only=True) as seen:
        await go_to(seen, "default", "docs-search")
        await type_into(seen, "set chunk_size 512", "enter")
        await seen.sees("Read-only")
        assert isinstance(seen.app.screen, PaletteWindow)
