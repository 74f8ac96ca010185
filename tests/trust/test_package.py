"""Wheel and sdist: built without a network, installed into a clean environment, with what belongs there and no more."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
BUILD = "import sys; from hatchling import build; print(build.build_{kind}(sys.argv[1]))"
BUNDLED = {"tui/py.typed", "tui/ui/app.tcss", "tui/ui/dialogs.tcss", "tui/emulator/demo/world.json"}
DEPENDENCIES = {
    "textual",
    "httpx",
    "keyring",
    "msgspec",
    "platformdirs",
    "starlette",
    "protego",
    "python-multipart",
    "uvicorn",
    "tomli-w",
}
LIMIT = 3_000_000


def build(kind: str, into: Path) -> Path:
    """What the build back end makes, as pip would call it, but without a network."""
    done = subprocess.run(
        [sys.executable, "-c", BUILD.format(kind=kind), str(into)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return into / done.stdout.strip().splitlines()[-1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean environment with nothing but the wheel in it; its interpreter."""
    folder = tmp_path_factory.mktemp("venv")
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", "--no-index"]
    done = subprocess.run([*install, str(wheel)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return python


def of_the_repository() -> set[str]:
    """Files of the package that are under version control, or would be."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "tui"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return {name for name in names if name and (ROOT / name).is_file()}


def test_the_wheel_has_the_package_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
        entry = next(name for name in archive.namelist() if name.endswith("entry_points.txt"))
        assert "aisearch = tui.cli:main" in archive.read(entry).decode()
        about = {name.rpartition("dist-info/")[2] for name in archive.namelist() if ".dist-info/" in name}
    assert about == {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE"}
    assert names >= BUNDLED
    assert names == of_the_repository()
    assert any(name.endswith(".pdf") and "/demo/" in name for name in names), "the demo's documents"
    assert wheel.stat().st_size < LIMIT


def test_dependencies_are_few_and_bounded() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [Requirement(line) for line in project["dependencies"]]
    assert {one.name for one in wanted} == DEPENDENCIES
    for one in wanted:
        assert {specifier.operator for specifier in one.specifier} == {">=", "<"}, one


def test_the_installed_wheel_starts(installed: Path) -> None:
    """Version and help need no library at all; the demo's world is where the emulator looks for it."""
    command = installed.with_name("aisearch")
    told = subprocess.run([command, "--version"], capture_output=True, text=True, check=False)
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.startswith("aisearch ")
    code = "import tui, pathlib; home = pathlib.Path(tui.__file__).parent; print(home, (home / 'py.typed').exists())"
    where = subprocess.run([installed, "-I", "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert where[0].startswith(str(installed.parents[1]))
    assert where[1] == "True"


def test_the_sdist_builds_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    sdist = build("sdist", tmp_path)
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    tops = {name.partition("/")[0] for name in names}
    assert tops == {
        "tui",
        "tests",
        "screenshots",
        "README.md",
        "docs",
        "CHANGELOG.md",
        "LICENSE",
        "pyproject.toml",
        "PKG-INFO",
        ".gitignore",
    }
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if name.startswith("tui/")}
    assert {name for name in names if name.startswith("tui/")} == packed
    assert not [name for name in names if "__pycache__" in name or name.endswith((".pyc", ".sqlite3", ".db"))]
