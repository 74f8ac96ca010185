"""The request log: every call, live, in full, and as curl without the token."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path

from tests.functional.test_writes import go_to
from tests.harness import BASE_URL, TOKEN, Console, console
from tui.contract import Exchange
from tui.ui.kit.table import Table
from tui.ui.kit.text_dialog import TextDialog
from tui.ui.requests.table import RequestTable


def catch_copies(seen: Console) -> list[str]:
    """What is copied from now on."""
    texts: list[str] = []

    async def copy(text: str, osc52: Callable[[str], None]) -> str:
        texts.append(text)
        return "caught."

    seen.app._copy = copy
    return texts


def calls(seen: Console) -> tuple[Exchange, ...]:
    assert isinstance(seen.app.screen, RequestTable)
    return seen.app.screen.query_one(Table).shown


async def test_every_call_is_shown_newest_at_the_end_and_it_goes_on(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await seen.press("at")
        await seen.sees("── Requests")
        assert len(calls(seen)) == len(seen.emulator.received)
        assert [one.started for one in calls(seen)] == sorted(one.started for one in calls(seen))
        table = seen.app.screen.query_one(Table)
        assert table.cursor_row is calls(seen)[-1]
        before = len(calls(seen))
        await seen.pass_time(30)
        await seen.until(lambda: len(calls(seen)) > before, "new calls")
        await seen.until(lambda: table.cursor_row is calls(seen)[-1], "the cursor follows the end")
        await seen.press("k")
        held = table.cursor_row
        before = len(calls(seen))
        await seen.pass_time(30)
        await seen.until(lambda: len(calls(seen)) > before, "more calls")
        assert table.cursor_row is held, "who has moved away is left in peace"


async def test_a_write_and_a_failure_are_told_in_full(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await go_to(seen, "default", "docs-search")
        await seen.press("S", "tab", "enter")
        await seen.sees("Sync of docs-search started")
        await seen.press("at")
        table = seen.app.screen.query_one(Table)
        post = next(one for one in calls(seen) if one.method == "POST")
        table.move_to(id(post))
        await seen.pilot.pause()
        assert "default/docs-search/jobs" in seen.text()
        await seen.press("enter")
        await seen.sees("$CLOUDFLARE_API_TOKEN")
        assert isinstance(seen.app.screen, TextDialog)
        text = seen.text()
        assert "Method     POST" in text
        assert post.path[:40] in text
        assert post.ray
        assert post.ray in text
        await seen.press("q", "q")
        assert len(seen.app.screen_stack) == 1


async def test_c_copies_the_call_as_curl_without_the_token(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        copied = catch_copies(seen)
        await go_to(seen, "default", "api-reference")
        await seen.press("P", "tab", "enter")
        await seen.sees("Indexing of api-reference paused")
        await seen.press("at")
        put = next(one for one in calls(seen) if one.method == "PUT")
        seen.app.screen.query_one(Table).move_to(id(put))
        await seen.pilot.pause()
        await seen.press("c")
        await seen.until(lambda: copied, "copied")
        await seen.sees("caught.")
        words = shlex.split(copied[0].replace("\\\n", ""))
        assert words[0] == "curl"
        assert f"{BASE_URL}{put.path}" in words
        assert words[-1] == '{"paused":true}'
        assert "Authorization: Bearer $CLOUDFLARE_API_TOKEN" in words
        assert TOKEN not in copied[0]


async def test_it_fits_a_small_window_and_saves(tmp_path: Path) -> None:
    async with console(tmp_path, (80, 24)) as seen:
        await seen.press("at", "g")
        lines = seen.text().splitlines()
        assert "PATH" in lines[1]
        assert "q closes" in lines[-1]
        await seen.press("s")
        await seen.sees("Save requests")
