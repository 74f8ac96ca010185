"""Dialogs that ask for a path: which files to upload, and where to save a document or a log."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Protocol

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.suggester import Suggester
from textual.widgets import Button, Input, Static

from tui.errors import AppError, UsageError
from tui.service import Outcome
from tui.service.items.files import Upload, summary, uploads
from tui.service.items.items import Taken
from tui.ui.kit.dialog import LABEL, Dialog
from tui.ui.kit.line import Line

Facts = Sequence[tuple[str, str]]
Send = Callable[[str, str, tuple[Upload, ...]], None]
"""What to do with the path and the key as typed, and the files that they mean."""


class Save(Protocol):
    """Saves a document to a path."""

    def __call__(self, target: Path, *, overwrite: bool) -> Awaitable[Outcome]:
        """Raises Taken when the file exists and may not be overwritten."""
        ...


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

    TITLE, BUTTON, HINT = "", "", ""

    def __init__(self, facts: Facts, path: str) -> None:
        super().__init__()
        self._facts = facts
        self._path = path

    def compose(self) -> ComposeResult:
        """Title, facts, fields, problem, buttons."""
        muted = self.look.style("muted")
        facts = Text("\n").join(Text.assemble((f"{name:<{LABEL}}", muted), value) for name, value in self._facts)
        with Vertical(classes="dialog"):
            yield Line(str(self.TITLE), classes="dialog-title")
            yield Static(facts, markup=False, classes="dialog-text")
            yield Input(self._path, placeholder="path", compact=True, id="path", suggester=PathSuggester())
            yield from self.fields()
            yield Static(self.look.text(self.HINT, "muted"), markup=False, classes="dialog-text", id="problem")
            with Horizontal(classes="dialog-buttons"):
                yield Button("Cancel", id="cancel", compact=True)
                yield Button(self.BUTTON, id="go", variant="primary", compact=True)

    def fields(self) -> ComposeResult:
        """More fields."""
        yield from ()

    def on_mount(self) -> None:
        """Cancel has the focus, as in every dialog; the fields are just before it."""
        self.query_one("#cancel", Button).focus()

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


class UploadScreen(PathDialog):
    """Which files, under which keys. Nothing is sent that the limits forbid."""

    TITLE = "Upload files"
    BUTTON = "Upload"
    HINT = "A file, a folder, or a pattern such as docs/*.md; the right arrow completes. 4 MB a file at most."

    def __init__(self, facts: Facts, typed: tuple[str, str], send: Send) -> None:
        super().__init__(facts, typed[0])
        self._key = typed[1]
        self._send = send

    def fields(self) -> ComposeResult:
        """The key."""
        yield Input(self._key, placeholder="key, or folder/ in the instance (optional)", compact=True, id="key")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say what the path means while it is typed."""
        event.stop()
        if self.value("path"):
            self.run_worker(self._check(), group="check", exclusive=True, name="check")
        else:
            self.problem(self.HINT, "muted")

    async def _check(self) -> tuple[Upload, ...]:
        try:
            found = await asyncio.to_thread(uploads, self.value("path"), self.value("key"))
        except UsageError as error:
            self.problem(f"{error.title}: {error.detail} {error.hint}", "warning")
            return ()
        first = found[0].name if len(found) == 1 else f"{found[0].name} to {found[-1].name}"
        self.problem(f"{summary(found)}: {first}", "success")
        return found

    async def go(self) -> None:
        """Check once more, then hand the files over."""
        if found := await self._check():
            typed = self.value("path"), self.value("key")
            self.dismiss(None)
            self._send(*typed, found)


class SaveScreen(PathDialog):
    """Where to save a document; asks again before anything is replaced. The result tells where it is."""

    TITLE = "Save the document"
    BUTTON = "Save"
    HINT = "The file is readable by you only."

    def __init__(self, facts: Facts, name: str, save: Save) -> None:
        super().__init__(facts, str(Path.cwd() / name))
        self._save = save
        self._agreed = ""

    def on_input_changed(self, event: Input.Changed) -> None:
        """Another path: what was agreed to is another file."""
        event.stop()
        self._agreed = ""
        self.query_one("#go", Button).label = self.BUTTON

    async def go(self) -> None:
        """Fetch the document into the file."""
        path = self.value("path")
        self.problem(f"Saving{self.look.signs.ellipsis}", "muted")
        try:
            outcome = await self._save(_target(path), overwrite=bool(path) and path == self._agreed)
        except Taken as error:
            self._agreed = path
            self.query_one("#go", Button).label = "Replace"
            self.problem(f"{error.detail} Replace it?", "warning")
            self.query_one("#cancel", Button).focus()
        except AppError as error:
            self.problem(" ".join(part for part in (f"{error.title}.", error.detail, error.hint) if part), "error")
        else:
            self.dismiss(f"{outcome.title}: {outcome.detail}")


class SaveLog(SaveScreen):
    """Where to save a log."""

    TITLE = "Save the log"
    HINT = "The whole log, up to its end as it is then. The file is readable by you only."


def _target(typed: str) -> Path:
    """The path that was typed. Raises UsageError when it names no file."""
    try:
        path = Path(typed).expanduser()
    except RuntimeError:
        raise UsageError("No such home directory", typed, "Correct the path.") from None
    if not path.name:
        raise UsageError("Which file?", "Type a path.")
    return path
