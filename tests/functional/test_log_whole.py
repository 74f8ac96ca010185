"""More of a log than is on hand, by its keys: the rest, matches in all of it, a file, the badge when it fails."""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from textual.widgets import Input

from tests.functional.log_world import current, log_rows, log_title, reading, shown
from tests.harness import TOKEN, Console
from tui.emulator import EmulatorConfig
from tui.ui.kit.dialog import Confirm
from tui.ui.kit.text_dialog import TextDialog
from tui.ui.save_document import SaveDocument
from tui.ui.terminal.clipboard import copy
from tui.ui.terminal.terminal import detect

Answer = Callable[[httpx.Request], httpx.Response | None]


class LogWire:
    """The wire of log pages, with a switch: `answer` may reply, or raise, in the server's place."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.answer: Answer = lambda request: None
        self.pages = 0
        real = httpx.ASGITransport.handle_async_request

        async def handle(transport: Any, request: httpx.Request) -> httpx.Response:
            if request.url.path.endswith("/logs"):
                self.pages += 1
                if instead := self.answer(request):
                    return instead
            return await real(transport, request)

        monkeypatch.setattr(httpx.ASGITransport, "handle_async_request", handle)


def cut(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("Connection refused", request=request)


def refusal(status: int, code: int, message: str, **headers: str) -> httpx.Response:
    body = {"success": False, "errors": [{"code": code, "message": message}], "result": {}}
    return httpx.Response(status, json=body, headers={name.replace("_", "-"): value for name, value in headers.items()})


def throttle(request: httpx.Request) -> httpx.Response:
    return refusal(429, 971, "slow down", Retry_After="20")


def gone(request: httpx.Request) -> httpx.Response:
    return refusal(404, 7021, "job_not_found")


async def save_as(seen: Console, path: Path) -> None:
    """Open the dialog, give a path, press the button."""
    await seen.press("s")
    await seen.until(lambda: isinstance(seen.app.screen, SaveDocument), "the dialog")
    seen.app.screen.query_one(Input).value = str(path)
    await seen.press("tab", "enter")


MATCHES = ["1", *map(str, range(10, 20)), "21"]
"""Of the numbers to 30, those with a 1."""
SMALL_PAGES = EmulatorConfig(max_per_page=100, over_max="clamp")


async def test_the_whole_log_is_saved_while_the_job_writes(tmp_path: Path) -> None:
    async with reading(tmp_path, 1500, config=SMALL_PAGES) as (seen, logs):
        path = tmp_path / "all.log"
        await save_as(seen, path)
        logs.write(30)
        await seen.sees("Log saved")
        lines = path.read_text().splitlines()
        assert re.fullmatch(r"2026-09-21T14:13:2\dZ line 1", lines[0])
        assert [line.split("line ")[1] for line in lines] == [str(number) for number in range(1, len(lines) + 1)]
        assert len(lines) in (1500, 1530)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert path.name in seen.text(), "it says where"


async def test_a_log_replaces_no_file_unasked_and_follows_no_link(tmp_path: Path) -> None:
    mine, link = tmp_path / "mine.log", tmp_path / "link.log"
    mine.write_text("precious")
    link.symlink_to(mine)
    async with reading(tmp_path, 50) as (seen, _):
        await save_as(seen, link)
        await seen.sees("symbolic")
        await seen.press("escape")
        await seen.until(lambda: not isinstance(seen.app.screen, SaveDocument), "the dialog closed")
        await save_as(seen, mine)
        await seen.sees("Replace it?")
        await seen.until(lambda: seen.app.screen.focused.id == "cancel", "nothing by accident")
        assert mine.read_text() == "precious"
        button = seen.app.screen.query_one("#go")
        await seen.until(lambda: not button.has_class("-active"), "the button takes no two presses in one moment")
        await seen.press("tab", "enter")
        await seen.sees("Log saved")
        assert mine.read_text().count("\n") == 50
        assert not (tmp_path / "mine.log.part").exists()


async def test_a_save_that_fails_keeps_what_it_has_and_says_how_far(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire = LogWire(monkeypatch)
    async with reading(tmp_path, 1500, config=SMALL_PAGES) as (seen, _):
        path, first = tmp_path / "part.log", wire.pages

        def some(request: httpx.Request) -> httpx.Response | None:
            return cut(request) if wire.pages > first + 9 else None

        wire.answer = some
        await save_as(seen, path)
        await seen.until(lambda: wire.pages > first + 9, "the cut")
        await seen.pass_time(60, 2)
        await seen.sees("Only a part of the log was saved")
        saved = path.read_text().count("\n")
        assert 0 < saved < 1500
        assert f"{saved} lines of 1,500" in " ".join(seen.text().split())


async def test_the_rest_is_loaded_when_its_cost_was_agreed_to(tmp_path: Path) -> None:
    async with reading(tmp_path, 4000, config=SMALL_PAGES) as (seen, _):
        await seen.press("ampersand", *"/99$/", "enter")
        await seen.sees("Only 100 of 4,000 lines are loaded; a looks at the rest (39 requests).")
        await seen.press("a")
        await seen.until(lambda: isinstance(seen.app.screen, Confirm), "the question")
        assert "39 of 1,1" in seen.text()
        await seen.press("enter")
        assert "1 of 100 loaded" in log_title(seen), "Cancel has the focus"
        await seen.press("a")
        await seen.until(lambda: isinstance(seen.app.screen, Confirm), "the question")
        await seen.press("tab", "enter")
        await seen.sees("All 4,000 lines loaded.")
        assert "40 of 4,000" in log_title(seen)
        await seen.press("a")
        await seen.sees("All lines of this log are here.")


async def test_loading_says_how_far_and_esc_stops_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wire = LogWire(monkeypatch)
    async with reading(tmp_path, 1900, config=SMALL_PAGES) as (seen, _):
        first = wire.pages
        wire.answer = lambda request: throttle(request) if wire.pages > first + 5 else None
        await save_as(seen, tmp_path / "all.log")
        await seen.sees("waits")
        assert "waits 20s for budget, esc stops" in log_title(seen)
        await seen.press("s")
        await seen.sees("One at a time: saving")
        await seen.press("escape")
        await seen.sees("The first")
        assert "saving" not in log_title(seen)
        assert 0 < (tmp_path / "all.log").read_text().count("\n") < 1900


async def test_a_log_longer_than_memory_is_looked_through_for_its_matches(tmp_path: Path) -> None:
    async with reading(tmp_path, 30_000) as (seen, logs):
        await seen.press("ampersand", *"/999$/", "enter")
        assert "1 of 500 loaded" in log_title(seen)
        await seen.press("a")
        await seen.sees("and only the lines with /999$/ are")
        await seen.press("tab", "enter")
        await seen.sees("30 of 30,000 lines match.")
        assert shown(seen)[-2:] == ["line 28999", "line 29999"]
        assert "30 of 30,000 " in log_title(seen)
        logs.write(1000)
        await seen.pass_time(12)
        assert shown(seen)[-1] == "line 30999"
        await seen.press("k", "k", "enter")
        await seen.sees("line          28,999")
        await seen.press("q", "escape")
        await seen.until(lambda: "line 29000" in shown(seen), "the line among its neighbours")
        assert "&" not in log_title(seen)
        assert current(seen) == "line 28999"
        assert "line 28998" in shown(seen)


async def test_the_badge_when_the_line_is_cut_or_throttled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wire = LogWire(monkeypatch)
    async with reading(tmp_path, 50) as (seen, logs):
        before = log_rows(seen)
        wire.answer = cut
        await seen.pass_time(30, 1)
        assert "OFFLINE retry" in log_title(seen)
        assert log_rows(seen) == before, "the lines stay"
        await seen.press("enter")
        await seen.until(lambda: isinstance(seen.app.screen, TextDialog), "what went wrong")
        assert "OFFLINE retry" in seen.text()
        assert "Connection refused" in seen.text() or "refused" in seen.text()
        await seen.press("q")
        wire.answer = lambda request: None
        logs.write(1)
        await seen.pass_time(70, 2)
        assert shown(seen)[-1] == "line 51"
        wire.answer = throttle
        await seen.pass_time(12)
        assert "THROTTLED" in log_title(seen)


async def test_the_badge_when_the_job_is_gone_or_has_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wire = LogWire(monkeypatch)
    async with reading(tmp_path, 20) as (seen, logs):
        wire.answer = gone
        await seen.pass_time(12)
        assert "ENDED job is gone" in log_title(seen)
        assert shown(seen)[-1] == "line 20", "its lines stay"
        await seen.press("enter")
        await seen.sees("code 7021")
        await seen.press("q")
        wire.answer = lambda request: None
        logs.end("completed")
        await seen.pass_time(80, 4)
        assert "ENDED · 20 lines" in log_title(seen)


async def test_copies_arrive_in_the_clipboard_file(tmp_path: Path) -> None:
    async with reading(tmp_path, 30) as (seen, _):

        async def to_file(text: str, osc52: Callable[[str], None]) -> str:
            terminal = detect({"TERM": "xterm-256color"}, stdin=True, stderr=True)
            return (await copy(text, terminal=terminal, folder=tmp_path, environ={}, osc52=lambda text: None)).where

        seen.app._copy = to_file
        file = tmp_path / "copied.txt"
        await seen.press("k", "y")
        await seen.until(file.exists, "the copy")
        assert re.fullmatch(r"2026-09-21T14:13:2\dZ line 29", file.read_text())
        await seen.press("ampersand", "1", "enter", "Y")
        await seen.sees("Copied the log:")
        assert [line.split("line ")[1] for line in file.read_text().splitlines()] == [
            "1",
            *map(str, range(10, 20)),
            "21",
        ]


async def test_the_pager_gets_the_lines_and_not_the_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script, seen_by = tmp_path / "pager.py", tmp_path / "pager.txt"
    script.write_text(
        "import os, pathlib, sys\n"
        f"pathlib.Path({str(seen_by)!r}).write_text(open(sys.argv[1]).read() + repr(dict(os.environ)))\n"
    )
    monkeypatch.setenv("PAGER", f"{sys.executable} {script}")
    monkeypatch.setenv("CLOUDFLARE_API_TOKEN", TOKEN)
    async with reading(tmp_path, 30) as (seen, _):
        await seen.press("ampersand", "3", "enter", "vertical_line")
        await seen.sees("4 lines shown.")
        text = seen_by.read_text()
        assert text.count("Z line ") == 4
        assert "PATH" in text
        assert TOKEN not in text
        assert os.environ["CLOUDFLARE_API_TOKEN"] == TOKEN
        monkeypatch.setenv("PAGER", "no-such-pager-at-all")
        await seen.press("vertical_line")
        await seen.sees("The pager could not be used")
