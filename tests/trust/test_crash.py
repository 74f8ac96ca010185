"""A bug restores the terminal, leaves a private report without the token, and ends with 1."""

from __future__ import annotations

import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pty.driver import Pty
from tests.trust.served import TOKEN, emulated
from tui.contract import Exchange
from tui.secret import MASK, Secret
from tui.system import crash

ROOT = Path(__file__).parents[2]
BUGGY = [sys.executable, "-X", "dev", "-m", "tests.trust.buggy_console"]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with emulated() as (_, url):
        yield url


def console(bug: str, url: str, state: Path) -> Pty:
    environ = {"CLOUDFLARE_BASE_URL": url, "CLOUDFLARE_API_TOKEN": TOKEN, "XDG_STATE_HOME": str(state)}
    return Pty([*BUGGY, bug], 100, 30, environ=environ, cwd=ROOT)


@pytest.mark.parametrize("bug", ["key", "worker", "poll", "start"])
def test_a_bug_leaves_the_terminal_and_a_report(bug: str, url: str, tmp_path: Path) -> None:
    with console(bug, url, tmp_path) as terminal:
        if bug in ("key", "worker"):
            terminal.wait("legacy-contracts")
            for _ in range(3):  # the console goes on after two
                assert terminal.alive()
                terminal.send("R")
                terminal.settle(0.1, 3)
        assert terminal.gone()
        terminal.settle(0.1, 1)
        assert terminal.status == 1
        assert terminal.is_cooked()
        assert terminal.output.rfind(b"\x1b[?1049l") >= terminal.output.rfind(b"\x1b[?1049h")
        assert "This is a bug" in terminal.text()
        assert TOKEN.encode() not in terminal.output
    reports = sorted((tmp_path / "aisearch").glob("crash-*.txt"), key=lambda path: path.stat().st_mtime_ns)
    # A poller may fail once more while the console leaves.
    assert len(reports) >= {"start": 1}.get(bug, 3)
    printed = "".join(terminal.text().split("\n"))
    (report,) = (path for path in reports if str(path) in printed)
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    text = report.read_text()
    for words in ("aisearch 0", "textual 8.", "Python 3.", "in bug", "RuntimeError: ␛]0;owned␇ while sending"):
        assert words in text
    assert "held =" not in text, "no locals"
    assert TOKEN not in text
    if bug != "start":
        assert MASK in text
        assert "GET /accounts/" in text.partition("requests:")[2]


def test_what_a_report_may_not_hold_is_masked() -> None:
    alive = Secret("of-another-profile-123")
    requests = [Exchange(float(n), "GET", f"/p/{n}", f"search={alive.reveal()}") for n in range(80)]
    try:
        raise ValueError("Authorization: cf-abcdef and bearer xyz.123")
    except ValueError as error:
        text = crash.report(error, requests)
    assert alive.reveal() not in text
    assert "cf-abcdef" not in text
    assert "xyz.123" not in text
    assert "/p/29" not in text
    assert "/p/30" in text
    assert "/p/79" in text


def test_reports_are_bounded_and_one_that_cannot_be_written_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(15):
        (tmp_path / f"crash-2020{number:04}-000000-1.txt").write_text("old")
    crash.write_report(ValueError("x"), (), tmp_path)
    assert len(list(tmp_path.glob("crash-*.txt"))) == crash.KEPT
    (tmp_path / "file").write_text("")
    assert crash.leave(ValueError("the cause"), (), tmp_path / "file") == 1
    assert "ValueError: the cause" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["doctor"], ["login", "--insecure-storage"], []])
def test_no_core_file_is_written(command: list[str]) -> None:
    code = (
        "import resource, sys\nfrom tui.cli import main\n"
        f"try: main({command!r})\nfinally: print(resource.getrlimit(resource.RLIMIT_CORE))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    assert done.stdout.splitlines()[-1] == "(0, 0)", done.stderr
