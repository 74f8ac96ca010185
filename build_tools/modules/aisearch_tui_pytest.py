"""The pytest plugin: the fixture `aisearch_emulator`, a served emulator of its own for each test.

Installed beside the package (`force-include` in pyproject.toml). It is loaded in every run of pytest where the
distribution is installed, also in a project that has its own package `tui`: nothing of ours is imported before a test
asks for the fixture.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tui.emulator.testing import AiSearchEmulator


@pytest.fixture
def aisearch_emulator_settings() -> dict[str, Any]:
    """Settings of the emulator that differ from the fixture's own; override this fixture to change them."""
    return {}


@pytest.fixture
def aisearch_emulator(tmp_path: Path, aisearch_emulator_settings: dict[str, Any]) -> Iterator[AiSearchEmulator]:
    """Serve an empty emulator on a free port of this machine, with a data folder of its own, for one test."""
    from tui.emulator.testing import emulator_for_a_test

    with emulator_for_a_test(tmp_path / "aisearch", aisearch_emulator_settings) as running:
        yield running
