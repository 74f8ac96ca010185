"""Two configurations side by side, chosen by marks."""

from __future__ import annotations

from pathlib import Path

from tests.functional.test_writes import go_to
from tests.harness import Console, console
from tui.ui.instances.comparison import Comparison


async def mark(seen: Console, namespace: str, name: str) -> None:
    await go_to(seen, namespace, name)
    await seen.press("space")


async def test_two_marked_instances_side_by_side(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await mark(seen, "default", "docs-search")
        await mark(seen, "default", "hr-policies")
        await seen.press("d")
        await seen.sees("differences")
        text = seen.text()
        assert "default/docs-search" in text
        (line,) = (line for line in text.splitlines() if "chunk_overlap" in line)
        assert "~ " in line
        assert "15" in line
        assert "20" in line
        assert "fusion_method" not in text
        await seen.press("d", "pagedown")
        await seen.sees("fusion_method")
        await seen.press("q")
        assert len(seen.app.screen_stack) == 1


async def test_one_mark_and_the_cursor_are_enough_and_none_is_explained(tmp_path: Path) -> None:
    async with console(tmp_path, (80, 24)) as seen:
        await go_to(seen, "default", "docs-search")
        await seen.press("d")
        await seen.sees("none is marked")
        assert not isinstance(seen.app.screen, Comparison)
        await mark(seen, "default", "docs-search")
        await go_to(seen, "default", "api-reference")
        await seen.press("d")
        await seen.until(lambda: isinstance(seen.app.screen, Comparison), "the comparison")
        await seen.sees("~ ")
        assert all(len(line) <= 80 for line in seen.text().splitlines())


async def test_marks_range_and_clear(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        table = seen.app.screen.query_one("#instances-table")
        await seen.press("g", "space", "j", "v")
        assert len(table.marks) == 3
        await seen.press("d")
        await seen.sees("3 are marked")
        await seen.press("u")
        assert not table.marks


async def test_an_instance_that_has_gone_is_told(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await mark(seen, "archive", "old-blog")
        await go_to(seen, "default", "docs-search")
        instances = seen.emulator.world.instances
        instances.delete(instances.get("archive", "old-blog"))
        await seen.press("d")
        await seen.sees("No such instance")
        assert len(seen.app.screen_stack) == 1
