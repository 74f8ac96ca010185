"""Panes, zoom, sizes, help, refresh and leaving."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.functional.test_writes import go_to
from tests.harness import console, loaded, stage
from tui.secret import Secret
from tui.session.session import CLOSING, Session
from tui.ui.connection.connector import Connector
from tui.ui.main_screen import MainScreen


def pane_of_focus(seen: object) -> str:
    return seen.app.screen.panes.name  # type: ignore[attr-defined]


async def test_number_keys_go_to_their_pane_and_tab_goes_round_and_shift_tab_back(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        for key, pane in {"1": "instances", "2": "detail", "3": "jobs", "4": "log"}.items():
            await seen.press("2", key)
            assert pane_of_focus(seen) == pane
        await seen.press("1")
        seenpanes = []
        for _ in range(4):
            await seen.press("tab")
            seenpanes.append(pane_of_focus(seen))
        assert seenpanes == ["detail", "jobs", "log", "instances"]
        await seen.press("shift+tab")
        assert pane_of_focus(seen) == "log"


async def test_a_narrow_window_shows_the_list_and_the_pane_that_was_chosen(tmp_path: Path) -> None:
    async with console(tmp_path, (80, 24)) as seen:
        assert "Instances" in seen.text()
        assert "Detail" in seen.text()
        assert "── Log" not in seen.text()
        await seen.press("4")
        await seen.sees("── Log")
        assert "── Detail" not in seen.text()
        await seen.press("3")
        await seen.sees("── Jobs")
        assert "── Log" in seen.text(), "with the jobs, the log of the job stays in view"


async def test_zoom_fills_the_window_and_goes_back(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        async for size in seen.in_windows([(120, 40), (80, 24)]):
            await seen.press("1", "3", "z")
            await seen.until(lambda: "Instances" not in seen.text(), f"only one pane, {size}")
            assert "── Jobs" in seen.text(), size
            await seen.press("z")
            await seen.sees("── Instances")


async def test_too_small_a_window_says_so_and_comes_back(tmp_path: Path) -> None:
    async with console(tmp_path, (80, 24)) as seen:
        await go_to(seen, "default", "handbook")
        before = seen.store.state.selected
        await seen.pilot.resize_terminal(38, 9)
        await seen.sees("This window is too small")
        assert "Instances" not in seen.text()
        await seen.pilot.resize_terminal(120, 40)
        await seen.sees("── Instances")
        assert seen.app.screen.query_one("#instances-table").cursor_key == before


async def test_tabs_of_the_detail_pane(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await go_to(seen, "default", "docs-search")
        await seen.until(lambda: seen.store.state.selected in seen.store.state.documents, "the configuration")
        for words in ("differs from the default", "41 items", "types what to look for", '"id": "docs-search"'):
            await seen.press("right_square_bracket")
            await seen.pass_time(1, 0.5)
            await seen.sees(words)
        await seen.press("right_square_bracket")
        await seen.sees("last activity")
        await seen.press("left_square_bracket")
        await seen.sees('"id": "docs-search"')


async def test_help_lists_the_keys_and_says_why_one_cannot_act(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await go_to(seen, "default", "hr-policies")
        await seen.press("question_mark")
        await seen.sees("Substring, !inverse or /regex/.")
        await seen.press("G")
        await seen.press("q")
        await seen.until(lambda: len(seen.app.screen_stack) == 1, "help closed")
        assert seen.app.is_running


async def test_refresh_reads_again_and_polling_is_paused_and_resumed(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await seen.pass_time(2)
        before = len(seen.emulator.received)
        await seen.press("R")
        await seen.until(lambda: len(seen.emulator.received) >= before + 4, "requests")
        await seen.pass_time(2)
        await seen.press("equals_sign")
        await seen.sees("PAUSED")
        await seen.pass_time(2)
        before = len(seen.emulator.received)
        await seen.pass_time(300, 10)
        assert len(seen.emulator.received) == before
        await seen.press("equals_sign")
        await seen.sees("LIVE")
        assert len(seen.emulator.received) > before


async def test_q_goes_back_step_by_step_and_quits_at_the_top(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await seen.press("3", "z", "q")
        await seen.sees("── Instances")
        await seen.press("q")
        assert pane_of_focus(seen) == "instances"
        assert seen.app.is_running
        for _ in range(3):
            await seen.press("q")  # one step too many does not end in the shell
            assert seen.app.is_running
        await seen.sees("again quits")
        seen.time.advance(1.1)
        await seen.press("q")
        await seen.until(lambda: not seen.app.is_running, "quit")
        assert seen.app.return_code == 0


async def test_escape_never_quits_and_ctrl_c_only_when_pressed_twice(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await seen.press("escape", "escape", "escape")
        assert seen.app.is_running
        await seen.press("ctrl+c")
        await seen.sees("Press ctrl+c again to quit.")
        assert seen.app.is_running
        await seen.press("ctrl+c")
        await seen.until(lambda: not seen.app.is_running, "quit")


async def test_ascii_mode_draws_ascii_only(tmp_path: Path) -> None:
    async with console(tmp_path, ascii_only=True) as seen:
        await go_to(seen, "default", "handbook")
        assert seen.text().isascii(), {char for char in seen.text() if ord(char) > 126}


async def test_ascii_without_colour_shows_how_far_a_text_is_scrolled(tmp_path: Path) -> None:
    async with console(tmp_path, (100, 30), ascii_only=True, theme="aisearch-mono") as seen:

        def thumb() -> list[int]:
            return [number for number, line in enumerate(seen.text().splitlines()) if line.rstrip(" |").endswith("#")]

        await seen.press("question_mark")
        await seen.sees("In tables")
        top = thumb()
        assert top, seen.text()
        await seen.press("G")
        await seen.until(lambda: thumb() and thumb()[0] > top[-1], "the thumb at the end")
        assert seen.text().isascii()


async def test_a_key_of_another_pane_says_where_it_works(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await seen.press("2", "N")
        await seen.sees("N works in the instances (1) and the log (4).")
        await seen.press("3", "slash")
        await seen.sees("/ works in the instances (1), the log (4), the items tab (2) and the search tab (2).")
        await seen.press("4", "d")
        await seen.sees("d works in the instances (1) and the items tab (2).")
        assert not seen.received("POST")


async def test_a_key_that_works_here_is_typed_or_is_in_a_dialog_says_nothing_of_other_panes(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await seen.press("slash", *"F{&", "escape", "j", "3", "k", "2", "S", "F")
        await seen.sees("Sync now")
        assert "works in" not in seen.text()
        await seen.press("escape", "percent_sign")
        assert "works in" not in seen.text()


async def test_no_cursor_blinks(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        for key in ("slash", "escape", "S", "tab"):
            await seen.press(key)
        await seen.press("shift+tab", "shift+tab")
        for screen in seen.app.screen_stack:
            focused = screen.focused
            assert focused is None or not getattr(focused, "cursor_blink", False)
        await seen.press("escape", "slash")
        assert seen.app.focused.cursor_blink is False


async def test_quitting_does_not_wait_for_a_session_that_hangs(tmp_path: Path) -> None:
    made = stage(tmp_path)
    opening, hung = made.app._open_session, asyncio.Event()

    async def hang() -> None:
        hung.set()
        asyncio.get_running_loop().call_soon(made.time.advance, CLOSING)
        await asyncio.Event().wait()

    async def open_session(token: Secret | None, demo: bool) -> Session:
        return replace(await opening(token, demo), close=hang)

    made.app._open_session = open_session
    async with asyncio.timeout(30), made.app.run_test(size=(120, 40)) as pilot:
        seen = await loaded(made, pilot)
        poller = seen.session.poller
        await seen.press("q")
    assert hung.is_set()
    await poller.stop()
    made.emulator.close()


@pytest.mark.parametrize("demo", [False, True])
async def test_it_connects_before_it_is_drawn_but_loads_the_demo_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, demo: bool
) -> None:
    begun: list[str] = []
    for owner, name in ((Connector, "connect"), (MainScreen, "compose")):
        step = getattr(owner, name)

        def noted(self: Any, name: str = name, step: Any = step) -> Any:
            begun.append(name)
            return step(self)

        monkeypatch.setattr(owner, name, noted)
    made = stage(tmp_path)
    made.app.store.update(identity=replace(made.app.store.state.identity, demo=demo))
    async with made.app.run_test():
        assert begun == (["compose", "connect"] if demo else ["connect", "compose"])
