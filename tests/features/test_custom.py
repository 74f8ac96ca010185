"""The operator's own commands without an app: real programs, what they get, and what becomes of what they write."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from rich.text import Text

from tests.unit.build import instance, state
from tests.unit.fake_screen import FakeScreen
from tui.config import CustomCommand
from tui.models import Item
from tui.system.subprocesses import Finished
from tui.ui.custom import commands as module
from tui.ui.custom.commands import CustomCommands, actions_of_commands, output
from tui.ui.kit.text_dialog import TextDialog
from tui.ui.look import Look
from tui.ui.terminal.dump import ending
from tui.ui.themes import THEMES, palette

SHOW = "import os, sys; print(sys.argv[1:]); print('CLOUDFLARE_API_TOKEN' in os.environ)"


def python(code: str, *arguments: str, **more: Any) -> CustomCommand:
    return CustomCommand("own", "f6", "instances", "Own", (sys.executable, "-c", code, *arguments), **more)


class Stand:
    """A screen with one command; what was given to the terminal."""

    def __init__(self, folder: Path, command: CustomCommand, item: Item | None = None, code: int = 0) -> None:
        self.screen = FakeScreen(folder, state(instance("docs")))
        self.screen.look = Look(palette(THEMES[0]), custom=actions_of_commands([command]))
        self.lent: list[list[str]] = []

        def on_terminal(argv: list[str]) -> int:
            self.lent.append(argv)
            return code

        self.feature = CustomCommands(self.screen.desk, [command], lambda: item, on_terminal, lambda: 0)

    async def press(self) -> None:
        await self.screen.run(self.feature, "custom.own")

    @property
    def text(self) -> str:
        (dialog,) = self.screen.dialogs
        assert isinstance(dialog, TextDialog)
        assert isinstance(dialog._text, Text)
        return dialog._text.plain


async def test_the_program_gets_what_is_selected_and_no_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOUDFLARE_API_TOKEN", "canary")
    stand = Stand(tmp_path, python(SHOW, "{namespace}/{id}", "$(id) {{x}}"))
    await stand.press()
    assert stand.text == "['default/docs', '$(id) {x}']\nFalse"
    assert stand.screen.outcomes[-1].title == "Own: done"
    assert not stand.screen.errors


@pytest.mark.parametrize("key", ["a b.md", "; id", "-rf", "$(id)", "ü.pdf"])
async def test_an_item_is_one_argument(tmp_path: Path, key: str) -> None:
    stand = Stand(tmp_path, python(SHOW, "{item}", "{key}"), Item(id="i1", key=key))
    await stand.press()
    assert stand.text.startswith(repr(["i1", key]))


async def test_without_an_item_nothing_runs(tmp_path: Path) -> None:
    stand = Stand(tmp_path, python(SHOW, "{item}"))
    await stand.press()
    assert stand.screen.said == ["No item is selected in the Items tab."]
    assert not stand.screen.dialogs


async def test_without_what_it_needs_nothing_runs(tmp_path: Path) -> None:
    stand = Stand(tmp_path, python(SHOW, "{job}"))
    await stand.press()
    assert stand.screen.said == ["No job is selected."]


async def test_what_it_writes_does_nothing_to_the_terminal(tmp_path: Path) -> None:
    stand = Stand(tmp_path, python(r"print('\x1b[2Jhello\x07'); import sys; sys.stderr.write('why\n'); sys.exit(3)"))
    await stand.press()
    assert "\x1b" not in stand.text
    assert "hello" in stand.text
    assert stand.text.endswith("why"), "errors come last"
    assert stand.screen.said[-1].startswith("Own: ended with 3. ! shows")


async def test_a_program_that_says_nothing_opens_nothing(tmp_path: Path) -> None:
    stand = Stand(tmp_path, python("pass"))
    await stand.press()
    assert not stand.screen.dialogs
    assert stand.screen.outcomes[-1].title == "Own: done"


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (CustomCommand("own", "f6", "instances", "Own", ("/no/such/program",)), "No such file"),
        (python("print('x' * 1_000_000)"), "too much"),
        (CustomCommand("own", "f6", "instances", "Own", ("echo", "a\0b")), "character"),
    ],
)
async def test_one_that_cannot_be_run_is_an_error_in_words(tmp_path: Path, command: CustomCommand, words: str) -> None:
    stand = Stand(tmp_path, command)
    await stand.press()
    (error,) = stand.screen.errors
    assert error.title == "Own could not be run"
    assert words in error.detail


async def test_one_that_never_ends_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SECONDS", 0.2)
    stand = Stand(tmp_path, python("import time; time.sleep(600)"))
    await stand.press()
    (error,) = stand.screen.errors
    assert error.title == "Own was ended"
    assert "terminal" in error.hint


@pytest.mark.parametrize(("code", "words"), [(0, "done"), (2, "ended with 2"), (-15, "ended by signal 15")])
async def test_one_that_is_lent_the_terminal(tmp_path: Path, code: int, words: str) -> None:
    command = CustomCommand("own", "f6", "instances", "Own", ("vim", "{id}.md"), "terminal")
    stand = Stand(tmp_path, command, code=code)
    await stand.press()
    assert stand.lent == [["vim", "docs.md"]]
    assert [*stand.screen.said, *(f"{one.title}." for one in stand.screen.outcomes)] == [f"Own: {words}."]
    assert ending(code) == words


def test_output_is_text_whatever_it_is() -> None:
    assert output(Finished(0, b"\xff\xfe\n", b"")) == "\ufffd\ufffd"
    assert output(Finished(0, b"\n \n", b"\n")) == ""
