"""Settings: one frozen value out of flags, environment, `config.toml` and defaults, in that order of precedence.

The file has one table a profile; fields at the top level are the defaults of every profile:

    profile = "prod"                      # which one without --profile; else the first of the file
    theme = "aisearch-light"

    [profiles.prod]
    account = "0123456789abcdef0123456789abcdef"
    colour = "red"
    token_command = ["pass", "show", "cloudflare/ai-search"]

    [keymap]
    sync = "f5"
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from tui.base_url import DEFAULT_BASE_URL
from tui.config.commands import CustomCommand
from tui.config.rules import COLOURS, FIELDS, THEMES, checked, of_variable, read_command
from tui.config.toml_file import ConfigFile
from tui.errors import UsageError

__all__ = [
    "COLOURS",
    "DEFAULT_BASE_URL",
    "ENVIRONMENT",
    "FIELDS",
    "FLAGS",
    "OF_THE_ACCOUNT",
    "THEMES",
    "CustomCommand",
    "Settings",
    "config_dir",
    "config_file",
    "load_settings",
    "state_dir",
]

DEFAULT_REFRESH = 10.0
OF_THE_ACCOUNT = {
    "account": ("AISEARCH_ACCOUNT", "CLOUDFLARE_ACCOUNT_ID"),
    "base_url": ("AISEARCH_BASE_URL", "CLOUDFLARE_BASE_URL", "CLOUDFLARE_API_BASE_URL"),
}
"""The variables that speak of one account: they are for the start, and not for another profile chosen later."""
ENVIRONMENT = {name: OF_THE_ACCOUNT.get(name, (f"AISEARCH_{name.upper()}",)) for name in FIELDS}
"""Setting -> the variables that set it, the first one that is not empty wins."""
CONFIG_VARIABLE, PROFILE_VARIABLE = "AISEARCH_CONFIG", "AISEARCH_PROFILE"
FLAGS = ("account", "namespace", "base_url", "read_only", "theme", "ascii", "no_color")
"""Settings that a flag of the same name sets."""


class Settings(Struct, frozen=True, kw_only=True):
    """Everything that was decided before the console starts.

    `refresh` is in seconds. `keymap` maps an action id to its keys, comma separated; which ids exist is checked where
    the actions are known. `command_flag` is --token-command, `token_command` the profile's: they rank differently.
    `origins` tells for each setting that is not a default where it came from, in words for a reader.
    """

    profile: str = "default"
    account: str | None = None
    namespace: str | None = None
    base_url: str = DEFAULT_BASE_URL
    read_only: bool = False
    colour: str | None = None
    refresh: float = DEFAULT_REFRESH
    columns: tuple[str, ...] = ()
    notify: bool = True
    cache: bool = True
    audit_required: bool = False
    keymap: Mapping[str, str] = field(default_factory=dict)
    token_command: tuple[str, ...] = ()
    command_flag: tuple[str, ...] = ()
    token_file: Path | None = None
    theme: str | None = None
    ascii: bool = False
    no_color: bool = False
    profiles: tuple[str, ...] = ()
    file: Path
    commands: tuple[CustomCommand, ...] = ()
    origins: Mapping[str, str] = field(default_factory=dict)
    keymap_lines: Mapping[str, int] = field(default_factory=dict)

    def keymap_line(self, action_id: str) -> int | None:
        """The line of `file` that gives this action its keys; None when no line does."""
        return self.keymap_lines.get(action_id)

    def keymap_place(self, action_id: str) -> str:
        """What gives this action its keys, for a reader: the file with the line, or the variable."""
        line = self.keymap_line(action_id)
        return self.origins.get("keymap", "") if line is None else f"{self.file}:{line}"


def config_dir(environ: Mapping[str, str]) -> Path:
    """Where `config.toml` lives: $XDG_CONFIG_HOME/aisearch, on every system."""
    return _xdg(environ, "XDG_CONFIG_HOME", ".config")


def state_dir(environ: Mapping[str, str]) -> Path:
    """Where audit, saved files and logs live: $XDG_STATE_HOME/aisearch. Not created here."""
    return _xdg(environ, "XDG_STATE_HOME", ".local/state")


def _xdg(environ: Mapping[str, str], variable: str, fallback: str) -> Path:
    base = Path(environ.get(variable, ""))
    if not base.is_absolute():  # the XDG specification: a relative path is to be ignored, as an empty one is
        base = _home(environ) / fallback
    return base / "aisearch"


def _home(environ: Mapping[str, str]) -> Path:
    try:
        return Path(environ.get("HOME") or Path.home())
    except RuntimeError:  # a uid without a passwd entry, as in many containers
        raise UsageError(
            "No home directory",
            "HOME is not set, and this user has no entry in the list of users.",
            "Set HOME, or XDG_CONFIG_HOME and XDG_STATE_HOME, to a folder that you may write.",
        ) from None


def load_settings(flags: Mapping[str, Any], environ: Mapping[str, str]) -> Settings:
    """Settings from `flags` (argparse names; None, False and "" count as not given), environment and file.

    Raises UsageError that names the place (file and line, variable or flag) and what is allowed there.
    """
    given = {name: value for name, value in flags.items() if value not in (None, False, "")}
    file = _file(given, environ)
    asked_by = "flag --profile" if "profile" in given else f"environment {PROFILE_VARIABLE}"
    profile = file.choose(given.get("profile") or environ.get(PROFILE_VARIABLE) or None, asked_by)
    values, origins = file.values(profile)
    for name, value, where in (*_from_environment(environ), *_from_flags(given)):
        values[name] = {**values.get(name, {}), **value} if name == "keymap" else value
        origins[name] = where
    return Settings(
        profile=profile,
        command_flag=_command_flag(given),
        token_file=Path(given["token_file"]) if "token_file" in given else None,
        profiles=file.profiles,
        file=file.path,
        origins=origins,
        keymap_lines=file.keymap_lines(profile),
        commands=file.commands,
        **{**values, "no_color": bool(environ.get("NO_COLOR")) or values.get("no_color", False)},
    )


def config_file(flags: Mapping[str, Any], environ: Mapping[str, str]) -> Path:
    """The configuration file in use, whether or not it is there."""
    named = flags.get("config") or environ.get(CONFIG_VARIABLE)
    return Path(named).expanduser() if named else config_dir(environ) / "config.toml"


def _file(given: Mapping[str, Any], environ: Mapping[str, str]) -> ConfigFile:
    asked_for = bool(given.get("config") or environ.get(CONFIG_VARIABLE))
    return ConfigFile(config_file(given, environ), asked_for=asked_for)


def _from_environment(environ: Mapping[str, str]) -> Iterator[tuple[str, Any, str]]:
    for name, variables in ENVIRONMENT.items():
        variable = next((variable for variable in variables if environ.get(variable)), None)
        if variable:
            where = f"environment {variable}"
            yield name, of_variable(name, environ[variable], where), where


def _from_flags(given: Mapping[str, Any]) -> Iterator[tuple[str, Any, str]]:
    for name in FLAGS:
        if name in given:
            where = f"flag --{name.replace('_', '-')}"
            yield name, checked(name, given[name], where), where
    if given.get("no_cache"):
        yield "cache", False, "flag --no-cache"


def _command_flag(given: Mapping[str, Any]) -> tuple[str, ...]:
    """--token-command split as a shell would, but never given to one."""
    if "token_command" not in given:
        return ()
    if "token_file" in given:
        raise UsageError("Two sources for the token", "Give --token-command or --token-file, not both.")
    try:
        return read_command(shlex.split(given["token_command"]))
    except (TypeError, ValueError):
        raise UsageError("Wrong flag: --token-command", "It is empty, or a quote is left open.") from None
