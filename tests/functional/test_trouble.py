"""When the API fails: the screen keeps its data with its age, says what to do, and recovers by itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.harness import Console, console
from tui.ui.connection.token import TokenScreen


class Line:
    """The wire between console and emulator, with a switch."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, cut: bool = False) -> None:
        self.cut = cut
        real = httpx.ASGITransport.handle_async_request

        async def handle(transport: Any, request: httpx.Request) -> httpx.Response:
            if self.cut:
                raise httpx.ConnectError("Connection refused", request=request)
            return await real(transport, request)

        monkeypatch.setattr(httpx.ASGITransport, "handle_async_request", handle)


def expire_token(seen: Console, token: str) -> None:
    """From now on the server wants another token."""
    seen.emulator.config = replace(seen.emulator.config, token=token)


async def test_a_lost_api_keeps_the_data_with_its_age_and_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = Line(monkeypatch)
    async with console(tmp_path) as seen:
        line.cut = True
        await seen.pass_time(120, 5)
        await seen.sees("OFFLINE")
        assert "docs-search" in seen.text(), "the rows stay"
        assert "old" in seen.text().splitlines()[0], "with their age"
        line.cut = False
        await seen.pass_time(90, 5)
        await seen.sees("LIVE")
        assert not seen.app._notifications, "no storm of toasts"


async def test_a_server_that_is_not_there_is_said_and_the_exit_code_is_4(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Line(monkeypatch, cut=True)
    async with console(tmp_path, wait=False) as seen:
        await seen.pass_time(30, 2)
        await seen.sees("OFFLINE")
        await seen.sees("HTTPS_PROXY")
        await seen.press("q")
        await seen.until(lambda: not seen.app.is_running, "quit")
        assert seen.app.return_code == 4


async def test_a_token_revoked_while_running_is_asked_for_and_nothing_is_lost(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        expire_token(seen, "another-token-987654")
        await seen.pass_time(60, 2)
        await seen.sees("TOKEN REFUSED")
        assert len(seen.app.screen_stack) == 1, "nothing takes the keys"
        assert "R enters another" in seen.text()
        await seen.press("j", "k")
        assert "R enters another" in seen.text().splitlines()[0]
        await seen.press("R")
        await seen.until(lambda: isinstance(seen.app.screen, TokenScreen), "the token screen")
        assert "AI Search:Edit" in seen.text()
        assert "docs-search" in seen.text(), "the screen behind it stays"
        sent = len(seen.emulator.received)
        await seen.pass_time(120, 10)
        assert len(seen.emulator.received) == sent, "a refused token is not tried again and again"
        await seen.press(*"another-token-987654", "enter")
        await seen.until(lambda: not isinstance(seen.app.screen, TokenScreen), "the dialog closed")
        await seen.pass_time(3)
        await seen.sees("LIVE")


async def test_the_token_is_hidden_while_it_is_typed(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        expire_token(seen, "another-token-987654")
        await seen.pass_time(60, 2)
        await seen.press("R")
        await seen.until(lambda: isinstance(seen.app.screen, TokenScreen), "the token screen")
        await seen.press(*"secret-canary")
        assert "secret-canary" not in seen.text()


async def test_a_wrong_token_from_the_start_offers_another_and_quits_with_3(tmp_path: Path) -> None:
    async with console(tmp_path, wait=False, accepted="quite-another-1234") as seen:
        await seen.until(lambda: isinstance(seen.app.screen, TokenScreen), "the token screen")
        await seen.press("escape")
        await seen.until(lambda: not seen.app.is_running, "quit")
        assert seen.app.return_code == 3
