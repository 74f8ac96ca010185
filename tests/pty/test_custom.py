"""The operator's own commands with the terminal lent to them: they get it whole, and give it back whatever they do."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pty.driver import Pty
from tests.pty.test_console import leave, start

PROGRAMS = {
    "f6": """
        import os, sys
        print("for", sys.argv[1], os.isatty(0), os.isatty(1), "CLOUDFLARE_API_TOKEN" in os.environ)
        print("typed", input("name? "))
        input("enter goes back")
        """,
    "f7": "import sys; print('so it is'); sys.exit(3)",
    "f8": "import time; print('it takes long', flush=True); time.sleep(600)",
    "f9": """
        import os, signal, sys, tty
        tty.setraw(0)
        sys.stdout.write("\\x1b[?1049h\\x1b[?1000h\\x1b[?25lwild")
        sys.stdout.flush()
        os.read(0, 1)
        os.kill(os.getpid(), signal.SIGKILL)
        """,
    "f10": "",
}


def configuration(folder: Path) -> str:
    """A file with a command for each program; f10 is a program that is not there."""
    lines = []
    for key, program in PROGRAMS.items():
        path = folder / f"{key}.py"
        path.write_text("\n".join(line[8:] if line.startswith("  ") else line for line in program.splitlines()))
        run = [sys.executable, str(path), "{namespace}/{id}"] if program else [str(folder / "no-such-program")]
        lines += [f"[commands.of-{key}]", f'key = "{key}"', f'title = "The {key}"', f"run = {json.dumps(run)}"]
        lines += ['output = "terminal"']
    file = folder / "config.toml"
    file.write_text("\n".join(lines))
    file.chmod(0o600)
    return str(file)


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Pty]:
    env = {"CLOUDFLARE_API_TOKEN": "not-for-children-0123456789"}
    with start("--demo", "--config", configuration(tmp_path), size=(100, 30), env=env) as terminal:
        terminal.wait("handbook")
        terminal.send("/handbook<enter>")
        terminal.wait("Detail  default/handbook")
        yield terminal


def back(terminal: Pty, ended: str) -> None:
    """It stops with how the program ended; a key goes back, and the console is drawn whole and its keys work."""
    if ended:
        terminal.wait(f"-- {ended}; any key: back to the console")
        terminal.send("q")
    terminal.wait("── Instances")
    terminal.send("?")
    terminal.wait("q closes")
    terminal.send("<esc>")
    terminal.wait("Detail  default/handbook")


def test_a_program_gets_the_terminal_and_gives_it_back(demo: Pty) -> None:
    demo.send("<f6>")
    demo.wait(r"for default/handbook True True False")
    assert "── Instances" not in demo.text(), "it is on the normal screen"
    demo.send("operator<enter>")
    demo.wait("typed operator")
    demo.send("<enter>")
    back(demo, "done")
    leave(demo, steps=2)


def test_how_it_ended_is_said(demo: Pty) -> None:
    demo.send("<f7>")
    back(demo, "ended with 3")
    demo.send("<f10>")
    demo.wait("The f10 could not be run")
    back(demo, "")
    demo.send("!")
    demo.wait("The f7: ended with 3")


def test_ctrl_c_ends_the_program_and_not_the_console(demo: Pty) -> None:
    demo.send("<f8>")
    demo.wait("it takes long")
    demo.send("<C-c>")
    back(demo, "ended by signal 2")


def test_one_that_leaves_the_terminal_wild_is_tidied_up_after(demo: Pty) -> None:
    demo.send("<f9>")
    demo.wait("wild")
    demo.send("x")
    back(demo, "ended by signal 9")
    leave(demo, steps=2)
