"""A machine whose clock is wrong: the server's clock judges, and the difference is named once."""

from __future__ import annotations

import re
from pathlib import Path

from tests.harness import Console, console


async def rows(seen: Console) -> list[str]:
    """The table and the detail beside it, once all of it was read; a second more or less is none."""
    await seen.pass_time(1.0, 0.2)
    await seen.sees(" 7 jobs ")
    await seen.read_now()
    return [re.sub(r" ?\b\d+s\b", "", line) for line in seen.text().splitlines()[2:20]]


async def test_a_wrong_clock_changes_no_state_and_no_age(tmp_path: Path) -> None:
    """Rows of states and ages, once with a right clock and once with each wrong one."""
    async with console(tmp_path / "right") as seen:
        right = await rows(seen)
    for fast in (300.0, -3600.0, 86_400.0):
        async with console(tmp_path / f"wrong {fast}", fast=fast) as seen:
            assert await rows(seen) == right, fast
            await seen.pass_time(3.0, 0.5)
            await seen.press("exclamation_mark")
            await seen.until(lambda: "This machine's clock is wrong" in seen.text(), f"{fast} seconds are named")
            assert "1 error, 0 outcomes" in seen.text(), f"{fast} seconds are named once"


async def test_a_right_clock_is_not_named(tmp_path: Path) -> None:
    async with console(tmp_path, fast=1.0) as seen:
        await seen.pass_time(3.0, 0.5)
        assert not seen.store.state.notices
