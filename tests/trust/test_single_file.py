"""The single file for servers without an index of packages: made without a network, started with nothing but Python."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import pytest

from build_tools import single_file
from build_tools.dependencies import components

pytestmark = pytest.mark.exhaustive


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file, with what is installed here."""
    folder = tmp_path_factory.mktemp("packed")
    for one in components():
        installed = distribution(one.name)
        for file in installed.files or ():
            if ".." not in file.parts and "__pycache__" not in file.parts:
                target = folder / "libraries" / file
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(str(installed.locate_file(file)), target)
    output = folder / "aisearch.pyz"
    assert single_file.main(["--output", str(output), "--libraries", str(folder / "libraries")]) == 0
    return output


def start(packed: Path, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """As on a server: another home, and no package of this environment."""
    environ = {"HOME": str(home), "PATH": "/usr/bin:/bin", "SHIV_ROOT": str(home / "unpacked"), "TERM": "xterm"}
    base = Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}"
    command = [str(base), "-s", str(packed), *arguments]
    return subprocess.run(command, cwd=home, env=environ, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("arguments", [("--version",), ("config", "path"), ("emulate", "--help"), ("doctor",)])
def test_it_starts_with_nothing_but_python(packed: Path, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = start(packed, tmp_path, *arguments)
    assert "Traceback" not in done.stderr
    assert done.returncode == (3 if arguments == ("doctor",) else 0), done.stdout + done.stderr
    assert "aisearch" in done.stdout


def test_a_folder_tui_hides_nothing_there_either(packed: Path, tmp_path: Path) -> None:
    (tmp_path / "tui").mkdir()
    (tmp_path / "tui" / "__init__.py").write_text("raise SystemExit('theirs was started')\n")
    assert start(packed, tmp_path, "--version").stdout.startswith("aisearch ")


def test_it_names_the_python_that_it_is_for(packed: Path) -> None:
    first = packed.read_bytes().split(b"\n", 1)[0].decode()
    assert first == f"#!/usr/bin/env python3.{sys.version_info.minor}"
