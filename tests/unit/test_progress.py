"""Rate, time left and the next sync, from counter deltas."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.build import NOW, done, instance, job
from tui.state.progress import Progress, next_sync, progress, rate
from tui.state.store import Sample


def sample(at: float, completed: int = 0, pending: int = 0, error: int = 0) -> Sample:
    return Sample(NOW + at, completed, error, pending)


RUNNING = job(started=NOW)


def test_rate_and_time_left_of_a_running_job() -> None:
    samples = [sample(0, 100, 60), sample(10, 120, 40), sample(20, 139, 20, error=1)]
    assert progress(samples, RUNNING) == Progress(40, 60, 2.0, 10.0)


def test_errors_count_as_finished() -> None:
    assert rate([sample(0, error=0), sample(10, error=30)]) == 3.0


def test_items_indexed_before_the_job_are_not_its_work() -> None:
    samples = [sample(-100, 0, 9_000), sample(0, 9_000, 10), sample(10, 9_005, 5)]
    assert progress(samples, RUNNING) == Progress(5, 10, 0.5, 10.0)


def test_a_queue_that_grows_moves_the_goal_not_below_zero() -> None:
    samples = [sample(0, 0, 10), sample(10, 5, 50)]
    assert progress(samples, RUNNING) == Progress(0, 50, 0.5, 100.0)


def test_the_rate_is_that_of_the_last_minute() -> None:
    samples = [sample(0, 0, 500), sample(100, 400, 100), sample(130, 430, 70), sample(160, 460, 40)]
    assert rate(samples) == 1.0


def test_one_reading_has_no_rate_yet() -> None:
    assert progress([sample(5, 10, 90)], RUNNING) == Progress(0, 90, None, None)
    assert rate([]) is None
    assert rate([sample(1), sample(1)]) is None


def test_a_rate_of_zero_has_no_time_left_and_a_reindex_no_negative_rate() -> None:
    still = progress([sample(0, 5, 10), sample(10, 5, 10)], RUNNING)
    assert still == Progress(0, 10, 0.0, None)
    assert rate([sample(0, 500), sample(10, 0)]) == 0.0


@pytest.mark.parametrize("idle", [None, done(), job(started=None)])
def test_no_progress_without_a_running_job(idle: object) -> None:
    assert progress([sample(0, 0, 10), sample(5, 5, 5)], idle) is None  # type: ignore[arg-type]


def test_no_progress_without_work_ever_seen() -> None:
    assert progress([], RUNNING) is None
    assert progress([sample(0, 10, 0), sample(5, 10, 0)], RUNNING) is None


COUNTS = st.tuples(st.integers(1, 90), st.integers(0, 1000), st.integers(0, 50), st.integers(0, 1000))


@given(st.lists(COUNTS, max_size=10))
def test_a_fraction_is_a_fraction(steps: list[tuple[int, int, int, int]]) -> None:
    at, samples = 0, []
    for step, completed, error, pending in steps:
        at += step
        samples.append(sample(at, completed, pending, error))
    shown = progress(samples, RUNNING)
    if shown:
        assert 0 <= shown.fraction <= 1
        assert shown.rate is None or shown.rate >= 0
        assert shown.left is None or shown.left >= 0


def test_the_next_sync_is_an_interval_after_the_last_start() -> None:
    assert next_sync(instance(sync_interval=3600), job(started=NOW)) == NOW + 3600


@pytest.mark.parametrize(
    ("fields", "newest"),
    [
        ({"sync_interval": 3600, "paused": True}, done()),
        ({"sync_interval": 3600, "source": None}, done()),
        ({"sync_interval": None}, done()),
        ({"sync_interval": 3600}, None),
        ({"sync_interval": 3600}, job(started=None)),
    ],
)
def test_no_next_sync_is_promised(fields: dict[str, object], newest: object) -> None:
    assert next_sync(instance(**fields), newest) is None  # type: ignore[arg-type]
