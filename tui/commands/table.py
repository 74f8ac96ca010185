"""Every command as one row: name, summary, arguments, and the function that does it, imported only when it is called.

Help, completion, the man page and `docs/commands.md` are made from these rows; so a new command is one row here and one
module beside it. Nothing heavy is imported: `--help` costs no library.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple


class Argument(NamedTuple):
    """One argument as argparse takes it: its names, and the rest by keyword."""

    names: tuple[str, ...]
    options: dict[str, Any]


class CommandRow(NamedTuple):
    """One command. `run` is `module:function`, `more` the text below the summary in its help.

    With `connects` the function is `async (Invocation) -> exit code` and takes the shared flags; without, it is
    called with the flags as a mapping, and `flags` names the groups of shared flags that it takes.
    """

    name: str
    summary: str
    run: str
    arguments: tuple[Argument, ...] = ()
    connects: bool = True
    flags: tuple[str, ...] = ()
    more: str = ""

    def load(self) -> Callable[..., Any]:
        """The function, imported now."""
        module, _, name = self.run.partition(":")
        function: Callable[..., Any] = getattr(import_module(module), name)
        return function


def arg(*names: str, **options: Any) -> Argument:
    """An argument, written as for `add_argument`."""
    return Argument(names, options)


REF = arg("ref", metavar="REF", help="an instance: NAME, or NAMESPACE/NAME")
REFS = arg("refs", metavar="REF", nargs="+", help="instances: NAME, or NAMESPACE/NAME")
LIMIT = arg("--limit", metavar="N", type=int, default=50, help="at most so many, newest first (default: 50)")
YES = arg("--yes", action="store_true", help="do it: without a terminal nothing is asked")
STALENESS = arg(
    "--max-staleness",
    metavar="TIME",
    default="5m",
    help="use what an earlier run kept where it is younger than this (default: 5m)",
)
CONNECTION, TOKEN, PROFILE = "connection", "token", "profile"
"""Groups of flags that several commands share: see `parser.py`."""


def _commands(*lists: tuple[CommandRow, ...]) -> tuple[CommandRow, ...]:
    return tuple(one for rows in lists for one in rows)


_SETUP = (
    CommandRow(
        "login",
        "verify an API token and store it in the keyring",
        "tui.commands.login:login",
        (arg("--insecure-storage", action="store_true", help="store it in a plain file of mode 0600 instead"),),
        connects=False,
        flags=(PROFILE, CONNECTION, TOKEN),
    ),
    CommandRow("logout", "remove the stored API token", "tui.commands.login:logout", connects=False, flags=(PROFILE,)),
    CommandRow(
        "doctor",
        "show what the console would work with here, and what is in its way",
        "tui.commands.doctor:doctor",
        (arg("--json", action="store_true", help="one JSON object a finding"),),
        connects=False,
        flags=(PROFILE, CONNECTION, TOKEN),
    ),
)
_LOOK = (
    CommandRow(
        "ls",
        "list instances with their health and counters, trouble first",
        "tui.commands.ls:run",
        (
            arg("--state", metavar="WORD,...", help="only those in one of these states, such as failed,errors"),
            arg("--no-stats", action="store_true", help="read the list only: one request for 100 instances"),
        ),
    ),
)
COMMANDS: tuple[CommandRow, ...] = _commands(_SETUP, _LOOK)
EMULATE = "emulate", "serve AI Search on this machine, offline"
"""Its arguments are its own: they cost an import of the web server."""


def find(name: str | None) -> CommandRow | None:
    """The row of a command."""
    return next((one for one in COMMANDS if one.name == name), None)
