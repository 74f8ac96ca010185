"""A text in the operator's own editor: the screen is lent to it, the token is not.

The event loop stands still meanwhile: nothing else may write to the terminal, and nothing polls. A file of its own,
readable by its owner only, is removed afterwards.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import signal
import tempfile
import termios
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from textual.app import App

from tui.errors import AppError
from tui.system.private_files import write_new
from tui.system.subprocesses import start
from tui.ui.terminal.exit_guard import terminal_modes
from tui.ui.textual_fixes import can_suspend

FALLBACKS = ("sensible-editor", "editor", "nano", "vim", "vi")
"""Looked for where neither VISUAL nor EDITOR is set."""
SECRETS = frozenset({"CLOUDFLARE_API_TOKEN", "CLOUDFLARE_API_KEY", "CF_API_TOKEN", "CREDENTIALS_DIRECTORY"})
"""Never in a child's environment."""

_PLAIN = (
    b"\x1b[<u\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?2004l\x1b[?1004l"  # keys, mouse, paste, focus
    b"\x1b7\x1b[r\x1b8\x1b[0m\x1b[?7h\x1b[?1047l\x1b[?25h"  # region, colours, the other screen; the cursor stays
)


def editor_command(environ: Mapping[str, str]) -> list[str]:
    """The editor as a list of arguments. Raises AppError when there is none."""
    chosen = environ.get("VISUAL", "").strip() or environ.get("EDITOR", "").strip()
    if chosen:
        try:
            return shlex.split(chosen)
        except ValueError:
            raise AppError(
                "No editor", f"EDITOR cannot be read: {chosen}", "Set it to a program, such as vim."
            ) from None
    path = environ.get("PATH")
    found = next((one for one in FALLBACKS if shutil.which(one, path=path)), None)
    if found is None:
        raise AppError(
            "No editor", "Neither VISUAL nor EDITOR is set, and no editor was found.", "Set EDITOR, start again."
        )
    return [found]


def edit(app: App[object], text: str, name: str, environ: Mapping[str, str] | None = None) -> str:
    """Let the operator edit `text` in a file called `name`; the text as it was saved.

    Raises AppError when there is no editor, when it fails, or when its file cannot be read: then nothing is taken.
    """
    environ = os.environ if environ is None else environ
    command = editor_command(environ)
    try:
        with tempfile.TemporaryDirectory(prefix="aisearch-") as folder:  # mode 0700
            path = Path(folder) / name
            write_new(path, text)
            with lent(app):
                code = run_here([*command, str(path)], environ)
            if code:
                raise AppError("The editor failed", f"{command[0]} ended with {code}.", "Nothing was changed.")
            return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise AppError("The editor could not be used", f"{command[0]}: {error}", "Set EDITOR to another.") from error


@contextlib.contextmanager
def lent(app: App[object]) -> Iterator[None]:
    """The terminal without us; where there is none, as in a test, nothing has to be left.

    It is taken back whatever happens in the block: Textual's own `suspend` does so only when nothing was raised.
    """
    if not can_suspend(app):
        yield
        return
    failure: BaseException | None = None
    with app.suspend():
        try:
            yield
        except BaseException as error:
            failure = error
    if failure is not None:
        raise failure


def run_here(command: list[str], environ: Mapping[str, str]) -> int:
    """Run an editor or a pager to its end; its exit code. It gets no token. Its ctrl+c is not ours.

    One that is killed leaves the terminal as it used it, and the console would keep it so for the shell afterwards.
    """
    modes = terminal_modes()
    process = start(command, env={name: value for name, value in environ.items() if name not in SECRETS})
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return process.wait()
    finally:
        signal.signal(signal.SIGINT, before)
        if process.poll() is None:
            process.kill()
        if modes is not None:
            _tidy(modes)


def _tidy(modes: list[Any]) -> None:
    with contextlib.suppress(OSError, termios.error):
        termios.tcsetattr(0, termios.TCSADRAIN, modes)
        os.write(2, _PLAIN)
