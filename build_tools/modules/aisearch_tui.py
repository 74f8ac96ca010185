"""Starts `aisearch` with the package `tui` of its own distribution, whatever else is called `tui`.

Installed beside the package (`force-include` in pyproject.toml): the commands import this module. A project's own
folder `tui` on PYTHONPATH would hide the package, but not this name.
"""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

MARKS = ("wiring.py", "logtail")
"""What our package has and another folder `tui` has not."""


def main() -> int:
    """Run one command; its exit code."""
    if "tui" not in sys.modules:
        load_own_package()
    from tui.__main__ import main as command

    return command()


def load_own_package() -> None:
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
