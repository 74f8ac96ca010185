"""Exit codes are an interface, and looking at the version costs nothing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tui import __version__, cli, wiring
from tui.errors import (
    AppError,
    BadReply,
    CredentialError,
    Forbidden,
    ServerFault,
    Unauthorized,
    Unreachable,
    UsageError,
)

HEAVY = ("textual", "rich", "httpx", "keyring", "starlette", "uvicorn", "msgspec", "asyncio")
LIST_MODULES = f"""
import sys
from tui.cli import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    code = end.code
print("imported:", *[name for name in {HEAVY!r} if name in sys.modules])
sys.exit(code)
"""


@pytest.mark.parametrize("flag", ["--version", "--help"])
def test_version_and_help_import_nothing_heavy(flag: str) -> None:
    ran = subprocess.run([sys.executable, "-c", LIST_MODULES, flag], capture_output=True, text=True, timeout=20)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines()[-1] == "imported:"
    assert flag == "--help" or ran.stdout.splitlines()[0] == f"aisearch {__version__}"


def test_python_m_is_the_same_program() -> None:
    ran = subprocess.run([sys.executable, "-m", "tui", "--version"], capture_output=True, text=True, timeout=20)
    assert (ran.returncode, ran.stdout) == (0, f"aisearch {__version__}\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--nope"],
        ["nonsense"],
        ["--account"],
        ["--token-file", "a", "--token-command", "b"],
        ["--token", "not-a-flag"],
        ["--prof", "no-short-forms"],
        ["emulate", "--port", "text"],
    ],
)
def test_wrong_use_is_exit_code_2_with_the_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(arguments)
    assert caught.value.code == 2
    assert "usage: aisearch" in capsys.readouterr().err


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def run(flags: Mapping[str, Any], environ: Mapping[str, str]) -> int:
        raise error

    monkeypatch.setattr(wiring, "run_console", run)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (AppError, 1),
        (ServerFault, 1),
        (BadReply, 1),
        (Forbidden, 1),
        (UsageError, 2),
        (CredentialError, 3),
        (Unauthorized, 3),
        (Unreachable, 4),
    ],
)
def test_exit_codes_of_errors(kind: type[AppError], code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, kind("It failed"))
    assert cli.main([]) == code


def test_an_error_is_told_in_words_on_stderr(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failing(monkeypatch, Unreachable("No reply", "The name was not found.", "Check --base-url.", http=503, ray="8f1"))
    cli.main([])
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "aisearch: No reply\nThe name was not found.\nCheck --base-url.\nHTTP 503, ray 8f1\n"


def test_a_bug_is_not_dressed_up_as_an_error_of_the_operator(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failing(monkeypatch, ZeroDivisionError("by hand"))
    assert cli.main([]) == 1
    told = capsys.readouterr().err
    assert "ZeroDivisionError" in told
    assert "bug" in told
    report = Path(told.split(" is in ")[1].strip())
    assert "ZeroDivisionError: by hand" in report.read_text()


def test_ctrl_c_at_a_question_is_130_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(flags: Mapping[str, Any], environ: Mapping[str, str]) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(wiring, "run_console", run)
    assert cli.main([]) == 130
    assert "Traceback" not in capsys.readouterr().err


def test_flags_and_environment_reach_the_console(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, Any] = {}

    def run(flags: Mapping[str, Any], environ: Mapping[str, str]) -> int:
        seen.update(flags)
        return 0

    monkeypatch.setattr(wiring, "run_console", run)
    values = ["--profile", "prod", "--account", "A", "--namespace", "n", "--base-url", "U", "--theme", "t"]
    assert cli.main([*values, "--read-only", "--ascii", "--demo"]) == 0
    wanted = {"profile": "prod", "account": "A", "namespace": "n", "base_url": "U", "theme": "t"}
    wanted |= {"read_only": True, "ascii": True, "demo": True}
    assert wanted.items() <= seen.items()


def test_a_wrong_configuration_is_wrong_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "aisearch").mkdir()
    (tmp_path / "aisearch" / "config.toml").write_text('theme = "aisearch-dark"\n[keymap]\n"no.action" = "x"\n')
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert cli.main([]) == 2
    told = capsys.readouterr().err
    assert "config.toml:3: there is no action 'no.action'." in told
    assert "Traceback" not in told


def test_the_emulator_takes_its_own_flags_from_the_arguments_given(monkeypatch: pytest.MonkeyPatch) -> None:
    from tui.emulator import serve

    seen: list[Any] = []
    monkeypatch.setattr(serve, "run", lambda arguments: seen.append(arguments) or 0)
    assert cli.main(["emulate", "--port", "8787", "--token", "t", "--account", "a"]) == 0
    assert (seen[0].port, seen[0].token, seen[0].account) == (8787, "t", "a")
