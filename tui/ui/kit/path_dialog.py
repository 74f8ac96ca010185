"""A dialog that asks for a path, which it completes while it is typed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.suggester import Suggester
from textual.widgets import Button, Input, Static

from tui.errors import UsageError
from tui.ui.kit.dialog import Dialog, fact_lines
from tui.ui.kit.field import field_line, legend
from tui.ui.kit.line import Line

Facts = Sequence[tuple[str, str]]


class PathSuggester(Suggester):
    """Completes the last part of a path."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """The first name in the folder that begins as typed; a folder ends with `/`."""
        return await asyncio.to_thread(completed, value)


def completed(typed: str) -> str | None:
    """`typed` with its last part completed; None where nothing begins so."""
    head, slash, tail = typed.rpartition("/")
    if not tail:
        return None
    try:
        folder = Path(head + slash).expanduser() if slash else Path()
        names = sorted(one.name + "/" * one.is_dir() for one in folder.iterdir() if one.name.startswith(tail))
    except (OSError, ValueError, RuntimeError):
        return None
    return head + slash + names[0] if names else None


class PathDialog(Dialog):
    """Facts, a path, what is wrong with it, two buttons."""

    FIRST = "cancel"
    """What has the focus at first."""

    def __init__(self, facts: Facts, path: str, *, title: str, button: str, hint: str) -> None:
        super().__init__()
        self.button = button
        self.hint = hint
        self._title = title
        self._facts = facts
        self._path = path

    def compose(self) -> ComposeResult:
        """Title, facts, fields, problem, buttons."""
        with Vertical(classes="dialog"):
            yield Line(self._title, classes="dialog-title")
            if self._facts:
                yield Static(fact_lines(self._facts, self.look), markup=False, classes="dialog-text")
            with Vertical(classes="dialog-fields"):
                path = Input(self._path, placeholder="path", compact=True, id="path", suggester=PathSuggester())
                yield field_line("Path", path, self.look, required=True)
                yield from self.fields()
                yield legend(self.look)
            yield Static(self.look.text(self.hint, "muted"), markup=False, classes="dialog-text", id="problem")
            with Horizontal(classes="dialog-buttons"):
                yield Button("Cancel", id="cancel", compact=True)
                yield Button(self.button, id="go", variant="primary", compact=True)

    def fields(self) -> ComposeResult:
        """More fields."""
        yield from ()

    def on_mount(self) -> None:
        """A form begins with its first field, where enter only goes on; a question with Cancel."""
        self.query_one(f"#{self.FIRST}").focus()
        if self.kept:
            self.kept.fill(self)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in a field moves on to the button; it never sends."""
        event.stop()
        self.query_one("#go", Button).focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Go on, or not."""
        event.stop()
        if event.button.id == "go":
            self.run_worker(self.go(), group="go", exclusive=True, name="go")
        else:
            self.action_cancel()

    def value(self, field: str) -> str:
        """What stands in a field."""
        return self.query_one(f"#{field}", Input).value.strip()

    def problem(self, words: str, meaning: str) -> None:
        """Say something about what was typed."""
        self.query_one("#problem", Static).update(self.look.text(words, meaning))

    async def go(self) -> None:
        """The button was pressed."""
        raise NotImplementedError


def path_of(typed: str) -> Path:
    """The path that was typed. Raises UsageError when it names no file."""
    try:
        path = Path(typed).expanduser()
    except RuntimeError:
        raise UsageError("No such home directory", typed, "Correct the path.") from None
    if not path.name:
        raise UsageError("Which file?", "Type a path.")
    return path
