"""Nothing keeps a key waiting: work comes in pieces, a key acts and is painted ahead of what waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from time import monotonic, perf_counter
from typing import Any

import pytest
from msgspec import structs
from textual import events
from textual.app import App
from textual.screen import Screen

from tests.harness import Console, console, loaded, stage
from tests.unit.build import NOW, instance
from tui.session.session import Session
from tui.state.store import Reading
from tui.ui import textual_painting
from tui.ui.idle import RESTED
from tui.ui.keys import HELD
from tui.ui.main_screen import MainScreen
from tui.ui.textual_fixes import LONG
from tui.ui.textual_painting import Frames


async def turns(number: int) -> None:
    for _ in range(number):
        await asyncio.sleep(0)


async def until(seen: Callable[[], object]) -> None:
    """Until something holds; a second at most."""
    for _ in range(1000):
        if seen():
            return
        await asyncio.sleep(0.001)


def work() -> None:
    """Keep the loop busy for longer than a message may without letting others have their turn."""
    end = perf_counter() + 2 * LONG
    while perf_counter() < end:
        pass


async def test_a_queue_with_much_to_do_and_what_is_called_after_a_refresh_let_others_have_their_turn(
    tmp_path: Path,
) -> None:
    """Textual's queues go on for as long as there are messages, without a turn for anybody else."""
    order: list[str] = []

    def piece() -> None:
        work()
        order.append("piece")

    def behind() -> None:
        work()
        screen.call_later(order.append, "message")
        asyncio.get_running_loop().call_soon(order.append, "other")

    async with console(tmp_path) as seen:
        screen = seen.app.screen
        for _ in range(5):
            screen.call_later(piece)
        asyncio.get_running_loop().call_soon(order.append, "other")
        await seen.turn()
        assert sorted(order) == ["other", *["piece"] * 5]
        assert order.index("other") <= 1
        order.clear()
        screen.call_next(behind)
        await seen.turn()
    assert order == ["other", "message"]


async def test_another_has_a_turn_between_a_long_message_and_what_that_asked_for(tmp_path: Path) -> None:
    order: list[str] = []

    def long() -> None:
        screen.call_next(order.append, "asked for")
        asyncio.get_running_loop().call_soon(order.append, "other")
        begun = perf_counter()
        while perf_counter() - begun < 2 * LONG:
            pass

    async with console(tmp_path) as seen:
        screen = seen.app.screen
        screen.call_later(long)
        await seen.turn()
    assert order == ["other", "asked for"]


