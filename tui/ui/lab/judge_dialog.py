"""The dialog that adds a query to a query set: which file, and how good the marked items are."""

from __future__ import annotations

from collections.abc import Awaitable
from pathlib import Path
from typing import Protocol

from textual.app import ComposeResult
from textual.widgets import Input

from tui.errors import AppError, UsageError
from tui.ui.kit.field import field_line
from tui.ui.kit.path_dialog import Facts, PathDialog, path_of

GRADES = ("1", "2", "3")


class Adds(Protocol):
    """Adds the query to a file."""

    def __call__(self, path: Path, grade: int) -> Awaitable[str]:
        """Says what was done. Raises AppError."""
        ...


class JudgeDialog(PathDialog):
    """The result is what was done, in a sentence."""

    def __init__(self, facts: Facts, path: str, add: Adds) -> None:
        hint = "Comments in the file stay. The grade: 3 answers the query, 2 helps, 1 touches it."
        super().__init__(facts, path, title="Add to a query set", button="Add", hint=hint)
        self._add = add

    def fields(self) -> ComposeResult:
        """The grade."""
        grade = Input("3", placeholder="1 to 3", compact=True, id="grade")
        yield field_line("Grade", grade, self.look, required=True)

    async def go(self) -> None:
        """Add."""
        try:
            grade = self.value("grade")
            if grade not in GRADES:
                raise UsageError("Grade", f"It is 1, 2 or 3, not {grade[:10]!r}.")
            done = await self._add(path_of(self.value("path")), int(grade))
        except AppError as error:
            self.problem(" ".join(part for part in (f"{error.title}.", error.detail) if part), "error")
        else:
            self.dismiss(done)
