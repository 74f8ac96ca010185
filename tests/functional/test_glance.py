"""What an operator sees at once: names in full, the line of states, panes as high as what is in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.harness import Console, console
from tui.emulator import EmulatorConfig


def rows(seen: Console) -> list[str]:
    """Ids of the rows in the instance table, in its order."""
    return [row.key.id for row in seen.app.screen.query_one("#instances-table").shown]


def line(seen: Console, words: str) -> str:
    """The first line of the screen with these words."""
    return next(line for line in seen.text().splitlines() if words in line)


async def test_the_state_word_is_there_at_120_columns_and_the_title_has_the_namespace(tmp_path: Path) -> None:
    async with console(tmp_path, size=(120, 40)) as seen:
        assert "paused by error" in line(seen, "✗ legacy-contracts")
        await seen.sees("Detail  archive/legacy-contracts")


async def test_each_state_of_the_line_is_a_filter_that_one_key_walks_through(tmp_path: Path) -> None:
    async with console(tmp_path, size=(120, 40)) as seen:
        await seen.sees("✗ 2 failed  ▷ 1 stalled  ! 4 errors")
        everything = rows(seen)
        await seen.press("f")
        assert rows(seen) == ["legacy-contracts", "partner-portal"]
        await seen.sees("2 of 17")
        await seen.press("f")
        assert rows(seen) == ["incident-reports"]
        await seen.press("f", *"/faq", "enter")
        assert rows(seen) == ["support-faq"]
        await seen.sees("Instances  errors  /faq")
        await seen.press("escape")
        assert sorted(rows(seen)) == sorted(everything)


async def test_the_key_comes_back_to_all_after_the_last_state(tmp_path: Path) -> None:
    async with console(tmp_path, size=(120, 40)) as seen:
        found: list[str] = []
        await seen.press("f")
        while len(rows(seen)) < 17:
            found += rows(seen)
            await seen.press("f")
        assert sorted(found) == sorted(rows(seen))


async def test_a_click_on_a_state_filters_and_a_second_one_shows_all(tmp_path: Path) -> None:
    async with console(tmp_path, size=(120, 40)) as seen:
        await seen.sees("! 4 errors")
        at = line(seen, "! 4 errors").index("4 errors")
        await seen.pilot.click("#health", offset=(at, 0))
        assert len(rows(seen)) == 4
        await seen.pilot.click("#health", offset=(at, 0))
        assert len(rows(seen)) == 17


@pytest.mark.parametrize(("size", "ascii_only"), [((80, 24), False), ((80, 24), True), ((40, 12), False)])
async def test_the_line_of_states_stands_in_every_window(
    tmp_path: Path, size: tuple[int, int], ascii_only: bool
) -> None:
    async with console(tmp_path, size=size, ascii_only=ascii_only) as seen:
        signs = "x 2|~ 1|! 4|> 1|= 1|* 5" if ascii_only else "✗ 2|▷ 1|! 4|▶ 1|= 1|● 5"
        for sign in signs.split("|"):
            assert sign in seen.text().splitlines()[1]


async def test_a_state_in_which_nothing_is_any_more_says_so_and_esc_shows_all(tmp_path: Path) -> None:
    async with console(tmp_path, size=(120, 40)) as seen:
        await seen.press("f", "f")
        assert rows(seen) == ["incident-reports"]
        await seen.press("/", *"zzz", "enter")
        await seen.sees("No instance matches the filter.")
        await seen.press("escape")
        assert len(rows(seen)) == 17


async def test_an_empty_account_has_no_states_to_show(tmp_path: Path) -> None:
    async with console(tmp_path, size=(80, 24), config=EmulatorConfig(seed="empty")) as seen:
        assert not seen.text().splitlines()[1].strip()
        await seen.press("f")
        await seen.sees("creates the first")
