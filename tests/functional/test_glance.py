"""What an operator sees at once: names in full, the line of states, panes as high as what is in them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.harness import Console, console
from tests.long_names import IDS, plant
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
        found: list[str] = []
        await seen.press("f")
        while len(rows(seen)) < 17:  # after the last state come all again
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


@pytest.mark.parametrize("ascii_only", [False, True])
async def test_the_line_of_states_stands_in_every_window(tmp_path: Path, ascii_only: bool) -> None:
    async with console(tmp_path, size=(80, 24), ascii_only=ascii_only) as seen:
        signs = "x 2|~ 1|! 4|> 1|= 1|* 5" if ascii_only else "✗ 2|▷ 1|! 4|▶ 1|= 1|● 5"
        async for size in seen.in_windows([(80, 24), (40, 12)]):
            for sign in signs.split("|"):
                assert sign in seen.text().splitlines()[1], (sign, size)


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


def shown_tab(seen: Console) -> str:
    """The name of the detail's tab."""
    detail = seen.app.screen.query_one("#detail")
    return str(detail.LABELS[detail.tab])  # type: ignore[attr-defined]


def titles(seen: Console) -> dict[str, int]:
    """The line of the screen on which each pane of the right column begins."""
    lines = seen.text().splitlines()
    return {name: at for name in ("Detail", "Jobs", "Log") for at, one in enumerate(lines) if f"── {name} " in one}


FOLDED = {"Detail": 2, "Jobs": 37, "Log": 38}


async def test_jobs_and_log_are_titles_while_a_tab_that_needs_the_room_has_the_focus(tmp_path: Path) -> None:
    async with console(tmp_path, size=(120, 40)) as seen:
        for tab in ("Config", "Items", "Search", "JSON"):
            await seen.press("2", "]")
            assert shown_tab(seen) == tab
            await seen.pass_time(1, 0.2)
            assert titles(seen) == FOLDED, tab
            await seen.press("3")
            await seen.sees("STARTED")
            await seen.press("4")
            await seen.sees("sync ended: bucket_unauthorized")
            assert titles(seen) != FOLDED, tab
            await seen.press("2")
            assert titles(seen) == FOLDED, tab


async def test_a_log_that_was_folded_shows_what_came_meanwhile(tmp_path: Path) -> None:
    async with console(tmp_path, size=(120, 40)) as seen:
        await seen.press(*"/handbook", "enter")
        await seen.pass_time(2, 0.5)
        await seen.press("2", "]")
        await seen.pass_time(20, 1)
        await seen.press("4")
        await seen.pass_time(3, 1)
        view = seen.app.screen.query_one("#log-view")
        tail = seen.session.poller.log.tail
        assert tail is not None
        assert view.position.following
        assert view.current_line == tail.window.lines[-1]


async def test_the_overview_and_the_jobs_are_as_high_as_what_is_in_them(tmp_path: Path) -> None:
    async with console(tmp_path, size=(160, 45)) as seen:
        await seen.pass_time(4, 0.5)
        text = seen.text().splitlines()
        at = titles(seen)
        assert "archive/legacy-contracts" in text[at["Jobs"] - 1]  # the last fact stands right above
        assert at["Log"] - at["Jobs"] == 2 + 7
        await seen.press(*"/canteen", "enter")
        await seen.pass_time(2, 0.5)
        assert "default/canteen-recipes" in seen.text().splitlines()[titles(seen)["Jobs"] - 1]


async def test_no_height_changes_while_the_same_things_are_read_again(tmp_path: Path) -> None:
    async with console(tmp_path, size=(120, 40)) as seen:
        await seen.pass_time(4, 0.5)
        before = titles(seen)
        for _ in range(6):
            await seen.pass_time(5, 1)
            assert titles(seen) == before


async def test_no_value_is_cut_beside_free_cells(tmp_path: Path) -> None:
    async with console(tmp_path, size=(100, 30)) as seen:
        await seen.pass_time(4, 0.5)
        async for size in seen.in_windows([(100, 30), (120, 40), (160, 45)]):
            for words in ("none while paused", "r2://legacy-contracts", "bucket_unauthorized"):
                assert words in seen.text(), size
            if size[0] == 100:  # the jobs keep their end and drop the word of their state
                assert "END / NOTE" in line(seen, "STARTED")
                assert "STATE" not in line(seen, "STARTED")
                assert "✗ 39ffc580" in seen.text()
            await seen.press("3")
            assert line(seen, "39ffc580 ").rstrip(" ▇▁▂▃▄▅▆█").endswith("bucket_unauthorized"), size
            await seen.press("1")


