"""Sync, cancel and pause without an app: one, many, and what is captured when the key is pressed."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

import pytest

from tests.unit.build import NOW, done, instance, job, key, state
from tests.unit.fake_screen import FakeScreen
from tui.service.batch import Skipped
from tui.ui.batch_window import BatchWindow
from tui.ui.batches import Batches
from tui.ui.instances.pause import PauseInstance
from tui.ui.instances.sync import SyncInstances
from tui.ui.jobs.cancel import CancelJob
from tui.ui.kit.dialog import Confirm


def sync(screen: FakeScreen) -> SyncInstances:
    return SyncInstances(screen.desk, Batches(screen.desk))


@pytest.mark.parametrize(("answer", "sent"), [(None, 0), ("", 1), ("nightly", 1)])
async def test_one_sync_is_sent_once_or_not_at_all(tmp_path: Path, answer: str | None, sent: int) -> None:
    screen = FakeScreen(tmp_path, state(instance("docs"), jobs=(done(),)))
    screen.answer = lambda dialog: answer
    await screen.run(sync(screen), "instance.sync")
    assert len(screen.server.asked("create_job")) == sent
    assert [one.title for one in screen.outcomes] == ["Sync of docs started"] * sent
    assert screen.refreshed == sent


async def test_a_running_job_is_named_in_the_question(tmp_path: Path) -> None:
    screen = FakeScreen(tmp_path, state(instance("docs"), jobs=(job("21694851"),)))
    await screen.run(sync(screen), "instance.sync")
    question = screen.dialogs[0]
    assert isinstance(question, Confirm)
    assert "Job 21694851 is still running" in question._question.warning


async def test_during_the_cool_down_it_waits_and_says_so(tmp_path: Path) -> None:
    cooling = MappingProxyType({key("docs"): NOW + 12})
    screen = FakeScreen(tmp_path, state(instance("docs"), jobs=(done(),), cooldowns=cooling))
    waits: list[float] = []

    async def wait(event: object, seconds: float) -> None:
        waits.append(seconds)

    screen.desk.service.wait = wait  # type: ignore[assignment]
    screen.answer = lambda dialog: ""
    await screen.run(sync(screen), "instance.sync")
    assert waits == [12]
    assert "starts in 12s" in screen.said[0]
    assert len(screen.server.asked("create_job")) == 1


async def test_many_have_an_outcome_each(tmp_path: Path) -> None:
    marks = (key("docs"), key("kb"), key("gone"))
    screen = FakeScreen(tmp_path, state(instance("docs"), instance("kb"), marks=marks))
    screen.answer = lambda dialog: "nightly" if isinstance(dialog, Confirm) else None
    feature = sync(screen)
    assert feature.possible() == 2
    await screen.run(feature, "instance.sync")
    assert all(isinstance(one, Confirm) for one in screen.dialogs), "its window opens with a key alone"
    assert [one.title for one in screen.outcomes] == ["Sync of 2 instances"]
    feature._batches.show_last()
    await screen.idle()
    window = screen.dialogs[-1]
    assert isinstance(window, BatchWindow)
    results = {one.name: one for one in window._batch.results}
    assert [call.key and call.key.id for call in screen.server.asked("create_job")] == ["docs", "kb"]
    assert isinstance(results["default/gone"].error, Skipped)
    assert screen.store.state.marks == ()
    assert screen.store.state.doing == ""


async def test_a_job_is_cancelled_by_what_was_selected(tmp_path: Path) -> None:
    screen = FakeScreen(tmp_path, state(instance("docs"), jobs=(job("job-1"),)))
    screen.server.jobs[key("docs")] = [job("job-1")]

    def look_elsewhere(dialog: object) -> str:
        screen.store.update(selected=None, job_id=None)
        return ""

    screen.answer = look_elsewhere
    await screen.run(CancelJob(screen.desk), "job.cancel")
    assert [one.title for one in screen.outcomes] == ["Job job-1 of docs cancelled"]


@pytest.mark.parametrize("paused", [True, False])
async def test_pause_is_the_other_way_round(tmp_path: Path, paused: bool) -> None:
    screen = FakeScreen(tmp_path, state(instance("docs", paused=paused)))
    screen.answer = lambda dialog: ""
    await screen.run(PauseInstance(screen.desk), "instance.pause")
    assert screen.server.instances[0].paused is not paused
