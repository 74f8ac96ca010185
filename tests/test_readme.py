"""The README is true: keys, flags and variables that exist, and the two commands that set everything up."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.emulated import emulated, environment
from tests.readme import README, with_tables
from tui import cli
from tui.config import ENVIRONMENT, FIELDS

TEXT = README.read_text(encoding="utf-8")


def blocks(heading: str) -> list[str]:
    section = TEXT.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"```sh\n(.*?)```", section, re.DOTALL)


def test_the_tables_are_fresh() -> None:
    assert with_tables(TEXT) == TEXT, "run python -m tests.readme"


@pytest.mark.parametrize(("heading", "words"), [("Quick start", "--demo"), ("Tests", "pytest")])
def test_one_command_sets_everything_up(heading: str, words: str) -> None:
    found = blocks(heading)
    assert len(found) == 1
    assert found[0].count("\n") == 1
    assert words in found[0]


def test_every_flag_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    options = set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) - {"--help"}
    assert len(options) > 8
    missing = {option for option in options if f"`{option}" not in TEXT and f"{option} " not in TEXT}
    assert not missing


@pytest.mark.parametrize("variable", [name for names in ENVIRONMENT.values() for name in names])
def test_every_variable_is_told(variable: str) -> None:
    assert f"`{variable}`" in TEXT


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_of_the_configuration_is_told(field: str) -> None:
    assert f"`{field}`" in TEXT


def test_the_script_of_the_developer_section_runs(tmp_path: Path) -> None:
    script = re.search(r"```python\n(.*?)```", TEXT, re.DOTALL)
    assert script
    lines = [line for line in script[1].splitlines() if line and not line.startswith(("import", "from"))]
    assert len(lines) <= 10, "it is said to have ten lines and its imports"
    with emulated() as url:
        done = subprocess.run(
            [sys.executable, "-c", script[1]],
            env={**os.environ, **environment(url)},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert "default/docs-search 33" in done.stdout


def test_no_registry_is_named() -> None:
    assert not re.search(r"pypi|pythonhosted|npmjs", TEXT, re.IGNORECASE)
