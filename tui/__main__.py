"""`python -m tui` is `aisearch`."""

from __future__ import annotations

import sys

WRONG_USE = 2
WINDOWS = "aisearch does not run on Windows itself: install and start it in WSL, the Windows Subsystem for Linux."


def main() -> int:
    """Run one command; its exit code."""
    if sys.platform == "win32":
        print(WINDOWS, file=sys.stderr)
        return WRONG_USE
    from tui.cli import main as command

    return command()


if __name__ == "__main__":
    sys.exit(main())
