"""Starts `aisearch` with the package `tui` of this distribution, whatever else is called `tui`.

`python -m tui` runs it in a clone. An installation has it as the module `aisearch_tui` beside the package (see
`force-include` in pyproject.toml), and the command imports that one: a project's own folder `tui` on PYTHONPATH would
hide the package, but not this name.
"""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

WRONG_USE = 2
WINDOWS = "aisearch does not run on Windows itself: install and start it in WSL, the Windows Subsystem for Linux."
MARKS = ("wiring.py", "logtail")
"""What our package has and another folder `tui` has not."""


def main() -> int:
    """Run one command; its exit code."""
    if sys.platform == "win32":
        print(WINDOWS, file=sys.stderr)
        return WRONG_USE
    if "tui" not in sys.modules:
        _load_own_package()
    from tui.cli import main as command

    return command()


def _load_own_package() -> None:
    """Import `tui` from where this distribution has it; nothing else on the path moves up for it."""
    beside = Path(__file__).resolve().parent
    for folder in (beside, *map(Path, sys.path)):
        package = folder / "tui"
        if all((package / mark).exists() for mark in MARKS):
            break
    else:
        return  # the plain import says what is missing
    spec = spec_from_file_location("tui", package / "__init__.py")
    if spec and spec.loader:
        sys.modules["tui"] = module = module_from_spec(spec)
        spec.loader.exec_module(module)


if __name__ == "__main__":
    sys.exit(main())
