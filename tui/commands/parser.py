"""The command line as a parser, made from the table of commands; and "did you mean" for what it does not know."""

from __future__ import annotations

import argparse
import difflib
import re
from collections.abc import Iterable
from typing import Any, NoReturn

from tui import __version__
from tui.commands.exit_codes import MEANING
from tui.commands.table import COMMANDS, CONNECTION, EMULATE, PROFILE, TOKEN, Argument, CommandRow, arg

PROGRAM = "aisearch"
DESCRIPTION = "An operator console for Cloudflare AI Search. Without a command it opens on the screen."
_EXITS = ", ".join(f"{code} {words}" for code, words in MEANING.items())
GROUPS: dict[str, tuple[Argument, ...]] = {
    PROFILE: (
        arg("--profile", metavar="P", help="profile of the configuration file"),
        arg("--config", metavar="FILE", help="configuration file (default: ~/.config/aisearch/config.toml)"),
        arg("--no-color", action="store_true", help="no colours, like the variable NO_COLOR"),
    ),
    CONNECTION: (
        arg("--account", metavar="ID", help="account id, 32 hex digits"),
        arg("--base-url", metavar="URL", help="API address, with /client/v4"),
    ),
    TOKEN: (
        arg("--token-command", metavar="CMD", help="command whose first line of output is the token"),
        arg(
            "--token-file", metavar="PATH", help="file with the token, readable by its owner only; - is standard input"
        ),
    ),
}
_CONSOLE = (
    arg("--namespace", metavar="NS", help="show one namespace only"),
    arg("--read-only", action="store_true", help="refuse every write"),
    arg("--no-cache", action="store_true", help="neither show nor keep what an earlier run has read"),
)
_SCREEN = (
    arg("--demo", action="store_true", help="run on an embedded emulator: no token, no network"),
    arg("--theme", metavar="T", help="aisearch-dark, aisearch-light, aisearch-ansi-dark or aisearch-ansi-light"),
    arg("--ascii", action="store_true", help="draw with ASCII characters only"),
)
_OUTPUT = (
    arg("--json", action="store_true", help="JSON: one object a line for a list, with the API's own field names"),
    arg("-q", "--quiet", action="store_true", help="only errors on standard error"),
)


class Parser(argparse.ArgumentParser):
    """An argparse parser that suggests what was meant. `given` is what the program was called with."""

    given: tuple[str, ...] = ()

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, with a suggestion, on stderr; exit code 2."""
        super().error(message + _hint(self, message))


def _hint(parser: argparse.ArgumentParser, message: str) -> str:
    """`; did you mean ...` for the first name in an error of argparse that is close to a known one."""
    if wrong := re.search(r"invalid choice: '([^']*)'", message):
        return did_you_mean(wrong[1], _choices(parser, message)) or _hint_of_flags(parser, Parser.given)
    if "unrecognized arguments: " in message:
        return _hint_of_flags(parser, message.partition("unrecognized arguments: ")[2].split())
    return ""


def _hint_of_flags(parser: argparse.ArgumentParser, words: Iterable[str]) -> str:
    """The hint for the first flag that is unknown: its value was taken for a command, perhaps."""
    known = _flags(parser)
    flags = [flag for word in words if (flag := word.partition("=")[0]).startswith("--") and flag not in known]
    return next((hint for flag in flags if (hint := did_you_mean(flag, known, 0.7))), "")


def _choices(parser: argparse.ArgumentParser, message: str) -> Iterable[str]:
    for action in parser._actions:
        if action.choices and (action.metavar or action.dest) and f"argument {_name(action)}:" in message:
            return [str(one) for one in action.choices]
    return ()


def _name(action: argparse.Action) -> str:
    return "/".join(action.option_strings) or str(action.metavar or action.dest)


def _flags(parser: argparse.ArgumentParser) -> list[str]:
    """The flags of a parser and of the command that was called."""
    own = list(parser._option_string_actions)
    for inner in _subparsers(parser):
        own += [flag for name in Parser.given if name in inner for flag in inner[name]._option_string_actions]
    return own


def _subparsers(parser: argparse.ArgumentParser) -> list[dict[str, argparse.ArgumentParser]]:
    return [dict(one.choices) for one in parser._actions if isinstance(one, argparse._SubParsersAction)]


def did_you_mean(wrong: str, known: Iterable[str], least: float = 0.6) -> str:
    """`; did you mean X or Y?`, empty where nothing known is close to `wrong`."""
    close = difflib.get_close_matches(wrong, sorted(set(known)), n=3, cutoff=least)
    return f"; did you mean {' or '.join(close)}?" if close else ""


class _Unsure(Exception):
    """The arguments are not those of a console alone."""


class _ConsoleParser(argparse.ArgumentParser):
    """The console's flags and nothing else: no help, no commands, and whatever is wrong is left to the whole parser."""

    def error(self, message: str) -> NoReturn:
        """Leave it to the whole parser. Raises _Unsure."""
        raise _Unsure(message)


