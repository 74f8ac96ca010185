"""Lines of a log outside of the console: on the terminal's normal screen, or in the operator's pager.

The event loop stands still meanwhile: nothing else may write to the terminal, and nothing polls.
"""

from __future__ import annotations

import contextlib
import os
import select
import shlex
import shutil
import signal
import tempfile
import termios
import tty
from collections.abc import Iterator, Mapping
from pathlib import Path

from textual.app import App

from tui.errors import AppError
from tui.system.private_files import write_new
from tui.ui.terminal.editor import lent, run_here
from tui.ui.textual_fixes import can_suspend

PAGERS = ("less", "more")
"""Looked for where PAGER is not set."""
_MORE_OF_A_KEY = 0.05


def pager_command(environ: Mapping[str, str]) -> list[str]:
    """The pager as a list of arguments. Raises AppError when there is none."""
    if chosen := environ.get("PAGER", "").strip():
        try:
            return shlex.split(chosen)
        except ValueError:
            raise AppError("No pager", f"PAGER cannot be read: {chosen}", "Set it to a program: less.") from None
    found = next((one for one in PAGERS if shutil.which(one, path=environ.get("PATH"))), None)
    if found is None:
        raise AppError("No pager", "PAGER is not set, and neither less nor more was found.", "Set PAGER, start again.")
    return [found]


def show_in_pager(app: App[object], text: str, environ: Mapping[str, str] | None = None) -> None:
    """Read `text` in the pager, out of a private file that is removed afterwards. Raises AppError."""
    environ = os.environ if environ is None else environ
    command = pager_command(environ)
    try:
        with tempfile.TemporaryDirectory(prefix="aisearch-") as folder:  # mode 0700
            path = write_new(Path(folder) / "job.log", text + "\n")
            with lent(app):
                code = run_here([*command, str(path)], environ)
    except OSError as error:
        raise AppError("The pager could not be used", f"{command[0]}: {error}", "Set PAGER to another.") from error
    if code:
        raise AppError("The pager failed", f"{command[0]} ended with {code}.", "Set PAGER to another.")


def show_on_terminal(app: App[object], text: str) -> None:
    """Print `text` on the normal screen, for the terminal's own selection and scrollback; any key comes back.

    ctrl+c stops the printing. Raises AppError where there is no terminal.
    """
    with _interruptible() as stop, lent(app):
        try:
            terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
        except OSError as error:
            raise AppError("No terminal", f"/dev/tty: {error.strerror}.") from None
        try:
            gone = contextlib.suppress(KeyboardInterrupt, OSError, termios.error)
            with gone, stop, _key_by_key(terminal):
                _write(terminal, text + "\n")
                termios.tcflush(terminal, termios.TCIFLUSH)  # before the words: a key that answers them counts
                _write(terminal, "\n-- any key: back to the console --")
                _wait_for_key(terminal)
            with contextlib.suppress(OSError):
                _write(terminal, "\n")
        finally:
            os.close(terminal)


def run_on_terminal(app: App[object], argv: list[str], environ: Mapping[str, str] | None = None) -> int:
    """Run a program that is lent the terminal, without the token; its exit code. Any key comes back. Raises OSError."""
    with lent(app):
        code = run_here(argv, os.environ if environ is None else environ)
        if can_suspend(app):
            _wait_with_words(f"\n-- {ending(code)}; any key: back to the console --")
    return code


def ending(code: int) -> str:
    """How a program ended, in words."""
    return "done" if code == 0 else f"ended with {code}" if code > 0 else f"ended by signal {-code}"


def _wait_with_words(words: str) -> None:
    try:
        terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
    except OSError:
        return
    try:
        with contextlib.suppress(KeyboardInterrupt, OSError, termios.error), _key_by_key(terminal):
            termios.tcflush(terminal, termios.TCIFLUSH)
            _write(terminal, words)
            _wait_for_key(terminal)
            _write(terminal, "\n")
    finally:
        os.close(terminal)


class _Stop:
    """A ctrl+c is KeyboardInterrupt within this block, at its beginning when it was pressed before, and else nothing.

    Between the console's screen and the text there is a moment when the terminal already makes a signal of ctrl+c.
    """

    def __init__(self) -> None:
        self._inside = self._pressed = False

    def __call__(self, number: int, frame: object) -> None:
        self._pressed = True
        if self._inside:
            raise KeyboardInterrupt

    def __enter__(self) -> None:
        self._inside = True
        if self._pressed:
            self._inside = False
            raise KeyboardInterrupt

    def __exit__(self, *_: object) -> None:
        self._inside = False


@contextlib.contextmanager
def _interruptible() -> Iterator[_Stop]:
    """Within, ctrl+c is no wish to the event loop, which would end the console with it."""
    stop = _Stop()
    before = signal.signal(signal.SIGINT, stop)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


def _write(terminal: int, text: str) -> None:
    data = memoryview(text.encode("utf-8", "backslashreplace"))
    while data:
        data = data[os.write(terminal, data) :]


@contextlib.contextmanager
def _key_by_key(terminal: int) -> Iterator[None]:
    """Within, a key arrives without enter and is not echoed."""
    modes = termios.tcgetattr(terminal)
    tty.setcbreak(terminal)
    try:
        yield
    finally:
        termios.tcsetattr(terminal, termios.TCSANOW, modes)


def _wait_for_key(terminal: int) -> None:
    """Return with the next key, all bytes of it read."""
    os.read(terminal, 1)
    while select.select([terminal], [], [], _MORE_OF_A_KEY)[0] and os.read(terminal, 64):
        pass
