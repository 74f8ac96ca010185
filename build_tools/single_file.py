"""One file for servers without an index of packages: `python -m build_tools.single_file` writes dist/aisearch.pyz.

The file holds the console and all that it needs, for this version of Python and this kind of machine: some of what it
needs is compiled. It unpacks itself once below ~/.shiv (SHIV_ROOT) and needs nothing but Python.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
ENTRY = "aisearch_tui:main"


def main(argv: Sequence[str] | None = None) -> int:
    """Write the file and say where it is. Raises CalledProcessError where pip or shiv refuses."""
    parser = argparse.ArgumentParser(prog="python -m build_tools.single_file", description="Make a single file of it.")
    parser.add_argument("--output", type=Path, default=ROOT / "dist" / "aisearch.pyz", metavar="FILE")
    parser.add_argument("--extra", action="append", default=[], metavar="NAME", help="with an extra, such as documents")
    parser.add_argument(
        "--libraries", type=Path, metavar="DIR", help="take what it needs from there, not from an index"
    )
    given = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        packed = Path(folder)
        install(packed, given.extra, given.libraries)
        given.output.parent.mkdir(parents=True, exist_ok=True)
        pack(packed, given.libraries, given.output)
    print(f"{given.output}, {given.output.stat().st_size / 1e6:.1f} MB, for {version()} on {sys.platform}")
    return 0


def install(into: Path, extras: Sequence[str], libraries: Path | None) -> None:
    """Install this source into a folder, with what it needs unless that comes from elsewhere."""
    source = f"{ROOT}[{','.join(extras)}]" if extras else str(ROOT)
    offline = ["--no-deps", "--no-build-isolation", "--no-index"] if libraries else []
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-compile",
        "--target",
        str(into),
        *offline,
        source,
    ]
    subprocess.run(command, check=True)


def pack(installed: Path, libraries: Path | None, output: Path) -> None:
    """Make the file of one or two folders of installed packages."""
    folders = [str(one) for one in (installed, libraries) if one]
    options = ["--entry-point", ENTRY, "--output-file", str(output), "--python", f"/usr/bin/env {version()}"]
    command = [sys.executable, "-m", "shiv", "--compressed", "--reproducible", *options]
    subprocess.run([*command, *(word for one in folders for word in ("--site-packages", one))], check=True)


def version() -> str:
    """The interpreter that the file asks for: what is compiled in it fits no other."""
    return f"python{sys.version_info.major}.{sys.version_info.minor}"


if __name__ == "__main__":
    sys.exit(main())
