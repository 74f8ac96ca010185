"""`aisearch config`: check the configuration, say where it is, edit it, or describe it as JSON Schema."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, MutableMapping
from pathlib import Path
from typing import Any

from tui.commands.exit_codes import DONE
from tui.config import Settings, config_file
from tui.config.schema import schema
from tui.errors import AppError, UsageError

FIRST = """\
# Settings of aisearch; `aisearch config check` says what is wrong here. Fields at the top are for every profile.
# Everything that can stand here is in docs/configuration.md, and in `aisearch config schema`.

# [profiles.prod]
# account = "0123456789abcdef0123456789abcdef"
"""


def run(flags: Mapping[str, Any], environ: MutableMapping[str, str] = os.environ) -> int:
    """Do what was asked; 0. Raises UsageError for a configuration with a mistake."""
    return _DO[flags["do"]](flags, environ)


def path(flags: Mapping[str, Any], environ: Mapping[str, str]) -> int:
    """Print where the file is, or would be."""
    print(config_file(flags, environ))
    return DONE


def check(flags: Mapping[str, Any], environ: Mapping[str, str]) -> int:
    """Read everything as a start of the console does, and say what is in force. Raises UsageError."""
    from tui.session.profiles import ConfiguredProfiles

    settings = ConfiguredProfiles(flags, environ).settings
    there = "" if settings.file.exists() else " is not there: defaults"
    print(f"{settings.file}{there}")
    for line in _in_force(settings):
        print(f"  {line}")
    print("No mistake was found.")
    return DONE


def _in_force(settings: Settings) -> list[str]:
    """The profile, and where each setting comes from. No value: some name a program, or are pasted by mistake."""
    others = f" of {', '.join(settings.profiles)}" if settings.profiles else ""
    return [f"profile {settings.profile}{others}", *(f"{name}: {where}" for name, where in settings.origins.items())]


def edit(flags: Mapping[str, Any], environ: MutableMapping[str, str]) -> int:
    """Open the file in the operator's editor, made first where there is none, and check it afterwards.

    Raises AppError without an editor, or when it fails; UsageError for a mistake that was saved.
    """
    from tui.ui.terminal.editor import editor_command, run_here

    file = config_file(flags, environ)
    command = editor_command(environ)
    _make(file)
    try:
        code = run_here([*command, str(file)], environ)
    except OSError as error:
        raise AppError("The editor could not be used", f"{command[0]}: {error}", "Set EDITOR to another.") from error
    if code:
        raise AppError("The editor failed", f"{command[0]} ended with {code}.")
    return check(flags, environ)


def _make(file: Path) -> None:
    """A first file, readable by its owner only, where there is none. Raises UsageError."""
    from tui.system.private_files import make_folder, write_new

    try:
        make_folder(file.parent)
        write_new(file, FIRST)
    except FileExistsError:
        return
    except OSError as error:
        raise UsageError("Configuration cannot be written", f"{file}: {error.strerror}.") from None


def show_schema(flags: Mapping[str, Any], environ: Mapping[str, str]) -> int:
    """Print the schema."""
    print(json.dumps(schema(), indent=2))
    return DONE


_DO: Mapping[str, Callable[[Mapping[str, Any], MutableMapping[str, str]], int]] = {
    "check": check,
    "path": path,
    "edit": edit,
    "schema": show_schema,
}
