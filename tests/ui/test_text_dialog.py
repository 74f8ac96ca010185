"""A text to read: its end stays the end, however often it is laid out for another size."""

from __future__ import annotations

from pathlib import Path

from textual import events
from textual.containers import VerticalScroll

from tests.harness import Console, console


async def narrower(seen: Console, width: int, height: int) -> None:
    await seen.pilot.resize_terminal(width, height)
    await seen.turn()


def body(seen: Console) -> VerticalScroll:
    return seen.app.screen.query_one("VerticalScroll", VerticalScroll)


async def test_the_end_is_still_the_end_in_another_window(tmp_path: Path) -> None:
    async with console(tmp_path, (120, 40)) as seen:
        await seen.press("?", "end")
        for size in ((100, 24), (80, 40), (60, 20), (120, 30)):
            await narrower(seen, *size)
            await seen.sees("Token from")
            assert body(seen).scroll_y == body(seen).max_scroll_y > 0


async def test_the_end_is_reached_by_a_key_that_came_before_the_text_was_laid_out(tmp_path: Path) -> None:
    async with console(tmp_path, (120, 40)) as seen:
        driver = seen.app._driver
        assert driver is not None
        driver.send_message(events.Key("question_mark", "?"))
        driver.send_message(events.Key("end", None))
        await seen.press("f9")  # does nothing
        await seen.sees("Token from")
        await seen.press("up", "up")
        at = body(seen).scroll_y
        assert at == body(seen).max_scroll_y - 2
        await narrower(seen, 119, 40)
        assert body(seen).scroll_y == at  # who scrolled up again stays there
