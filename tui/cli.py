"""The command line: which command runs, and its exit code. Everything heavy is imported when it is needed."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper

from tui.commands.exit_codes import DONE, INTERRUPTED, code_of, words_of
from tui.commands.parser import PROGRAM, parse
from tui.commands.table import find


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # names and paths that this terminal has no signs for
    arguments = parse(list(sys.argv[1:] if argv is None else argv))
    if getattr(arguments, "no_color", False):
        os.environ["NO_COLOR"] = "1"  # of everything that paints, programs that are started too
    from tui.errors import AppError

    try:
        return _run(arguments)
    except AppError as error:
        print(f"{PROGRAM}: {words_of(error)}", file=sys.stderr)
        return code_of(error)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return _nobody_reads()
    except Exception as error:
        from tui.config import state_dir
        from tui.system import crash

        try:
            folder = state_dir(os.environ)
        except AppError as homeless:  # the report has no folder either
            print(f"{PROGRAM}: {words_of(homeless)}", file=sys.stderr)
            return code_of(homeless)
        return crash.leave(error, (), folder)


def _run(arguments: argparse.Namespace) -> int:
    """The command, or the console. Raises AppError."""
    if arguments.command is None:
        return _console(arguments)
    if arguments.command == "emulate":
        from tui.emulator import serve

        return serve.run(arguments)
    command = find(arguments.command)
    assert command is not None, "the parser knows the commands of the table only"
    if not command.connects:
        return int(command.load()(vars(arguments)))
    from tui.commands.session import run

    return run(command, vars(arguments), os.environ)


def _console(arguments: argparse.Namespace) -> int:
    """The console. Start-up makes a hundred thousand objects and hardly any garbage: nothing is collected meanwhile."""
    import gc

    gc.disable()
    try:
        from tui.wiring import run_console

        return run_console(vars(arguments), os.environ)
    finally:
        gc.enable()


def _nobody_reads() -> int:
    """The reader of a pipe has gone, as `head` does: that is no fault. Nothing more may be written at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return DONE
