"""The layout held as pictures: each rule of it once, with what a person should see."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.long_names import plant
from tests.test_snapshots import Compare, held
from tui.emulator import EmulatorConfig

pytestmark = pytest.mark.exhaustive

WIDE = [(100, 30), (160, 45), (200, 50)]


@pytest.mark.parametrize("size", WIDE, ids=["100x30", "160x45", "200x50"])
def test_a_wide_window(snap_compare: Compare, tmp_path: Path, size: tuple[int, int]) -> None:
    """Names in full, then states, namespaces, sources as far as there is room; the overview and the jobs are as high as
    what is in them; no value is cut beside free cells; at 100 columns the jobs keep their end."""
    assert held(snap_compare, tmp_path, size)


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (160, 45)], ids=["80x24", "100x30", "160x45"])
def test_the_longest_names(snap_compare: Compare, tmp_path: Path, size: tuple[int, int]) -> None:
    """Ids of 32 that differ at the end, in full; namespaces of 28 cut in their middle, where they are cut; the title of
    the detail too."""
    config = EmulatorConfig(seed="empty", data=tmp_path / "data")
    assert held(snap_compare, tmp_path, size, plant=plant, config=config)


def test_a_state_is_picked_in_the_line_of_states(snap_compare: Compare, tmp_path: Path) -> None:
    """`! 4 errors` is highlighted in the line at the top, and only those four are in the table."""
    assert held(snap_compare, tmp_path, (120, 40), ["f", "f", "f"])


def test_jobs_and_log_are_folded_while_the_items_have_the_focus(snap_compare: Compare, tmp_path: Path) -> None:
    """Items fill the right column; jobs and log are one title line each at its foot."""
    assert held(snap_compare, tmp_path, (120, 40), ["2", "]", "]"])


def test_an_empty_fleet_in_a_wide_window(snap_compare: Compare, tmp_path: Path) -> None:
    """No states to count; every pane says why it is empty and none is larger than that but the log."""
    assert held(snap_compare, tmp_path, (120, 40), config=EmulatorConfig(seed="empty"))


def test_no_colour(snap_compare: Compare, tmp_path: Path) -> None:
    """The chosen state is told by reverse video, every other one by its sign and its word, in ASCII."""
    assert held(snap_compare, tmp_path, (80, 24), ["f"], theme="aisearch-mono", ascii_only=True)