def build(*, emulator: bool = False, given: Iterable[str] | None = None) -> Parser:
    """The parser with all commands; the emulator's own arguments only when they are wanted.

    With what was `given` only the commands that are named in it have their arguments.
    """
    parser = Parser(prog=PROGRAM, allow_abbrev=False, description=DESCRIPTION, epilog=f"Exit codes: {_EXITS}.")
    _add_console(parser)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands", parser_class=Parser)
    for row in COMMANDS:
        if given is None or row.name in given:
            _add_command(commands, row)
        else:
            commands.add_parser(row.name, help=row.summary, add_help=False)
    name, summary = EMULATE
    emulate = commands.add_parser(name, help=summary, description=_sentence(summary))
    if emulator:
        from tui.emulator import serve

        serve.add_arguments(emulate)
    return parser


def _add_console(parser: argparse.ArgumentParser) -> None:
    """What the console is started with."""
    parser.add_argument("-V", "--version", action="version", version=f"{PROGRAM} {__version__}")
    _add(parser, (*_SCREEN, *GROUPS[PROFILE], *GROUPS[CONNECTION], *_CONSOLE))
    _add_token(parser)


def command_parser(parser: argparse.ArgumentParser, name: str) -> argparse.ArgumentParser:
    """The parser of one command; an unknown name ends the program with exit code 2 and a suggestion."""
    (commands,) = _subparsers(parser)
    if name not in commands:
        parser.error(f"there is no command {name!r}{did_you_mean(name, commands)}")
    return commands[name]


def _add_command(commands: argparse._SubParsersAction[Any], row: CommandRow) -> None:
    """One command. Defaults of shared flags are left out, so that a flag before the command counts too."""
    parser = commands.add_parser(
        row.name,
        help=row.summary,
        description=_sentence(row.summary),
        epilog=row.more or None,
        allow_abbrev=False,
    )
    own = {name for one in row.arguments for name in one.names}
    _add(parser, row.arguments)
    groups = (PROFILE, CONNECTION, TOKEN) if row.connects else row.flags
    shared = [one for group in groups if group != TOKEN for one in GROUPS[group]]
    shared += [*_CONSOLE, *_OUTPUT] if row.connects else []
    _add(parser, [one for one in shared if not own & set(one.names)], default=argparse.SUPPRESS)
    if TOKEN in groups:
        _add_token(parser, default=argparse.SUPPRESS)


def _add(parser: Any, arguments: Iterable[Argument], **more: Any) -> None:
    for one in arguments:
        parser.add_argument(*one.names, **{**one.options, **more})


def _add_token(parser: argparse.ArgumentParser, **more: Any) -> None:
    _add(parser.add_mutually_exclusive_group(), GROUPS[TOKEN], **more)


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."


def parse(given: list[str]) -> argparse.Namespace:
    """The arguments; wrong ones end the program with exit code 2 and a hint."""
    console = _ConsoleParser(prog=PROGRAM, allow_abbrev=False, add_help=False)
    _add_console(console)
    console.set_defaults(command=None)
    try:
        return console.parse_args(given)
    except _Unsure:
        Parser.given = tuple(given)
        return build(emulator=EMULATE[0] in given, given=given).parse_args(given)
