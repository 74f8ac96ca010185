"""`ssh -tt`: every kind of terminal, keys, sizes, suspending, and a connection that drops."""

from __future__ import annotations

import re
import signal

import pytest

from tests.pty.driver import LEAVES, Pty
from tests.ssh.server import AISEARCH, Sshd

DEMO = (AISEARCH, "--demo")
SGR = re.compile(rb"\x1b\[([0-9;]*)m")


def colours(output: bytes) -> set[str]:
    """Which kinds of colour were sent: `16`, `256`, `truecolor`."""
    kinds = set()
    for match in SGR.finditer(output):
        codes = match[1].decode().split(";")
        while codes:
            code = int(codes.pop(0) or 0)
            if code in (38, 48):
                kinds.add("256" if codes[0] == "5" else "truecolor")
                codes = codes[2:] if codes[0] == "5" else codes[4:]
            elif 30 <= code <= 37 or 40 <= code <= 47 or 90 <= code <= 107:
                kinds.add("16")
    return kinds


def leave(terminal: Pty, steps: int = 1) -> None:
    terminal.send("q" * steps)
    while not terminal.gone(0.5):  # a second after a step back it quits
        terminal.send("q")
    assert terminal.status == 0, f"exit status {terminal.status}\n{terminal.text()}"


def test_the_demo_starts_and_its_keys_work(server: Sshd) -> None:
    with server.open(*DEMO) as terminal:
        terminal.wait("legacy-contracts")
        terminal.send("/handbook<enter>")
        terminal.wait("Detail  default/handbook")
        terminal.send("2")
        terminal.send("]")
        terminal.wait("differs from the default")
        assert colours(terminal.output) == {"256"}
        assert b"\x1b[?1000h" not in terminal.output, "over ssh the mouse stays with the terminal"
        leave(terminal, steps=3)
    assert server.all_gone(LEAVES)


def test_a_key_turns_the_mouse_on_and_off_again(server: Sshd) -> None:
    with server.open(*DEMO) as terminal:
        terminal.wait("legacy-contracts", 20)
        terminal.send("%")
        terminal.wait("The mouse is on")
        assert b"\x1b[?1000h" in terminal.output
        terminal.send("\x1b[<0;6;6M\x1b[<0;6;6m")  # a click on the second instance
        terminal.wait("Detail  support/partner-portal")
        terminal.send("%")
        terminal.wait("The mouse is off")
        assert terminal.output.rfind(b"\x1b[?1000l") > terminal.output.rfind(b"\x1b[?1000h")
        terminal.send("%")
        terminal.wait("The mouse is on")
        leave(terminal)
        assert terminal.output.rfind(b"\x1b[?1000l") > terminal.output.rfind(b"\x1b[?1000h")


@pytest.mark.parametrize(
    ("term", "kinds"), [("linux", {"16"}), ("vt100", {"16"}), ("screen-256color", {"256"}), ("xterm", {"16"})]
)
def test_every_terminal_gets_colours_that_it_has(server: Sshd, term: str, kinds: set[str]) -> None:
    with server.open(*DEMO, columns=80, rows=24, term=term) as terminal:
        terminal.wait("legacy-contracts")
        assert "── Instances" in terminal.text()
        assert colours(terminal.output) == kinds
        leave(terminal)


def test_a_terminal_that_cannot_place_a_cursor_is_refused(server: Sshd) -> None:
    with server.open(*DEMO, term="dumb") as terminal:
        assert terminal.gone()
        assert terminal.status == 2
        assert "TERM is dumb" in terminal.text()
        assert b"\x1b" not in terminal.output


def test_a_plain_locale_gets_plain_characters_and_no_color_none(server: Sshd) -> None:
    with server.open(*DEMO, env={"LANG": "C", "NO_COLOR": "1"}) as terminal:
        terminal.wait("legacy-contracts")
        terminal.wait("-- Instances")
        terminal.send("?")
        terminal.wait("q closes")
        terminal.send("q")
        terminal.wait("legacy-contracts")
        terminal.send("D")
        terminal.wait("can rebuild it")
        terminal.settle(0.5)
        assert max(terminal.output) < 128
        assert not colours(terminal.output)


def test_a_storm_of_sizes_leaves_a_clean_screen(server: Sshd) -> None:
    with server.open(*DEMO) as terminal:
        terminal.wait("legacy-contracts")
        for number in range(40):
            terminal.resize(41 + 17 * number % 120, 11 + 7 * number % 40)
            terminal.pump(0.01)
        terminal.resize(100, 30)
        terminal.wait(r"(?s)\A\s*aisearch.*── Detail.*help[^\n]*\Z")
        terminal.settle(0.7)
        after, lines = terminal.text(), terminal.text().splitlines()
        assert "aisearch" in lines[0]
        assert "help" in lines[-1]
        terminal.send("<C-l>")
        terminal.settle(0.5)
        assert places(terminal.text()) == places(after)
        leave(terminal)


def places(screen: str) -> list[str]:
    """Each line by its frame and first words, which a job that runs meanwhile does not change."""
    return [re.sub(r"\d+\S*", "#", line)[:20].rstrip() for line in screen.splitlines()]


def test_ctrl_z_and_fg(server: Sshd) -> None:
    with server.open("env", "PS1=ready> ", "bash", "--norc", "--noprofile") as terminal:
        terminal.wait(r"^ready>")
        terminal.send(f"{AISEARCH} --demo<enter>")
        terminal.wait("legacy-contracts")
        terminal.send("<C-z>")
        terminal.wait("Stopped")
        assert "legacy-contracts" not in terminal.text()
        terminal.send("fg<enter>")
        terminal.wait("legacy-contracts")
        terminal.send("/handbook<enter>")
        terminal.wait("Detail  default/handbook")
        terminal.send("<esc><C-c><C-c>")
        terminal.wait(r"ready>$")
        terminal.send("exit<enter>")
        assert terminal.gone()


def test_a_dropped_connection_ends_the_process(server: Sshd) -> None:
    with server.open(*DEMO) as terminal:
        terminal.wait("legacy-contracts")
        assert server.left()
        terminal.signal(signal.SIGKILL)
        assert server.all_gone(LEAVES)


def test_a_client_that_freezes_and_then_dies_ends_the_process(server: Sshd) -> None:
    with server.open(*DEMO) as terminal:
        terminal.wait("legacy-contracts")
        terminal.signal(signal.SIGSTOP)
        for _ in range(3):
            terminal.send("jjjjjjjjkkkkkkkk")
        terminal.signal(signal.SIGKILL)
        assert server.all_gone(LEAVES)
