"""A world of the longest names that the service allows: ids of 32 that differ at the end, namespaces of 28."""

from __future__ import annotations

from tests.harness import START
from tui.emulator import Emulator

NAMESPACES = ("customer-knowledge-europe-01", "customer-knowledge-europe-02")
IDS = tuple(f"customer-knowledge-base-eu-{number:05}" for number in range(1, 13))


def plant(emulator: Emulator) -> None:
    """Twelve instances over an empty bucket of a long name, half of them in each namespace, two of them paused."""
    world = emulator.world
    (world.data / "buckets" / "company-handbook-and-policies-eu").mkdir(parents=True, exist_ok=True)
    with world.lock, world.storage.transaction():
        for name in NAMESPACES:
            world.namespaces.create(name, {}, START)
        for number, name in enumerate(IDS):
            fields = {"source": "company-handbook-and-policies-eu", "paused": number < 2}
            world.instances.create(NAMESPACES[number % 2], name, fields, START)
