"""What was typed into a form that was left: it is there again when the form is opened once more in the same run."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

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

    def begin(self, values: dict[str, str]) -> dict[str, str]:
        """Remember what the fields held at first; what they are to hold now where the dialog was left before."""
        self._first = values
        return {name: text for name, text in (self._store.get(self._about) or {}).items() if name in values}

    def end(self, values: dict[str, str]) -> None:
        """The dialog is left without sending."""
        if values != self._first:
            self._store.keep(self._about, values)
        else:
            self.forget()

    @property
    def first(self) -> dict[str, str]:
        """What the fields held at first; what was kept is given up."""
        self.forget()
        return self._first

    def forget(self) -> None:
        """It was sent."""
        self._store.forget(self._about)
