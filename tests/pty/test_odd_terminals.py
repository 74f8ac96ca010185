"""The installed command on terminals that are not as they should be: right, or said in words; never deaf, never raw."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.emulated import AISEARCH
from tests.pty.driver import Pty

pytestmark = pytest.mark.exhaustive

DEMO = [AISEARCH, "--demo"]


def start(*argv: str, size: tuple[int, int] = (100, 30), env: Mapping[str, str] | None = None) -> Pty:
    return Pty(list(argv) or DEMO, *size, environ=dict(env or {}))


def leave(terminal: Pty) -> None:
    """Ctrl+c twice ends it, and the terminal is as it was."""
    terminal.send("<C-c>")
    terminal.wait("again to quit")
    terminal.send("<C-c>")
    assert terminal.gone()
    assert terminal.is_cooked()


def test_bytes_that_are_no_utf8_and_a_paste_without_end_and_replies_leave_it_alive() -> None:
    with start() as terminal:
        terminal.wait("handbook")
        for data in (b"\xe4", b"\xff", b"\x1b[M \xc3!", b"\x1b[?64;1;2c", b"\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\"):
            os.write(terminal.fd, data)
            terminal.settle(0.2, 1)
        assert terminal.alive()
        os.write(terminal.fd, b"\x1b[200~half")
        terminal.settle(1.6, 3)
        terminal.send("?")
        terminal.wait("q closes")
        terminal.send("<esc>")
        terminal.send("<C-z>")
        terminal.wait("Not suspended")  # no shell could bring it back
        leave(terminal)


NON_BLOCKING = (
    "import fcntl,os,sys\n"
    "for n in 0,1,2: fcntl.fcntl(n, fcntl.F_SETFL, fcntl.fcntl(n, fcntl.F_GETFL) | os.O_NONBLOCK)\n"
    "os.execv(sys.argv[1], sys.argv[1:])"
)


def is_non_blocking(pid: int, number: int) -> bool:
    lines = Path(f"/proc/{pid}/fdinfo/{number}").read_text(encoding="ascii").splitlines()
    flags = next(line.split()[1] for line in lines if line.startswith("flags"))
    return bool(int(flags, 8) & os.O_NONBLOCK)


def test_what_others_left_in_the_environment_and_the_terminal_does_no_harm(tmp_path: Path) -> None:
    """A size of another window, a non-blocking terminal, a wrong colour system, and logs of every key."""
    env = {"COLUMNS": "80", "LINES": "24", "TEXTUAL_COLOR_SYSTEM": "bogus", "TEXTUAL_DEBUG": "1"}
    env["TEXTUAL_LOG"] = str(tmp_path / "textual.log")
    argv = [sys.executable, "-c", NON_BLOCKING, *DEMO]
    with Pty(argv, 120, 40, environ=env, cwd=tmp_path) as terminal:
        terminal.wait("handbook")
        terminal.wait("S sync")
        assert terminal.text().splitlines()[-1].strip(), "the last line of the window is used"
        assert not any(is_non_blocking(terminal.pid, number) for number in (0, 1, 2))
        terminal.resize(60, 20)
        terminal.settle(0.4, 4)
        assert "? help" in terminal.text().splitlines()[-1]
        leave(terminal)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("shell", [f"exec {AISEARCH} --demo >/dev/null", f"{AISEARCH} --demo | cat; sleep 0.2"])
def test_an_output_that_is_no_terminal_is_refused_in_words(shell: str) -> None:
    with start("sh", "-c", shell) as terminal:
        terminal.wait("Standard output is not a terminal")
        assert terminal.gone()
        assert b"\x1b[?1049h" not in terminal.output


@pytest.mark.parametrize("number", [signal.SIGQUIT, signal.SIGXCPU, signal.SIGUSR1], ids=lambda one: one.name)
def test_a_signal_leaves_the_terminal_as_it_was(number: signal.Signals) -> None:
    with start() as terminal:
        terminal.wait("Instances")
        terminal.signal(number)
        assert terminal.gone()
        terminal.settle(0.1, 1)
        assert terminal.status == 128 + number
        assert terminal.is_cooked()
        assert terminal.output.rfind(b"\x1b[?1049l") > terminal.output.rfind(b"\x1b[?1049h")


def test_only_ascii_and_few_bytes_of_address_space(tmp_path: Path) -> None:
    shell = f"ulimit -v 350000; exec {AISEARCH} --demo --ascii"
    with start("bash", "-c", shell, env={"XDG_STATE_HOME": str(tmp_path)}) as terminal:
        terminal.wait("handbook")
        terminal.send("/")
        os.write(terminal.fd, "Zürich 東京".encode())
        terminal.wait(r"Zurich \?\?\?\?")
        terminal.send("<esc>")
        terminal.settle(0.3, 2)
        leave(terminal)
        assert not [byte for byte in terminal.output if byte > 127]


def test_signs_that_terminals_count_differently_are_written_so_that_they_agree() -> None:
    with start() as terminal:
        terminal.wait("handbook")
        terminal.send("/")
        os.write(terminal.fd, "\x1b[200~a❤️b👋🏽c\x1b[201~".encode())
        terminal.wait(r"a❤ +b👋 *c")
        terminal.send("<esc>")
        terminal.settle(0.3, 2)
        leave(terminal)
        written = terminal.output.decode("utf-8", "replace")
        assert "\ufe0f" not in written
        assert "\U0001f3fd" not in written
