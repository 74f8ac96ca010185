"""What the console does by itself: it rests while nobody looks, names itself in the title, and keeps a liking."""

from __future__ import annotations

from pathlib import Path

from textual import events

from tests.functional.test_instances import names
from tests.harness import Console, console, stage
from tui.state.instance_rows import Order
from tui.state.preferences import Preferences


def calm(seen: Console) -> bool:
    session = seen.app.screen_stack[0].session
    assert session
    return session.poller._calm


async def test_ten_minutes_without_a_key_poll_slower_and_a_key_ends_that(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await seen.pass_time(590, 59)
        await seen.press("j")
        seen.time.advance(590)
        seen.app.idle.check()
        assert not calm(seen), "the key counts from when it was pressed"
        seen.time.advance(11)
        seen.app.idle.check()
        assert calm(seen)
        await seen.press("k")
        assert not calm(seen)


async def test_without_the_focus_it_is_calm_at_once_whatever_the_keys(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        seen.app.post_message(events.AppBlur())
        await seen.until(lambda: calm(seen), "calm")
        seen.app.post_message(events.AppFocus())
        await seen.until(lambda: not calm(seen), "awake")


async def test_the_window_title_tells_what_goes_on_and_is_taken_back(tmp_path: Path) -> None:
    made = stage(tmp_path)
    made.app.window_title.taken = True
    written: list[str] = []
    made.app.window_title.send = written.append
    try:
        async with made.app.run_test() as pilot:
            seen = Console(made, pilot)
            await seen.until(lambda: "running" in "".join(written), "a title")
            await seen.pass_time(5)
            count = len(written)
            made.app.screen_stack[0].mirroring._counted = ()  # as after other rows of which as many run
            await seen.still()
            assert len(written) == count, "an equal title is not sent again"
    finally:
        made.emulator.close()
    assert written[0].startswith("\x1b[22;2t\x1b]2;aisearch")
    titles = [text.rpartition("\x1b]2;")[2].rstrip("\x07") for text in written[:-1]]
    assert titles[-1].startswith("aisearch: ")
    assert "running" in titles[-1]
    assert written[-1] == "\x1b]2;\x07\x1b[23;2t"


async def test_columns_and_order_are_as_the_operator_likes_them(tmp_path: Path) -> None:
    likes = Preferences(("name", "age", "error"), tmp_path / "view.json")
    for first in (True, False):
        made = stage(tmp_path)
        made.app._preferences = likes
        try:
            async with made.app.run_test(size=(120, 40)) as pilot:
                seen = Console(made, pilot)
                await seen.sees("docs-search")
                header = next(line for line in seen.text().splitlines() if "NAME" in line).split("▏")[0]
                assert header.replace("▲", "").replace("▼", "").split() == ["NAME", "AGE", "ERR"]
                if first:
                    await seen.press("o", "j", "enter")
                await seen.until(lambda s=seen: names(s.text()) == sorted(names(s.text())), "sorted by name")
        finally:
            made.emulator.close()
    assert likes.order() == Order("name")