async def test_rows_that_change_make_the_budget_be_said_exactly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where no state has more or fewer rows than before: something beside the budget is painted."""
    async with console(tmp_path) as seen:
        main = seen.app.screen_stack[0]
        assert isinstance(main, MainScreen)
        await seen.still()
        said: list[bool] = []
        monkeypatch.setattr(main, "draw_bars", lambda *, exact=True: said.append(exact))
        main.tick()
        await seen.turn()
        assert said == [False]
        first, *others = main.rows
        monkeypatch.setattr(main.mirroring._fleet, "rows", lambda *_: (structs.replace(first, age="99d"), *others))
        main.tick()
        await seen.turn()
        assert said == [False, True]


async def test_a_message_goes_between_two_steps_of_the_tick(tmp_path: Path) -> None:
    left: list[int] = []
    async with console(tmp_path) as seen:
        main = seen.app.screen_stack[0]
        assert isinstance(main, MainScreen)
        await seen.still()
        main.tick()
        steps = main.mirroring.waiting
        main.call_later(lambda: left.append(main.mirroring.waiting))
        await seen.turn()
        assert not main.mirroring.waiting
    assert left == [steps - 1]


async def test_a_step_that_fails_does_not_keep_the_others_from_theirs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with console(tmp_path, bugs=True) as seen:
        main = seen.app.screen_stack[0]
        assert isinstance(main, MainScreen)
        await seen.still()
        drawn: list[str] = []

        def fail() -> None:
            raise RuntimeError("a bug of this test")

        monkeypatch.setattr(main.panes.detail, "draw", fail)
        monkeypatch.setattr(main.panes.jobs, "draw", lambda: drawn.append("jobs"))
        seen.store.update(doing="something else")
        await seen.still()
        assert main.panes.detail.standstill.rule
        assert drawn
        drawn.clear()
        seen.store.update(doing="")
        await seen.still()
        assert drawn, "the next tick has all its steps"


async def test_work_in_the_background_waits_for_a_key_but_not_for_one_that_hangs(tmp_path: Path) -> None:
    done: list[str] = []
    async with console(tmp_path) as seen:
        keys = seen.app.keys
        keys.when_free(lambda: done.append("free"))
        assert done == ["free"]
        keys._busy_since = monotonic()  # as while a handler of a key does something
        keys.when_free(lambda: done.append("held"))
        await turns(20)
        assert done == ["free"]
        await keys._next()
        assert done == ["free", "held"]
        keys._busy_since = begun = monotonic()
        keys.when_free(lambda: done.append("hung"))
        await until(lambda: "hung" in done)
        assert monotonic() - begun >= HELD
        keys._busy_since = None


async def hold(seen: Console) -> asyncio.Event:
    """Keep the queue of the screen busy until the event is set."""
    gate = asyncio.Event()
    seen.app.screen.call_later(gate.wait)
    await turns(5)
    return gate


async def test_a_key_acts_and_is_painted_however_busy_its_screen_is(tmp_path: Path) -> None:
    """It does not go from widget to widget, nor wait until the screen has nothing else to do."""
    async with console(tmp_path) as seen:
        await seen.still()
        await seen.painted()
        table = seen.app.screen.query_one("#instances-table")
        before, picture = table.cursor_key, seen.text()  # type: ignore[attr-defined]
        gate = await hold(seen)
        driver: Any = seen.app._driver
        driver.send_message(events.Key("j", "j"))
        await turns(20)
        moved = table.cursor_key  # type: ignore[attr-defined]
        await until(lambda: seen.text() != picture)
        painted = seen.text()
        gate.set()
        await seen.settle()
        assert moved != before
        assert [line[:1] for line in painted.splitlines()].index("▌") == (
            [line[:1] for line in picture.splitlines()].index("▌") + 1
        )


async def test_a_key_that_a_field_takes_is_typed_and_does_not_act(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await seen.press("slash", "j", "k")
        assert "/jk" in seen.text() or "jk" in seen.text()
        assert seen.app.screen.query_one("#instances-table").cursor_key is None  # type: ignore[attr-defined]


class Bare(App[None]):
    """An app of which only the loop and the screen are used."""


async def test_a_frame_comes_at_once_and_the_next_not_too_soon() -> None:
    """Textual's own comes at the next but one multiple of the time between two frames."""
    shown: list[float] = []
    async with Bare().run_test() as pilot:
        frames = Frames(pilot.app.screen, 0.05, callback=lambda: shown.append(perf_counter()), pause=True)
        frames._start()
        try:
            await asyncio.sleep(0.06)
            for wanted in (1, 2):
                frames.resume()
                if wanted == 1:
                    await turns(5)
                    assert len(shown) == 1
                await until(lambda wanted=wanted: len(shown) >= wanted)  # type: ignore[misc]
                frames.pause()
            assert shown[1] - shown[0] >= 0.05
        finally:
            frames.stop()


