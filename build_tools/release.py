"""Build a release and look at it as a stranger would: `python -m build_tools.release`; see docs/releasing.md.

Writes into dist/: the source distribution, the wheel that is built from it, licences.txt, sbom.json (CycloneDX) and
SHA256SUMS. The wheel is installed into a clean environment, every module of it is imported there, and its commands are
started. Nothing is uploaded.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from collections.abc import Sequence
from email import message_from_string
from pathlib import Path

from build_tools.dependencies import bill_of_materials, components

ROOT = Path(__file__).parents[1]
_BUILD = "import sys; from hatchling import build; print(build.build_{kind}(sys.argv[1]))"
_IMPORT = """
import importlib, pkgutil, sys
sys.path[:] = [one for one in sys.path if one]
import tui
found = (one.name for one in pkgutil.walk_packages(tui.__path__, "tui."))
names = [name for name in found if not name.endswith(("__main__", ".testing"))]
for name in names:
    importlib.import_module(name)
print(len(names), "modules")
"""


class Refused(Exception):
    """What is to be released is not in order; the text says what."""


def main(argv: Sequence[str] | None = None) -> int:
    """Build, check, and say what was made; 1 with the reason when something is not in order."""
    parser = argparse.ArgumentParser(prog="python -m build_tools.release", description="Build a release and check it.")
    parser.add_argument(
        "--output", type=Path, default=ROOT / "dist", metavar="DIR", help="an empty folder, or none yet"
    )
    parser.add_argument("--draft", action="store_true", help="with changes that are not committed, or no date yet")
    parser.add_argument("--offline", action="store_true", help="check with the libraries that are installed here")
    given = parser.parse_args(argv)
    try:
        if not given.draft:
            check_source(version())
        for line in release(given.output, offline=given.offline):
            print(line)
    except Refused as refused:
        print(f"release: {refused}", file=sys.stderr)
        return 1
    return 0


def version() -> str:
    """The version of the source."""
    found = re.search(r'__version__ = "(.+)"', (ROOT / "tui" / "__init__.py").read_text(encoding="utf-8"))
    assert found
    return found[1]


def check_source(number: str) -> None:
    """Refuse what is not committed, and a version without a date in the changelog."""
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    if not re.search(rf"^## \[{re.escape(number)}\] - \d{{4}}-\d\d-\d\d$", changes, re.M):
        raise Refused(f"CHANGELOG.md has no line '## [{number}] - YYYY-MM-DD'")
    status = subprocess.run(["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, text=True, check=True)
    if status.stdout:
        raise Refused(f"not committed: {', '.join(line[3:] for line in status.stdout.splitlines()[:5])}")


def release(output: Path, *, offline: bool) -> list[str]:
    """Build into `output` and check what was built; one line a finding. Raises Refused."""
    output.mkdir(parents=True, exist_ok=True)
    if any(output.iterdir()):
        raise Refused(f"{output} is not empty: what lies there would be released too")
    sdist = build("sdist", ROOT, output)
    with tempfile.TemporaryDirectory() as folder:
        wheel = build("wheel", unpacked(sdist, Path(folder) / "source"), output)
        site = install(wheel, Path(folder) / "clean", offline=offline)
        said = [*look_inside(wheel), *start(Path(folder) / "clean" / "bin")]
        found = components(path=[str(one) for one in site])
    (output / "licences.txt").write_text("".join(f"{one.name} {one.version}: {one.licence}\n" for one in found))
    (output / "sbom.json").write_text(json.dumps(bill_of_materials(version(), found), indent=2) + "\n")
    write_sums(output)
    return [*said, f"{len(found)} libraries in licences.txt and sbom.json", *sorted(map(str, output.iterdir()))]


def build(kind: str, source: Path, into: Path) -> Path:
    """What the build back end makes of `source`: a sdist or a wheel. Without a network."""
    command = [sys.executable, "-c", _BUILD.format(kind=kind), str(into.resolve())]
    done = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused(f"the {kind} cannot be built: {done.stderr.strip()}")
    return into / done.stdout.strip().splitlines()[-1]


def unpacked(sdist: Path, into: Path) -> Path:
    """The folder of the source in the archive: a wheel that is built from it has nothing that the archive lacks."""
    with tarfile.open(sdist) as archive:
        archive.extractall(into, filter="data")
    return next(into.iterdir())


def install(wheel: Path, clean: Path, *, offline: bool) -> list[Path]:
    """Install the wheel into a new environment; where its libraries are. Raises Refused."""
    venv.create(clean, with_pip=False, symlinks=True)
    command = [sys.executable, "-m", "pip", "--python", str(clean / "bin" / "python"), "install", "--quiet"]
    done = subprocess.run(
        [*command, *(["--no-deps", "--no-index"] if offline else []), str(wheel)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Refused(f"the wheel cannot be installed: {done.stderr.strip()}")
    (site,) = clean.glob("lib/python3*/site-packages")
    if not offline:
        return [site]
    others = [Path(one) for one in sys.path if one.endswith("site-packages")]
    (site / "libraries.pth").write_text("".join(f"{one}\n" for one in others))
    return [site, *others]


def look_inside(wheel: Path) -> list[str]:
    """Licence, addresses and long description of the wheel. Raises Refused for what would be broken on an index."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        text = archive.read(next(name for name in names if name.endswith(".dist-info/METADATA"))).decode()
    metadata = message_from_string(text)
    if not any(name.endswith("licenses/LICENSE") for name in names) or metadata["License-Expression"] != "MIT":
        raise Refused("the wheel has no licence")
    if broken := re.findall(r"\]\((?!https?:|#)([^)]+)\)", text):
        raise Refused(f"the long description leads nowhere: {broken[:3]}")
    home = [line.partition(", ")[2] for line in metadata.get_all("Project-URL") or () if line.startswith("Source,")]
    hosted = (
        f"source at {home[0]}" if home else "no address of the source: set AISEARCH_REPOSITORY or a remote `origin`"
    )
    return [f"{wheel.name}: {metadata['License-Expression']}, {hosted}"]


def start(folder: Path) -> list[str]:
    """Import every module in the clean environment, and start both commands there. Raises Refused."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    commands = [
        [str(folder / "python"), "-I", "-c", _IMPORT],
        [str(folder / "aisearch"), "--version"],
        [str(folder / "aisearch-tui"), "--help"],
        [str(folder / "aisearch"), "emulate", "--help"],
    ]
    said = []
    for command in commands:
        done = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Refused(f"{Path(command[0]).name} {command[-1].strip()[:40]}: {done.stderr.strip()[-2000:]}")
        said.append(done.stdout.splitlines()[0])
    return [f"in a clean environment: {', '.join(said[:2])}"]


def write_sums(output: Path) -> None:
    """SHA256SUMS, as `sha256sum --check` reads it."""
    files = sorted(path for path in output.iterdir() if path.name != "SHA256SUMS")
    lines = (f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files)
    (output / "SHA256SUMS").write_text("".join(lines))


if __name__ == "__main__":
    if shutil.which("git") is None:
        sys.exit("release: git is needed")
    sys.exit(main())
