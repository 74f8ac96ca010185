"""`config.toml`: read and checked in full, every value with the line it stands on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tui.config.commands import read_commands
from tui.config.rules import FIELDS, PROFILE_NAME, checked, flat
from tui.errors import UsageError
from tui.text import similar


class ConfigFile:
    """`config.toml`, read and checked in full, so that a mistake shows at once and not when its profile is used."""

    def __init__(self, path: Path, *, asked_for: bool = False) -> None:
        """`asked_for`: the operator named this file, so that one that is not there is a mistake."""
        self.path = path
        self._asked_for = asked_for
        self._top, self._lines = self._parsed(self._text())
        self._profiles = self._table("profiles")
        self.profiles = tuple(self._profiles)
        self.commands = read_commands(self._top.get("commands", {}), self._place)
        self._check()

    def _parsed(self, text: str) -> tuple[dict[str, Any], dict[tuple[str, ...], int]]:
        """The values, and the line of each key. Most consoles have no file: they start without a TOML parser."""
        if not text:
            return {}, {}
        from tui.config import toml_lines

        try:
            return toml_lines.parsed(text), toml_lines.lines(text)
        except ValueError as error:
            raise UsageError("Configuration is not TOML", f"{self.path}: {error}.") from None

    def _text(self) -> str:
        try:
            return self.path.read_text("utf-8-sig")
        except FileNotFoundError:
            if self._asked_for:
                raise UsageError("Configuration cannot be read", f"{self.path}: there is no such file.") from None
            return ""
        except OSError as error:
            raise UsageError("Configuration cannot be read", f"{self.path}: {error.strerror}.") from None
        except UnicodeDecodeError:
            raise UsageError("Configuration cannot be read", f"{self.path}: it is not UTF-8.") from None

    def choose(self, asked: str | None, asked_by: str = "flag --profile") -> str:
        """The profile to use: the one asked for, the file's `profile`, or its first; `default` without any."""
        name = asked or self._top.get("profile")
        if name is None:
            return self.profiles[0] if self.profiles else "default"
        if name not in (*self.profiles, "default"):
            where = asked_by if asked else self._place("profile")
            known = ", ".join(self.profiles) or "none"
            raise UsageError(
                "No such profile",
                f"{where}: profiles in {self.path}: {known}.",
                similar(name, self.profiles)
                or f"A profile begins with a line [profiles.{'NAME' if asked is None else name}].",
            )
        return str(name)

    def values(self, profile: str) -> tuple[dict[str, Any], dict[str, str]]:
        """The checked values of a profile over those of the top level (keymaps are merged), and their places."""
        values: dict[str, Any] = {}
        origins: dict[str, str] = {}
        for path, table in self._layers(profile):
            for name in FIELDS:
                if name in table:
                    value = checked(name, table[name], self._place(*path, name))
                    values[name] = {**values.get(name, {}), **value} if name == "keymap" else value
                    origins[name] = self._place(*path, name)
        return values, origins

    def keymap_lines(self, profile: str) -> dict[str, int]:
        """The line that counts for each action that has keys here: the profile's, else the top level's."""
        return {
            action: self._lines.get((*path, "keymap", *action.split("."))) or self._line(*path, "keymap", action)
            for path, table in self._layers(profile)
            for action in flat(table.get("keymap", {}))
        }

    def _layers(self, profile: str) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
        yield (), self._top
        yield ("profiles", profile), self._profiles.get(profile, {})

    def _check(self) -> None:
        self._check_keys((), self._top, ("profile", "profiles", *FIELDS, "commands"))
        checked("profile", self._top.get("profile", "default"), self._place("profile"), PROFILE_NAME)
        for name in self.profiles:
            checked("profile", name, self._place("profiles", name), PROFILE_NAME)
            self._check_keys(("profiles", name), self._table("profiles", name), FIELDS)
            self.values(name)
        self.values("")

    def _check_keys(self, path: tuple[str, ...], table: dict[str, Any], allowed: tuple[str, ...]) -> None:
        for name in table:
            if name not in allowed:
                place, names = self._place(*path, name), ", ".join(allowed)
                raise UsageError(f"Unknown setting: {name}", f"{place}: allowed are {names}.", similar(name, allowed))

    def _table(self, *path: str) -> dict[str, Any]:
        table: Any = self._top
        for name in path:
            table = table.get(name, {})
        if not isinstance(table, dict):
            raise UsageError(f"Wrong setting: {path[-1]}", f"{self._place(*path)}: allowed is a table [profiles.NAME].")
        return table

    def _place(self, *path: str) -> str:
        return f"{self.path}, line {self._line(*path)}"

    def _line(self, *path: str) -> int:
        """Where the key stands, or the inline table around it."""
        return next((self._lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in self._lines), 1)
