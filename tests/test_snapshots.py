"""A few screens held as pictures, each with what a person should see in it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.harness import loaded, stage
from tui.emulator import Emulator, EmulatorConfig
from tui.models import InstanceKey

Compare = Callable[..., bool]


def held(
    snap_compare: Compare,
    tmp_path: Path,
    size: tuple[int, int],
    keys: Sequence[str] = (),
    plant: Callable[[Emulator], None] | None = None,
    **choices: Any,
) -> bool:
    """Whether the console, after its list was loaded and `keys` were pressed, looks as it did.

    `plant` fills the world, before the list is read once more.
    """
    made = stage(tmp_path, **choices)

    async def before(pilot: Any) -> None:
        seen = await loaded(made, pilot)
        if plant:
            plant(made.emulator)
            await seen.session.service.read.fleet()
        await seen.levelled()
        if made.app.store.state.fleet.value:
            seen.app.screen.query_one("#instances-table").move_to(InstanceKey("default", "docs-search"))
        await seen.pass_time(4, 0.5)
        await seen.press(*keys)
        await seen.pass_time(2, 0.5)
        await seen.read_now()

    try:
        return snap_compare(made.app, terminal_size=size, run_before=before)
    finally:
        made.emulator.close()
        asyncio.set_event_loop(None)


@pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=["120x40", "80x24"])
def test_main(snap_compare: Compare, tmp_path: Path, size: tuple[int, int]) -> None:
    """Trouble on top of the list; docs-search has errors, in red; detail, jobs and log side by side, or stacked."""
    assert held(snap_compare, tmp_path, size)


def test_sync_dialog_on_a_small_window(snap_compare: Compare, tmp_path: Path) -> None:
    """Account, namespace and instance named; the whole dialog fits; Cancel is lit."""
    assert held(snap_compare, tmp_path, (80, 24), ["S"])


def test_help(snap_compare: Compare, tmp_path: Path) -> None:
    """Keys of the instances first, aligned in three columns, none cut."""
    assert held(snap_compare, tmp_path, (120, 40), ["question_mark"])


def test_configuration(snap_compare: Compare, tmp_path: Path) -> None:
    """Fields in groups; what differs from a default has a star and is bold."""
    assert held(snap_compare, tmp_path, (120, 40), ["right_square_bracket", "2", "z"])


def test_empty_account(snap_compare: Compare, tmp_path: Path) -> None:
    """Every pane says why it is empty; nothing looks broken."""
    assert held(snap_compare, tmp_path, (80, 24), config=EmulatorConfig(seed="empty"))


def test_ascii_without_colour(snap_compare: Compare, tmp_path: Path) -> None:
    """Only ASCII is drawn, and every state can be told without colour."""
    assert held(snap_compare, tmp_path, (120, 40), theme="aisearch-mono", ascii_only=True)


def test_light(snap_compare: Compare, tmp_path: Path) -> None:
    """Dark on light, every word legible."""
    assert held(snap_compare, tmp_path, (120, 40), theme="aisearch-light")
