"""A token that is pasted as terminals copy it is taken whole, or refused in words before anything is sent."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events
from textual.widgets import Input

from tests.harness import TOKEN, console
from tui.ui.connection.token import LONGEST, TokenScreen, wrong_with


@pytest.mark.parametrize(
    "pasted",
    [TOKEN, f"\n{TOKEN}\n", f"  {TOKEN} \r\n", f"{TOKEN[:9]}\n{TOKEN[9:]}", f"{TOKEN[:9]} \n  {TOKEN[9:]}\n"],
)
async def test_a_paste_is_the_token(pasted: str, tmp_path: Path) -> None:
    async with console(tmp_path, accepted="another-token-000000", wait=False, judged=False) as seen:
        await seen.until(lambda: isinstance(seen.app.screen, TokenScreen), "the question")
        await seen.until(lambda: isinstance(seen.app.screen.focused, Input), "ready to paste")
        seen.app.post_message(events.Paste(pasted))
        field = seen.app.screen.query_one(Input)
        await seen.until(lambda: field.value, "the paste")
        assert field.value == TOKEN
        assert TOKEN not in seen.text()


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("", "first"),
        ("a b", "spaces"),
        (f'"{TOKEN}"', "quotes"),
        (f"'{TOKEN}", "quotes"),
        ("é" * 20, "ASCII"),
        ("a" * (LONGEST + 1), "longer"),
    ],
)
def test_what_cannot_be_a_token_is_said(value: str, words: str) -> None:
    assert words in wrong_with(value)


def test_a_token_may_be_one() -> None:
    assert wrong_with(TOKEN) == ""