async def test_the_bottom_line_says_in_every_width_how_to_learn_more_and_how_to_leave(tmp_path: Path) -> None:
    async with console(tmp_path, size=(40, 24)) as seen:
        async for size in seen.in_windows([(width, 24) for width in (40, 60, 80, 100, 200)]):
            for pane in "1234":
                await seen.press(pane)
                foot = seen.text().splitlines()[-1]
                assert foot.endswith(f"? help  : commands  q {'quit' if pane == '1' else 'back'}"), (pane, size)


async def test_the_keys_of_the_pane_come_first_and_those_that_cannot_act_are_not_there(tmp_path: Path) -> None:
    async with console(tmp_path, size=(120, 40)) as seen:
        await seen.pass_time(2, 0.5)
        foot = seen.text().splitlines()[-1]
        assert foot.startswith(" / filter  f state  o sort  n ns  N new  S sync")
        assert "X cancel" not in foot  # its newest job has ended
        await seen.press(*"/handbook", "enter")
        await seen.pass_time(2, 0.5)
        await seen.sees("X cancel")
        await seen.press("4")
        assert seen.text().splitlines()[-1].startswith(" F follow  / search  & keep")


@pytest.mark.parametrize(("ascii_only", "signs"), [(False, "✗ failed"), (True, "x failed")])
async def test_the_help_has_a_legend_of_the_signs_and_a_narrow_column_of_keys(
    tmp_path: Path, ascii_only: bool, signs: str
) -> None:
    async with console(tmp_path, size=(120, 40), ascii_only=ascii_only) as seen:
        await seen.press("?")
        assert "  N  New instance  Create an instance." in seen.text()
        shown = seen.text()
        await seen.press("pagedown")
        await seen.sees("Scheduled syncs are paused.")
        shown += seen.text()
        for words in ("Signs of instances", signs, "A job is running, but nothing has moved"):
            assert words in shown


async def test_a_click_on_a_folded_title_opens_its_pane(tmp_path: Path) -> None:
    async with console(tmp_path, size=(120, 40)) as seen:
        for tab, steps in {"Items": 2, "Search": 1, "JSON": 1}.items():  # each from the one before
            await seen.press("2", *["]"] * steps)
            for pane, words in {"Jobs": "STARTED", "Log": "sync ended: bucket_unauthorized"}.items():
                case = f"{pane} below {tab}"
                await seen.press("2")
                await seen.pass_time(1, 0.2)
                assert shown_tab(seen) == tab
                assert titles(seen) == FOLDED, case
                at = line(seen, f"── {pane} ").index(f"── {pane} ")
                await seen.pilot.click(offset=(at + 4, titles(seen)[pane]))
                await seen.sees(words)
                assert seen.app.screen.panes.name == pane.lower(), case
                assert len(seen.app.screen_stack) == 1, f"no window is in the way: {case}"
                assert titles(seen)[pane] < 37, case


async def test_a_click_on_any_title_goes_to_its_pane(tmp_path: Path) -> None:
    async with console(tmp_path, size=(120, 40)) as seen:
        for pane in ("Instances", "Detail", "Jobs"):
            await seen.press("4")
            lines = seen.text().splitlines()
            row = next(at for at, one in enumerate(lines) if f"── {pane} " in one)
            await seen.pilot.click(offset=(lines[row].index(f"── {pane} ") + 4, row))
            await seen.until(lambda p=pane: seen.app.screen.panes.name == p.lower(), f"the focus in {pane}")


async def test_columns_are_measured_anew_when_other_rows_are_looked_at(tmp_path: Path) -> None:
    async with console(tmp_path, size=(80, 24)) as seen:
        plant(seen.emulator)
        await seen.press("R")
        await seen.pass_time(4, 0.5)
        short, long = len("   incident-reports "), len(f"   {IDS[0]} ")
        async for size in seen.in_windows([(80, 24), (120, 40), (160, 45)]):
            await seen.press("G", "g")
            assert name_ends(seen) == long, f"as wide as the longest name that was in sight, {size}"
            await seen.press("n", *"/platform", "enter", "enter")
            await seen.pass_time(1, 0.2)
            await seen.sees("3 of 29")
            assert name_ends(seen) == short, size
            await seen.press("/", *"customer", "enter")
            await seen.press("escape", "n", "/", *"customer-knowledge-europe-01", "enter", "enter")
            await seen.pass_time(1, 0.2)
            await seen.sees("6 of 29")
            assert name_ends(seen) == long, size
            await seen.press("n", "g", "enter")  # all namespaces again
            await seen.pass_time(1, 0.2)
            await seen.sees("29 of 29")


def name_ends(seen: Console) -> int:
    """The cell at which the column after the names begins."""
    header = line(seen, "   NAME ")
    return re.match(r"   NAME +", header).end() if "STATE" in header else header.index(" ERR")  # type: ignore[union-attr]
