"""Whether a shell could bring this process back after ctrl+z."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

DEEP = 64
"""Ancestors that are looked at, at most."""


def shell_waits() -> bool:
    """Whether the process group of this process has a parent in its session that is not of the group: a shell.

    Without one, as in a container or after `ssh -t host aisearch`, a stopped process stays stopped, and its terminal
    with it; the kernel calls such a group orphaned.
    """
    group, session, pid = os.getpgrp(), os.getsid(0), os.getppid()
    for _ in range(DEEP):
        if pid <= 0:
            return False
        with suppress(OSError):
            if os.getsid(pid) != session:
                return False
            if os.getpgid(pid) != group:
                return True
        pid = _parent(pid)
    return False


def _parent(pid: int) -> int:
    """The parent of a process; 0 where the system does not tell."""
    try:
        return int(
            Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1]
        )
    except (OSError, ValueError, IndexError):
        return 0
