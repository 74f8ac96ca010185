"""The program as others start it: flags, exit codes, locales, pipes, large accounts; and what is made of its parser."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest

from tests.bench.served import stage
from tests.commands.conftest import AISEARCH, Aisearch, Server
from tests.documents import GENERATED
from tests.trust.served import emulated, served
from tui.commands import table
from tui.commands.output import Cell, Heading, Output, cut
from tui.commands.values import seconds
from tui.errors import UsageError


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["lss"], "did you mean ls?"),
        (["synk", "x"], "did you mean"),
        (["ls", "--jsno"], "did you mean --json?"),
        (["sync", "x", "--wiat"], "did you mean --wait"),
        (["--acount=1", "ls"], "did you mean --account"),
        (["search", "x", "y", "--retrieval", "vectr"], "did you mean vector?"),
        (["completion", "bsh"], "did you mean bash"),
        (["help", "exprot"], "did you mean export?"),
        (["get"], "REF"),
        (["jobs", "x", "--limit", "-3"], "--limit"),
        (["logs", "x", "--tail", "many"], "--tail"),
        (["nonsense-entirely"], "invalid choice"),
    ],
)
def test_what_is_not_known_gets_a_suggestion(aisearch: Aisearch, given: list[str], words: str) -> None:
    ran = aisearch(*given)
    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ([], 0),
        (["--account", "short"], 2),
        (["--profile", "nobody"], 2),
        (["--token-file", "/no/such"], 3),
        (["--base-url", "http://127.0.0.1:9/client/v4"], 4),
    ],
)
def test_exit_codes_of_every_kind(aisearch: Aisearch, more: list[str], code: int) -> None:
    ran = aisearch("ls", "--no-stats", *more)
    assert ran.code == code, ran.err
    assert bool(ran.out) == (code == 0)
    assert bool(ran.err) == (code != 0)


def test_a_token_that_is_refused_or_missing_is_3(aisearch: Aisearch, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("a-token-that-nobody-knows-0123456789")
    token.chmod(0o600)
    assert aisearch("ls", "--token-file", str(token)).code == 3
    env = {name: value for name, value in os.environ.items() if not name.startswith("CLOUDFLARE")}
    done = subprocess.run([AISEARCH, "ls"], env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (3, "")
    assert "--token-file" in done.stderr


@pytest.mark.parametrize(
    "given", [["ls"], ["ls", "--json"], ["get", "docs-search"], ["logs", "docs-search"], ["check"]]
)
def test_nothing_but_data_in_the_poorest_environment(server: Server, given: list[str], tmp_path: Path) -> None:
    """No HOME, a C locale that Python may not turn into UTF-8, 80 columns, every warning on."""
    env = {
        "PATH": os.environ["PATH"],
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONWARNINGS": "always",
        "PYTHONDEVMODE": "1",
        "COLUMNS": "80",
        "XDG_STATE_HOME": str(tmp_path),
        **server.environ,
    }
    done = subprocess.run([AISEARCH, *given], env=env, capture_output=True, check=False, timeout=60)
    assert done.returncode == (2 if given == ["check"] else 0), done.stderr
    assert done.stdout.isascii()
    lines = done.stdout.decode().splitlines()
    assert lines
    if "--json" in given:
        assert all(isinstance(json.loads(line), dict) for line in lines)
    elif given == ["ls"]:
        assert {line.count("\t") for line in lines} == {6}


def test_columns_and_colours_belong_to_a_terminal() -> None:
    class Terminal(io.StringIO):
        encoding = "utf-8"

        def isatty(self) -> bool:
            return True

    def shown(**environ: str) -> str:
        screen = Terminal()
        out = Output(screen, io.StringIO(), {"TERM": "xterm", **environ})
        heads = (Heading("name", shrinks=1), Heading("n", right=True), Heading("text", shrinks=2))
        out.rows(heads, [((("x" * 30), Cell("7", "error"), "日本語" * 20), {}), (("y", "12,345", "a\tb\nc"), {})])
        return screen.getvalue()

    plain = shown(NO_COLOR="1")
    assert "\x1b" not in plain
    assert "\x1b[31m7\x1b[0m" in shown()
    lines = plain.splitlines()
    assert lines[0].split() == ["NAME", "N", "TEXT"]
    assert len(lines) == 3
    assert lines[2].endswith("12,345  a b⏎c")
    assert lines[1].endswith("…")


@pytest.mark.parametrize(("text", "width", "cells"), [("abc", 3, "abc"), ("abcd", 3, "ab…"), ("日本語", 4, "日…")])
def test_cutting(text: str, width: int, cells: str) -> None:
    assert cut(text, width) == cells


@pytest.mark.parametrize(("text", "value"), [("30", 30), ("90s", 90), ("10m", 600), ("1.5h", 5400), ("2d", 172_800)])
def test_lengths_of_time(text: str, value: float) -> None:
    assert seconds(text, "--x") == value


@pytest.mark.parametrize("text", ["", "m", "-5m", "10 parsecs", "1e3", "nan"])
def test_wrong_lengths_of_time(text: str) -> None:
    with pytest.raises(UsageError, match="--x"):
        seconds(text, "--x")


@pytest.fixture(scope="module")
def many() -> Iterator[Server]:
    """5,000 instances."""
    choices: dict[str, Any] = {"seed": "empty", "rate_limit": 0, "max_instances": 10_000}
    with emulated(**choices) as (emulator, _):
        stage(emulator, 5000, 0)
        server = Server(emulator)
        with served(server) as url:
            server.url = url
            yield server


def test_5000_instances(many: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    aisearch = Aisearch(many, monkeypatch, capsys)
    many.emulator.received.clear()
    ran = aisearch("ls", "--no-stats", "--json")
    assert ran.code == 0, ran.err
    assert len({one["id"] for one in ran.objects}) == 5000
    assert len(many.emulator.received) <= 51
    counted = aisearch("ls")
    assert counted.code == 6, "the budget has no room for the counters of all"
    assert len(counted.rows) == 5000
    assert "for want of request budget" in counted.err
    assert "and 4," in counted.err
    assert len(many.emulator.received) <= 700
    assert aisearch("stats", "bench-4321").code == 0


def test_one_instance_in_fifty_fails(
    many: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    aisearch = Aisearch(many, monkeypatch, capsys)
    many.broken.update(f"/instances/bench-{n:03}/stats" for n in range(0, 100, 50))
    refs = [f"bench-{n:03}" for n in range(100)]
    try:
        ran = aisearch("check", *refs)
        assert ran.code == 3
        assert {line.split(": ")[2].split()[-1] for line in ran.err.splitlines()} == {
            "default/bench-000",
            "default/bench-050",
        }
    finally:
        many.broken.clear()


def test_what_is_made_of_the_parser_is_fresh() -> None:
    for path, make in GENERATED:
        assert path.read_text(encoding="utf-8") == make(), f"{path.name}: run python -m tests.documents"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_knows_every_command(aisearch: Aisearch, shell: str) -> None:
    ran = aisearch("completion", shell)
    assert ran.code == 0
    for command in table.COMMANDS:
        assert command.name in ran.out
    if shell == "bash":
        script = f"{ran.out}\nCOMP_WORDS=(aisearch exp); COMP_CWORD=1; _shtab_aisearch aisearch exp aisearch\n"
        done = subprocess.run(
            ["bash", "-c", f"{script}echo ${{COMPREPLY[@]}}"], capture_output=True, text=True, check=True
        )
        assert done.stdout.split() == ["export"]


@pytest.mark.parametrize("name", [None, "emulate", *(one.name for one in table.COMMANDS)])
def test_help_of_every_command(aisearch: Aisearch, name: str | None) -> None:
    ran = aisearch("help", *([name] if name else []))
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == aisearch(*([name] if name else []), "--help").out


def test_every_function_of_the_table_is_there_and_documented() -> None:
    assert len({one.name for one in table.COMMANDS}) == len(table.COMMANDS)
    for one in table.COMMANDS:
        assert callable(one.load())
        assert all(argument.options.get("help") for argument in one.arguments), one.name


def test_both_names_are_the_program() -> None:
    found = {one.name: one.value for one in entry_points(group="console_scripts") if one.name.startswith("aisearch")}
    assert found == dict.fromkeys(("aisearch", "aisearch-tui"), "aisearch_tui:main")


def test_python_m_runs_commands_too(server: Server) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tui", "ls", "--no-stats"],
        env={**os.environ, **server.environ},
        capture_output=True,
        text=True,
        check=True,
    )
    assert len(done.stdout.splitlines()) == 17
