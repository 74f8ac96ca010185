"""The use cases of the console. Each writes the store; each write to the server goes through one function."""

from __future__ import annotations

from tui.service.outcome import Outcome
from tui.service.service import Service

__all__ = ["Outcome", "Service"]
