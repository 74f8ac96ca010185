"""AI Search on one machine: the same REST API, offline.

Importing this package costs next to nothing; Starlette, SQLite and the rest are loaded with the first
use of `Emulator`. The package imports nothing from the console, so that a wrong model there cannot hide
behind an equally wrong fake here.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tui.emulator.clock import ManualClock as ManualClock
    from tui.emulator.config import EmulatorConfig as EmulatorConfig
    from tui.emulator.emulator import Emulator as Emulator
    from tui.emulator.web import Received as Received

_HOMES = {
    "Emulator": "tui.emulator.emulator",
    "EmulatorConfig": "tui.emulator.config",
    "ManualClock": "tui.emulator.clock",
    "Received": "tui.emulator.web",
}

__all__ = ["Emulator", "EmulatorConfig", "ManualClock", "Received"]


def __getattr__(name: str) -> Any:
    """Load a public name from its module the first time it is asked for (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
