"""What the command palette offers for what was typed: actions by fuzzy match, commands with their values. No widget."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

from msgspec import Struct
from textual.fuzzy import FuzzySearch

from tui.actions import ACTIONS, Action, keys_of
from tui.actions.synonyms import OF_COMMANDS, SYNONYMS
from tui.errors import UsageError
from tui.state.instance_rows import RowFilter
from tui.state.store import State
from tui.ui.look import key_name

_PLACE = re.compile(r"[\d,_]+(\.\d+)?\s*%?")
NO_SYNONYMS: Mapping[str, str] = MappingProxyType({})
ALL = "all"
"""The word that shows all namespaces."""


class PaletteEntry(Struct, frozen=True):
    """One line. `action` is an action's id, or `command` a whole command line; one that is `open` wants a value yet.

    `blocked` says why it cannot run now; `words` are others that mean the same, apart by spaces.
    """

    title: str
    keys: str = ""
    note: str = ""
    action: str = ""
    command: str = ""
    open: bool = False
    blocked: str = ""
    words: str = ""


class Continuation(Protocol):
    """A way to go on with a value: what it would be, what it is about, and whether more is to come."""

    @property
    def line(self) -> str:
        """The value so far."""
        ...

    @property
    def note(self) -> str:
        """What it is about."""
        ...

    @property
    def open(self) -> bool:
        """Whether more is to come."""
        ...


class Command(Struct, frozen=True):
    """A command with one value: `values` are those that exist, with a note each; None takes any text.

    A text may be completed by `complete`, and `check` gives it in its plain form; it raises UsageError. `blocked` says
    why the command cannot run now.
    """

    name: str
    value: str
    help: str
    values: Mapping[str, str] | None = None
    complete: Callable[[str], Sequence[Continuation]] | None = None
    check: Callable[[str], str] | None = None
    """Gives a value in its plain form; raises UsageError."""
    blocked: str = ""
    synonyms: Mapping[str, str] = {}
    """Other words for a value."""

    def meant(self, value: str) -> str:
        """The value that a word means, whatever its case; the word itself where it means none."""
        if not self.values or value in self.values:
            return value
        known = {**self.synonyms, **{one.casefold(): one for one in self.values}}
        return known.get(" ".join(value.casefold().split()), value)

    def words(self, value: str) -> tuple[str, ...]:
        """The value and the other words for it."""
        return value.casefold(), *(word for word, meant in self.synonyms.items() if meant == value)

    def line(self, value: str) -> str:
        """The command line with a value."""
        return f"{self.name} {value}".strip()


def commands(
    namespaces: Mapping[str, str],
    columns: Mapping[str, str],
    profiles: Mapping[str, str],
    *more: Command,
    of_columns: Mapping[str, str] = NO_SYNONYMS,
) -> list[Command]:
    """The commands, with the values that exist now; `of_columns` are other words for the columns."""
    return [
        Command("ns", "NAME", "Show one namespace, or all.", {ALL: "all namespaces", **namespaces}),
        Command("sort", "COLUMN", "Sort the instances; the same again: reverse.", columns, synonyms=of_columns),
        Command("filter", "TEXT", "Keep instances: substring, !inverse or /regex/; without text: all.", check=_filter),
        *more,
        Command("profile", "NAME", "Switch to another profile.", profiles),
        Command("q", "", "Quit.", {"": ""}),
    ]


def action_entries(
    first: Callable[[Action], bool],
    reachable: Callable[[Action], bool],
    state: State,
    now: float,
    keymap: Mapping[str, str],
    custom: Sequence[Action] = (),
) -> list[PaletteEntry]:
    """Every action and every command of the operator's, those that are `first` on top; what cannot run now says why."""

    def entry(action: Action) -> PaletteEntry:
        why = action.why_not(state, now)
        blocked = why or ("" if reachable(action) else f"Works in its own view only ({action.place.value}).")
        keys = " ".join(map(key_name, keys_of(action, keymap)))
        words = SYNONYMS.get(action.id, "")
        return PaletteEntry(action.title, keys, blocked or action.help, action=action.id, blocked=blocked, words=words)

    return [entry(action) for action in sorted((*custom, *ACTIONS), key=lambda action: not first(action))]


