"""A console in a real terminal that is told to leave, loses its terminal, or cannot write to it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.pty.driver import LEAVES, PATIENCE, Pty, stat_of
from tui.ui.terminal.exit_guard import GRACE

ROOT = Path(__file__).parents[2]
APP = [sys.executable, "-m", "tests.pty.guarded_app"]
DEAF = ["sh", "-c", 'trap "" HUP; exec "$@"', "sh", *APP]
"""Started by a parent that ignores SIGHUP, and the child inherits that."""


def console(*words: str, argv: list[str] = APP) -> Pty:
    terminal = Pty([*argv, *words], cwd=ROOT)
    terminal.wait("Ready")
    terminal.settle(0.1, 0.3)
    return terminal


def stall(terminal: Pty) -> None:
    """Stop reading, and wait until the program cannot write any more: its CPU time stands still."""
    before, same = -1.0, 0
    deadline = time.monotonic() + PATIENCE
    while same < 3:
        assert time.monotonic() < deadline, "the program goes on as if its output were read"
        now = terminal.cpu()
        same, before = (same + 1 if now == before else 0), now
        time.sleep(0.1)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("argv", [APP, DEAF], ids=["plain", "hup-ignored"])
def test_a_signal_ends_it_in_good_order(number: signal.Signals, argv: list[str]):
    with console(argv=argv) as terminal:
        assert not terminal.is_cooked()
        terminal.signal(number)
        assert terminal.gone(LEAVES)
        terminal.settle(0.1, 1)
        assert terminal.status == 128 + number
        assert terminal.is_cooked()
        assert "left in good order" in terminal.text()
        assert terminal.output.rfind(b"\x1b[?1049l") > terminal.output.rfind(b"\x1b[?1049h")


def test_it_leaves_by_itself_as_ever():
    with console() as terminal:
        terminal.send("x")
        assert terminal.gone(LEAVES)
        assert terminal.status == 0


@pytest.mark.parametrize("argv", [APP, DEAF], ids=["plain", "hup-ignored"])
def test_a_vanished_terminal_ends_it(argv: list[str]):
    with console(argv=argv) as terminal:
        pid, before = terminal.pid, terminal.cpu()
        terminal.hangup()
        time.sleep(0.3)
        spun = (stat_of(pid) or ("Z", 0, 0))[2] / os.sysconf("SC_CLK_TCK") - before
        assert terminal.gone(LEAVES)
        assert spun < 0.25, "it spins on the closed terminal"


def test_a_terminal_that_vanishes_without_any_signal_ends_it():
    """Nobody sends SIGHUP to a process in another session than the terminal's."""
    with console(argv=["setsid", "--fork", "--wait", *APP]) as terminal:
        pid = terminal.tree()[-1]
        terminal.hangup()
        wait_for_state(pid, "gone")


@pytest.mark.parametrize("argv", [APP, DEAF], ids=["plain", "hup-ignored"])
def test_a_line_that_stalls_and_then_drops_ends_it(argv: list[str]):
    with console("flood", argv=argv) as terminal:
        stall(terminal)
        terminal.hangup()
        assert terminal.gone(LEAVES)


def test_a_signal_on_a_stalled_line_ends_it_and_restores_the_terminal():
    """Below a shell that stays, as in life: what is unread when a session's leader dies is lost."""
    shell = ["sh", "-c", '"$@"; echo "left with $?"; read key', "sh", *APP]
    with console("flood", argv=shell) as terminal:
        pid = terminal.tree()[-1]
        stall(terminal)
        os.kill(pid, signal.SIGTERM)
        wait_for_state(pid, "gone")
        assert terminal.is_cooked()
        terminal.wait("^left with 143")
        assert "Ready" not in terminal.text()


def test_what_hangs_after_the_application_is_ended_too():
    assert GRACE <= 2, "3 s in all are promised"
    with console("hang") as terminal:
        terminal.signal(signal.SIGTERM)
        assert terminal.gone(LEAVES)
        assert terminal.status == 128 + signal.SIGTERM


def test_suspended_and_resumed_it_repaints():
    with console() as terminal:
        terminal.send("<C-z>")
        wait_for_state(terminal.pid, "T")
        terminal.settle(0.1, 1)
        assert terminal.is_cooked()
        assert "Ready" not in terminal.text()
        terminal.signal(signal.SIGCONT)
        terminal.wait("Ready")
        assert not terminal.is_cooked()
        terminal.signal(signal.SIGTERM)
        assert terminal.gone(LEAVES)


def wait_for_state(pid: int, letter: str) -> None:
    """For T, a stopped process, or for it to be gone."""
    deadline = time.monotonic() + LEAVES
    while (stat_of(pid) or ("gone",))[0] != letter:
        assert time.monotonic() < deadline
        time.sleep(0.01)


GUARDED_CHILD = """
import signal, sys
from tui.system.subprocesses import run, start
from tui.ui.terminal.exit_guard import guard
with guard(lambda: None) as watching:
    assert signal.SIGTERM in signal.pthread_sigmask(signal.SIG_BLOCK, ())
    code = "import signal; print(sorted(signal.pthread_sigmask(signal.SIG_BLOCK, ())), signal.getsignal(1))"
    print(run([sys.executable, "-c", code], environ={}, seconds=60).out.decode().strip())
    child = start(["sleep", "60"])
    child.terminate()
    print(child.wait(60))
print(signal.pthread_sigmask(signal.SIG_BLOCK, ()) == set(), signal.getsignal(signal.SIGTERM) == signal.SIG_DFL)
"""


def test_children_have_a_clean_mask_and_the_guard_leaves_nothing_behind():
    done = subprocess.run([sys.executable, "-c", GUARDED_CHILD], cwd=ROOT, capture_output=True, text=True, timeout=90)
    assert done.stdout.splitlines() == ["[] 0", "-15", "True True"], done.stderr


LENT = """
import os, sys
from pathlib import Path
from tui.config import Settings
from tui.credentials import find_token
code = "import getpass; word = getpass.getpass('Passphrase: '); print('token-' + word)"
asks = (sys.executable, "-c", code)
found = find_token(Settings(command_flag=asks, file=Path("x")), os.environ)
print("got", found.token.reveal(), os.tcgetpgrp(0) == os.getpgrp())
"""


def test_a_token_command_may_ask_on_the_terminal():
    """It has the foreground meanwhile (else it would be stopped), and we have it back afterwards."""
    with Pty([sys.executable, "-c", LENT], cwd=ROOT) as terminal:
        terminal.wait("Passphrase:")
        terminal.send("hush<enter>")
        terminal.wait("got token-hush True")
        assert terminal.gone(LEAVES)
        assert "hush" not in terminal.text().replace("token-hush", "")
