"""The command line: arguments and exit codes. Everything heavy is imported when it is needed."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper

from tui import __version__

DONE, FAILED, WRONG_USE, NO_CREDENTIALS, UNREACHABLE = range(5)
"""Exit codes."""
INTERRUPTED = 130
"""What shells tell of a program that ctrl+c ended, here at a question before the screen starts."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    given = sys.argv[1:] if argv is None else argv
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # names and paths that this terminal has no signs for
    arguments = _parser(emulator="emulate" in given).parse_args(given)
    from tui.errors import AppError

    try:
        return _run(arguments)
    except AppError as error:
        return _refuse(error)
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        from tui.config import state_dir
        from tui.system import crash

        return crash.leave(error, (), state_dir(os.environ))


def _run(arguments: argparse.Namespace) -> int:
    """The command, or the console. Raises AppError."""
    if arguments.command == "emulate":
        from tui.emulator import serve

        return serve.run(arguments)
    if arguments.command in ("login", "logout"):
        from tui.commands import login

        return (login.login if arguments.command == "login" else login.logout)(vars(arguments))
    if arguments.command == "doctor":
        from tui.commands.doctor import doctor

        return doctor(vars(arguments))
    return _console(arguments)


def _console(arguments: argparse.Namespace) -> int:
    """The console. Start-up makes a hundred thousand objects and hardly any garbage: nothing is collected meanwhile."""
    import gc

    gc.disable()
    try:
        from tui.wiring import run_console

        return run_console(vars(arguments), os.environ)
    finally:
        gc.enable()


def _parser(*, emulator: bool) -> argparse.ArgumentParser:
    """All arguments; those of the emulator only when it is wanted: they cost an import of the web server."""
    parser = argparse.ArgumentParser(
        prog="aisearch",
        allow_abbrev=False,  # else the emulator's --token would be refused as short for --token-command or --token-file
        description="An operator console for Cloudflare AI Search.",
        epilog="Exit codes: 0 done, 1 failed, 2 wrong use, 3 no usable credentials, 4 API not reachable.",
    )
    parser.add_argument("--version", action="version", version=f"aisearch {__version__}")
    _console_arguments(parser)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    _command_arguments(commands)
    emulate = commands.add_parser("emulate", help="serve AI Search on this machine, offline")
    if emulator:
        from tui.emulator import serve

        serve.add_arguments(emulate)
    return parser


def _command_arguments(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Of login, logout and doctor. Their defaults are left out, so that flags before the command count too."""

    def command(name: str, words: str) -> argparse.ArgumentParser:
        told = f"{words[0].upper()}{words[1:]}."
        made = commands.add_parser(
            name, help=words, description=told, allow_abbrev=False, argument_default=argparse.SUPPRESS
        )
        made.add_argument("--profile", metavar="P", help="profile of the configuration file")
        return made

    login = command("login", "verify an API token and store it in the keyring")
    for parser in (login, command("doctor", "show what the console would work with here, and what is in its way")):
        _connection_arguments(parser)
        _token_arguments(parser)
    login.add_argument("--insecure-storage", action="store_true", help="store it in a plain file of mode 0600 instead")
    command("logout", "remove the stored API token")


def _console_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--demo", action="store_true", help="run on an embedded emulator: no token, no network")
    add("--profile", metavar="P", help="profile of the configuration file")
    _connection_arguments(parser)
    add("--namespace", metavar="NS", help="show one namespace only")
    add("--read-only", action="store_true", help="refuse every write")
    _token_arguments(parser)
    add("--no-cache", action="store_true", help="neither show nor keep what an earlier run has read")
    add("--theme", metavar="T", help="aisearch-dark, aisearch-light, aisearch-ansi-dark or aisearch-ansi-light")
    add("--ascii", action="store_true", help="draw with ASCII characters only")


def _connection_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--account", metavar="ID", help="account id, 32 hex digits")
    parser.add_argument("--base-url", metavar="URL", help="API address, with /client/v4")


def _token_arguments(parser: argparse.ArgumentParser) -> None:
    token = parser.add_mutually_exclusive_group()
    token.add_argument("--token-command", metavar="CMD", help="command whose first line of output is the token")
    token.add_argument("--token-file", metavar="PATH", help="file with the token, readable by its owner only")


def _refuse(error: Exception) -> int:
    """Tell on stderr what is wrong and what to do, and choose the exit code."""
    from tui.errors import AppError, CredentialError, Unauthorized, Unreachable, UsageError

    if not isinstance(error, AppError):
        raise error
    lines = [f"aisearch: {error.title}", error.detail, error.hint, error.reference]
    print("\n".join(line for line in lines if line), file=sys.stderr)
    if isinstance(error, UsageError):
        return WRONG_USE
    if isinstance(error, CredentialError | Unauthorized):
        return NO_CREDENTIALS
    return UNREACHABLE if isinstance(error, Unreachable) else FAILED
