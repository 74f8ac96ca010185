"""Wheel and sdist as a release has them: what belongs there and no more, started in a clean environment."""

from __future__ import annotations

import hashlib
import json
import subprocess
import tarfile
import tomllib
import zipfile
from email import message_from_string
from email.message import Message
from pathlib import Path

import pytest
from packaging.version import Version
from trove_classifiers import classifiers

from build_tools import release

pytestmark = pytest.mark.exhaustive

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
BUNDLED = {"tui/py.typed", "tui/ui/app.tcss", "tui/ui/dialogs.tcss", "tui/emulator/demo/world.json"}
OWN_NAMES = {"aisearch_tui.py", "aisearch_tui_pytest.py"}
"""Modules beside the package."""
LIMIT = 3_000_000


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """The folder that a release makes, and what its script said: the wheel was installed and started by it."""
    folder = tmp_path_factory.mktemp("release")
    return folder, release.release(folder, offline=True)


@pytest.fixture(scope="module")
def wheel(released: tuple[Path, list[str]]) -> Path:
    (found,) = released[0].glob("*.whl")
    return found


@pytest.fixture(scope="module")
def sdist(released: tuple[Path, list[str]]) -> Path:
    (found,) = released[0].glob("*.tar.gz")
    return found


def of_the_repository() -> set[str]:
    """Files of the package that are under version control, or would be."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "tui"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return {name for name in names if name and (ROOT / name).is_file()}


def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return message_from_string(archive.read(name).decode())


def test_the_wheel_has_the_package_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name and ".data/" not in name}
        beside = {name.partition(".data/data/")[2] for name in archive.namelist() if ".data/" in name}
        entry = archive.read(next(name for name in archive.namelist() if name.endswith("entry_points.txt"))).decode()
        about = {name.rpartition("dist-info/")[2] for name in archive.namelist() if ".dist-info/" in name}
    assert "aisearch = aisearch_tui:main" in entry
    assert "aisearch-tui = aisearch_tui:main" in entry
    assert about == {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE"}
    assert beside == {"share/man/man1/aisearch.1"}
    assert names >= BUNDLED
    assert names == of_the_repository() | OWN_NAMES
    assert any(name.endswith(".pdf") and "/demo/" in name for name in names), "the demo's documents"
    assert wheel.stat().st_size < LIMIT


def test_the_sdist_has_what_a_packager_needs(wheel: Path, sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {name.partition("/")[0] for name in names} == {
        *("tui", "build_tools", "tests", "screenshots", "docs"),
        *("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "CODE_OF_CONDUCT.md", "SECURITY.md", "LICENSE"),
        *("pyproject.toml", "PKG-INFO", ".gitignore"),
    }
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if name.startswith("tui/")}
    assert {name for name in names if name.startswith("tui/")} == packed
    assert not [name for name in names if "__pycache__" in name or name.endswith((".pyc", ".sqlite3", ".db"))]


def test_the_wheel_was_started_in_a_clean_environment(released: tuple[Path, list[str]]) -> None:
    said = " ".join(released[1])
    assert f"aisearch {release.version()}" in said
    assert " modules" in said


def test_check_sums_and_bill_of_materials_are_of_what_lies_there(released: tuple[Path, list[str]]) -> None:
    folder = released[0]
    sums = dict(line.split("  ")[::-1] for line in (folder / "SHA256SUMS").read_text().splitlines())
    assert sums.keys() == {path.name for path in folder.iterdir()} - {"SHA256SUMS"}
    assert all(hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest for name, digest in sums.items())
    bill = json.loads((folder / "sbom.json").read_text())
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    listed = {one["name"]: one["version"] for one in bill["components"]}
    assert {"textual", "httpx", "msgspec", "h11"} <= listed.keys(), "what is needed, and what that needs"
    assert not {"pytest", "ruff", "aisearch-tui"} & listed.keys()


def test_a_release_never_mixes_with_what_lies_there(tmp_path: Path) -> None:
    (tmp_path / "old.whl").touch()
    with pytest.raises(release.Refused, match="not empty"):
        release.release(tmp_path, offline=True)


def test_a_wheel_that_lacks_a_module_is_no_release(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as whole, zipfile.ZipFile(tmp_path / wheel.name, "w") as less:
        for name in whole.namelist():
            if name != "tui/text.py" and not name.endswith("RECORD"):
                less.writestr(name, whole.read(name))
            elif name.endswith("RECORD"):
                less.writestr(name, b"\n".join(x for x in whole.read(name).split(b"\n") if b"tui/text.py" not in x))
    release.install(tmp_path / wheel.name, tmp_path / "clean", offline=True)
    with pytest.raises(release.Refused, match="python"):
        release.start(tmp_path / "clean" / "bin")


@pytest.mark.parametrize(("number", "words"), [("99.0.0", "CHANGELOG.md has no line")])
def test_a_version_without_a_date_in_the_changelog_is_refused(number: str, words: str) -> None:
    with pytest.raises(release.Refused, match=words):
        release.check_source(number)


def test_the_metadata_says_what_a_stranger_asks(wheel: Path) -> None:
    said = metadata(wheel)
    assert said["License-Expression"] == "MIT"
    assert said["Author"] or said["Author-email"]
    assert said["Description-Content-Type"] == "text/markdown"
    assert any(line.startswith("Service, https://") for line in said.get_all("Project-URL", []))
    assert set(PROJECT["classifiers"]) <= classifiers
    assert "Operating System :: MacOS" not in PROJECT["classifiers"], "nothing is claimed that is not tested"
    versions = [line.rpartition(" ")[2] for line in PROJECT["classifiers"] if "Python :: 3." in line]
    assert versions == sorted(versions, key=Version)
    assert PROJECT["requires-python"] == f">={versions[0]}"
