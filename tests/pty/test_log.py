"""The log in a real terminal: keys that come in one burst, and the lines outside of the console."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pty.driver import Pty
from tests.pty.test_console import start


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Pty]:
    """The demo on an ended job's log, which fills the window; its less keeps no history in the home directory."""
    with start("--demo", size=(100, 30), env={"PAGER": "less", "LESS": "", "LESSHISTFILE": "-"}) as terminal:
        terminal.wait("docs-search", 20)
        terminal.send("/docs-search<enter>")
        terminal.wait("Detail  default/docs-search")
        terminal.send("4z")
        terminal.wait("Log .*ENDED", 20)
        terminal.wait(r"41 documents(.|\n)*sync ended")  # of this job: until it is read, that of the first row is shown
        yield terminal


@pytest.mark.parametrize("sign", ["/", "&"])
def test_a_burst_of_keys_searches_or_filters_and_nothing_else(log: Pty, sign: str) -> None:
    log.send(f"{sign}pdf<enter>")
    log.wait(f"Log .*ENDED.* {sign}pdf ")
    log.settle()  # the title comes with the first bytes of its frame
    assert "invalid_pdf" in log.text()
    assert ("listing source" in log.text()) is (sign == "/")
    assert "Pause" not in log.text(), "p, d and f were text, not commands"
    log.send("<esc>")
    log.wait("listing source")


def test_the_lines_on_the_normal_screen_until_any_key(log: Pty) -> None:
    log.send("&pdf<enter>")
    log.wait("Log .*&pdf")
    log.mark()
    log.send("L")
    log.wait("any key: back to the console")
    assert "── Log" not in log.text()
    assert "Z guides/old-depot-diagram.pdf failed: invalid_pdf" in log.text()
    log.send("q")
    log.wait("Log .*&pdf")
    log.settle()
    assert log.gone(0) is False, "the key that came back did nothing else"
    log.send("L")
    log.wait(r"any key: back to the console(.|\n)*any key: back to the console")  # the first still stands above
    log.send("<C-c>")
    log.wait("Log .*&pdf")


def test_the_pager_takes_over_and_gives_back(log: Pty) -> None:
    log.send("|")
    log.wait(r"\(END\)")
    assert "── Log" not in log.text()
    log.send("q")
    log.wait("Log .*ENDED")
    log.wait("12 lines shown")
