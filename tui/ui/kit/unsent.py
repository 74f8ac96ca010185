"""What was typed into a form that was left: it is there again when the form is opened once more in the same run."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Generic, TypeVar

from textual.screen import Screen
from textual.widgets import Input

from tui.ui.kit.field import LEGEND
from tui.ui.kit.line import Line
from tui.ui.look import look_of

T = TypeVar("T")
START_AFRESH = "ctrl+n"
AGAIN = f"What you typed before is here again; {START_AFRESH} starts afresh."


class Unsent(Generic[T]):
    """Drafts by what they are about, such as the account and an instance. Nothing is written to a file."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, T] = {}

    def keep(self, about: Hashable, draft: T) -> None:
        """Keep a draft; it replaces the one before."""
        self._kept[about] = draft

    def get(self, about: Hashable) -> T | None:
        """The draft, None where there is none."""
        return self._kept.get(about)

    def forget(self, about: Hashable) -> None:
        """It was sent, or given up."""
        self._kept.pop(about, None)


class KeptFields:
    """The texts of one dialog's fields in a store of drafts; what a field hides, such as a secret, is never kept."""

    def __init__(self, store: Unsent[dict[str, str]], about: Hashable) -> None:
        self._store = store
        self._about = about
        self._first: dict[str, str] = {}

    def fill(self, dialog: Screen[str | None]) -> None:
        """Put back what was typed when the dialog was left without sending, and say so in its legend."""
        self._first = _texts(dialog)
        if again := self._store.get(self._about):
            _fill(dialog, again)
            _say(dialog, AGAIN, "warning")

    def leave(self, dialog: Screen[str | None]) -> None:
        """The dialog is left without sending."""
        texts = _texts(dialog)
        if texts != self._first:
            self._store.keep(self._about, texts)
        else:
            self.forget()

    def clear(self, dialog: Screen[str | None]) -> None:
        """Start afresh: the fields are as they were at first."""
        self.forget()
        _fill(dialog, self._first)
        _say(dialog, LEGEND, "muted")

    def forget(self) -> None:
        """It was sent."""
        self._store.forget(self._about)


def _texts(dialog: Screen[str | None]) -> dict[str, str]:
    return {field.id: field.value for field in dialog.query(Input) if field.id and not field.password}


def _fill(dialog: Screen[str | None], texts: Mapping[str, str]) -> None:
    for field in dialog.query(Input):
        field.value = texts.get(field.id or "", field.value)


def _say(dialog: Screen[str | None], words: str, meaning: str) -> None:
    for line in dialog.query(".dialog-legend").results(Line):
        line.show(look_of(dialog.app).text(words, meaning))