class Offer:
    """Finds the entries for a text."""

    def __init__(self, actions: Sequence[PaletteEntry], known: Iterable[Command]) -> None:
        self._actions = tuple(actions)
        self._commands = {command.name: command for command in known}
        self._fuzzy = FuzzySearch()

    def entries(self, text: str) -> list[PaletteEntry]:
        """What matches, best first; everything for an empty text."""
        command, value = self._command_of(text)
        if command and command.complete and not command.blocked:
            return self._ways_on(command, value + " " * (bool(value) and text.endswith(" ")))
        if command:
            return self._completions(command, value)
        text = text.strip().removeprefix(":").strip()
        if not text:
            return [*map(_opening, self._commands.values()), *self._actions]
        scored = [(self._score(text, one), one) for one in (*map(_opening, self._commands.values()), *self._actions)]
        return [one for score, one in sorted(scored, key=lambda pair: -pair[0]) if score > 0]

    def check(self, text: str) -> str:
        """The command line in its plain form. Raises UsageError that says what is wrong with it."""
        command, value = self._command_of(text)
        if command is None:
            names = ", ".join(f":{name}" for name in self._commands)
            raise UsageError("No such command", f"Nothing matches {text.strip()!r}.", f"Commands: {names}.")
        if command.blocked:
            raise UsageError("Not now", command.blocked)
        value = command.meant(value)
        if command.check:
            value = command.check(value)
        elif command.values is not None and value not in command.values:
            known = ", ".join(command.values) or "none"
            what = f"{command.value.lower()} {value!r}" if value else f"{command.value.lower()} given"
            raise UsageError("Wrong value", f"No {what}: {known}.")
        return command.line(value)

    def _command_of(self, text: str) -> tuple[Command | None, str]:
        """The command that the text begins with, and its value; a name alone counts only when nothing may follow it."""
        text = text.lstrip().removeprefix(":").lstrip()
        if _PLACE.fullmatch(text.strip()) and "line" in self._commands:
            return self._commands["line"], text.strip()  # `:50%` and `:12345`, as in an editor
        name, space, value = text.partition(" ")
        command = self._commands.get(name)
        if command and (space or not command.value):
            return command, value.strip()
        return None, ""

    def _ways_on(self, command: Command, value: str) -> list[PaletteEntry]:
        """How a value that has parts of its own can go on."""
        found = command.complete(value) if command.complete else ()
        lines = ((command.line(one.line), one) for one in found)
        return [PaletteEntry(f":{line}", note=one.note, command=line, open=one.open) for line, one in lines]

    def _completions(self, command: Command, value: str) -> list[PaletteEntry]:
        if command.values is None:
            line, note = command.line(value), command.blocked or command.help
            return [PaletteEntry(f":{line}", note=note, command=line, blocked=command.blocked)]
        wanted, meant = " ".join(value.casefold().split()), command.meant(value)
        found = [name for name in command.values if any(wanted in word for word in command.words(name))]
        found.sort(key=lambda name: (name != meant, not name.casefold().startswith(wanted)))
        return [
            PaletteEntry(f":{command.line(name)}", note=command.values[name], command=command.line(name))
            for name in found
        ]

    def _score(self, text: str, entry: PaletteEntry) -> float:
        """A word of the title counts most, then other words for the same, ids, and the words of the help least.

        Before all others stand an action of that very name, then the command: who types `set` and enter means `:set`.
        """
        wanted = text.casefold()
        if wanted in (entry.title.casefold(), entry.command):
            return self._fuzzy.match(wanted, wanted)[0] * (2.0 if entry.action else 1.8)
        title, _ = self._fuzzy.match(text, entry.title)
        if any(word.startswith(wanted) for word in entry.title.casefold().split()):
            title = max(title, self._fuzzy.match(wanted, wanted)[0])
        name, _ = self._fuzzy.match(text, entry.action)
        note = float(len(text)) if wanted in entry.note.casefold() else 0.0
        return max(title * 1.5, self._as_synonym(wanted, entry), name, note * 0.5)

    def _as_synonym(self, wanted: str, entry: PaletteEntry) -> float:
        """Nearly as good as the same word in a title; its beginning a little less. Words may come in any order."""
        known, parts = entry.words.split(), wanted.split()
        if len(wanted) < 2 or not all(any(one.startswith(part) for one in known) for part in parts):
            return 0.0
        whole = all(part in known for part in parts)
        return self._fuzzy.match(wanted, wanted)[0] * (1.4 if whole else 1.1)


def _opening(command: Command) -> PaletteEntry:
    title = f":{command.line(command.value)}"
    note = command.blocked or command.help
    words, is_open = OF_COMMANDS.get(command.name, ""), bool(command.value)
    return PaletteEntry(title, "", note, command=command.name, open=is_open, blocked=command.blocked, words=words)


def _filter(text: str) -> str:
    """The text of a filter. Raises UsageError where it is no regular expression."""
    RowFilter(text).matcher()
    return text