async def test_a_large_change_is_painted_in_pieces_and_nothing_of_it_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What changes while the rest of it waits is painted with it."""
    async with console(tmp_path) as seen:
        await seen.still()
        await seen.painted()
        painted: list[int] = []
        display = seen.app._display
        monkeypatch.setattr(textual_painting, "PIECE", 0.0)
        monkeypatch.setattr(textual_painting, "LINES", 1)

        def noted(screen: Screen[Any], update: Any) -> None:
            painted.append(len(getattr(update, "spans", ())))
            display(screen, update)

        monkeypatch.setattr(seen.app, "_display", noted)
        screen = seen.app.screen
        for widget in screen.query("#instances, #right, #detail, #jobs, #log"):
            widget.styles.padding = (0, 1)
        screen._on_timer_update()
        await turns(3)
        seen.app.screen.query_one("#status").refresh()
        await seen.press("j")
        await seen.painted()
        assert max(painted) <= 2
        assert len(painted) > 20


async def test_what_is_kept_is_seen_before_anything_is_connected(tmp_path: Path) -> None:
    """The client takes a tenth of a second to load, and its first requests another."""
    made = stage(tmp_path)
    rows = tuple(instance(f"kept-{number:04}") for number in range(1000))
    made.app.store.update(fleet=Reading(rows, NOW, kept=True))
    seen_when_opened: list[str] = []
    opened = made.app._open_session

    async def open_session(token: Any, demo: bool) -> Session:
        seen_when_opened.append(made.mirror.text())
        return await opened(token, demo)

    made.app._open_session = open_session
    try:
        async with made.app.run_test(size=(120, 40)) as pilot:
            await loaded(made, pilot)
    finally:
        made.emulator.close()
    assert len(seen_when_opened) == 1
    assert "kept-0003" in seen_when_opened[0]


async def test_a_key_that_was_read_is_in_the_apps_queue_at_once_and_goes_before_work_in_the_background(
    tmp_path: Path,
) -> None:
    """From when the terminal's thread has read it, not only once it has come through the queue of the loop."""
    async with console(tmp_path) as seen:
        keys, done = seen.app.keys, list[str]()
        keys.announce()
        assert keys.coming
        keys.when_free(lambda: done.append("work"))
        assert done == []
        await seen.press("j")
        assert not keys.coming
        await until(lambda: done)
        assert done
        driver = seen.app._driver
        assert driver is not None
        before = seen.app._message_queue.qsize()
        driver.send_message(events.Key("j", "j"))
        assert seen.app._message_queue.qsize() == before + 1


async def test_a_layout_is_laid_out_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it says of the sizes of widgets asks for no other one: the other would find the same."""
    async with console(tmp_path) as seen:
        layouts = 0
        lay_out = Screen._refresh_layout

        def counted(screen: Screen[None], *given: Any, **named: Any) -> None:
            nonlocal layouts
            layouts += 1
            lay_out(screen, *given, **named)

        monkeypatch.setattr(Screen, "_refresh_layout", counted)
        detail = seen.app.screen_stack[0].query_one("#detail")
        detail.styles.height = detail.size.height + 2
        await seen.settle()
        assert layouts == 1


async def test_what_a_key_has_changed_does_not_wait_for_the_next_frame(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over ssh frames are a fifteenth of a second apart, and with a log that flows one has always just been painted."""
    async with console(tmp_path) as seen:
        main = seen.app.screen_stack[0]
        frames = main._update_timer
        assert isinstance(frames, Frames)
        frames._interval = 3600.0
        painted = 0

        async def count(**_: object) -> None:
            nonlocal painted
            painted += 1

        monkeypatch.setattr(frames, "_tick", count)
        main.query_one("#detail").refresh()
        await turns(50)
        assert painted == 0  # it is not its time yet
        await seen.press("j")
        await until(lambda: painted)
        assert painted == 1
        await seen.press("j")
        await turns(50)
        assert painted == 1  # however many keys come


async def test_all_garbage_is_looked_for_while_nobody_types(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = 0

    def look() -> None:
        nonlocal looked
        looked += 1

    monkeypatch.setattr("tui.ui.app.collect_old", look)
    async with console(tmp_path) as seen:
        await seen.press("j")
        seen.app._check()
        assert looked == 0
        seen.time.advance(RESTED)
        seen.app._check()
        assert looked == 1
