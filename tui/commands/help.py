"""`aisearch help` and `aisearch completion`: what the parser knows, for a reader and for a shell."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from typing import Any

from tui.commands.parser import build, command_parser

SHELLS = ("bash", "zsh", "fish")
"""Shells for which `tui/commands/shells` has a file."""


def show_help(flags: Mapping[str, Any]) -> int:
    """Print the help of one command, or of the program; 0."""
    name = flags.get("topic")
    parser = build(emulator=name == "emulate")
    print(parser.format_help() if name is None else command_parser(parser, name).format_help(), end="")
    return 0


def completion(flags: Mapping[str, Any]) -> int:
    """Print the completion of a shell, which was made of the parser when the package was; 0."""
    file = resources.files("tui.commands") / "shells" / f"aisearch.{flags['shell']}"
    print(file.read_text(encoding="utf-8"), end="")
    return 0
