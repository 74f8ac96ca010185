"""Fixtures: emulated worlds, closed when the test ends."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .world import World


@pytest.fixture
def worlds(tmp_path: Path) -> Iterator[Callable[..., World]]:
    """Makes worlds; keywords go into the emulator's configuration."""
    made: list[World] = []

    def make(**config: object) -> World:
        made.append(World(tmp_path / f"world{len(made)}", **config))
        return made[-1]

    yield make
    for world in made:
        world.emulator.close()


@pytest.fixture
def world(worlds: Callable[..., World]) -> World:
    """An empty world."""
    return worlds()
